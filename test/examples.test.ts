/** The examples are documentation, so they have to run. */

import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort, releasePort, startProcess } from '@sallyport/lab/cluster';
import { afterAll, describe, expect, it } from 'vitest';
import { HttpClient } from './http/http-client.ts';
import { useRedisServer } from './redis-server.ts';

const server = useRedisServer();
const stops: (() => Promise<unknown>)[] = [];
afterAll(() => Promise.all(stops.map((stop) => stop())));

async function start(example: string, more: Readonly<Record<string, string>> = {}): Promise<string> {
  let origin = '';
  const running = await startProcess({
    name: example,
    command: process.execPath,
    args: ['--import', 'tsx', '--conditions=sallyport-source', join(import.meta.dirname, '..', 'examples', example)],
    env: { PORT: '0', REDIS_URL: server.url, ...more },
    readyWhen: async ({ output }) => {
      origin = /http:\/\/\S+/.exec(output())?.[0] ?? '';
      return origin !== '';
    },
    deadlineMs: 15_000,
  });
  stops.push(() => running.stop(1_000));
  return origin;
}

/** Runs an example that ends by itself, and gives what it printed. Fails when it says by its exit code that something is wrong. */
async function run(example: string, env: Readonly<Record<string, string>>, cwd?: string): Promise<string> {
  const file = join(import.meta.dirname, '..', 'examples', example);
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), '--conditions=sallyport-source', file],
    { env: { ...process.env, ...env }, ...(cwd === undefined ? {} : { cwd }) },
  );
  return stdout;
}

/** The numbers of a row of a table that `console.table` has drawn. */
function row(table: string, name: string): number[] {
  const line = table.split('\n').find((each) => each.startsWith(`│ ${name} `)) ?? '';
  return line.split('│').slice(2, -1).map(Number);
}

async function post(origin: string, path: string, body: object, headers: Record<string, string> = {}) {
  return fetch(origin + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

describe('examples', () => {
  it('devices.ts: who was signed out by a second phone is told why, and the rest is seen and ended', async () => {
    const origin = await start('devices.ts');
    const phone = { 'user-agent': 'Mobile' };
    const [first, second, desktop] = [new HttpClient(origin), new HttpClient(origin), new HttpClient(origin)];
    const login = async (client: HttpClient, agent: Record<string, string>) => {
      const answer = await post(origin, '/login', { user: 'ada', place: 'Oslo' }, agent);
      const [name = '', value = ''] = answer.headers.getSetCookie()[0]?.split(';')[0]?.split('=') ?? [];
      client.cookies.set(name, value);
    };
    await login(first, phone);
    await login(desktop, {});
    await login(second, phone);
    expect((await first.get('/devices')).json).toEqual({
      error: 'session ended: evicted',
      code: 'ERR_SESSION_EVICTED',
    });
    const devices = (await second.get('/devices')).json as unknown as {
      handle: string;
      type: string;
      isCurrent: boolean;
    }[];
    expect(devices.map(({ type, isCurrent }) => [type, isCurrent])).toEqual([
      ['phone', true],
      ['desktop', false],
    ]);
    expect((await second.send('DELETE', `/devices/${devices[1]?.handle}`)).status).toBe(204);
    expect((await second.send('DELETE', `/devices/${devices[1]?.handle}`)).status).toBe(404);
    expect((await desktop.get('/devices')).json).toMatchObject({ error: 'session ended: revoked' });
    expect((await second.send('DELETE', '/devices')).json).toEqual({ ended: 0 });
  });

  it.each(['express.ts', 'fastify.ts', 'hono.ts', 'nestjs.ts'])(
    '%s: a cart before login, kept through it, on two servers',
    async (example) => {
      const [one, two] = await Promise.all([start(example), start(example)]);
      const first = await post(one, '/cart', { item: 'book' });
      const cookie = first.headers.getSetCookie()[0]?.split(';')[0] ?? '';
      const login = await post(two, '/login', { user: 'ada' }, { cookie });
      expect(await login.json()).toEqual({ user: 'ada', cart: ['book'] });
      const signedIn = login.headers.getSetCookie()[0]?.split(';')[0] ?? '';
      const profile = (headers: Record<string, string>) => fetch(`${one}/profile`, { headers });
      expect(await (await profile({ cookie: signedIn })).json()).toMatchObject({ user: 'ada' });
      const refused = await profile({ cookie });
      expect([refused.status, await refused.json()]).toEqual([
        401,
        { error: 'session ended: rotated', code: 'ERR_SESSION_ENDED' },
      ]);
      expect(refused.headers.get('www-authenticate')).toBe('Cookie cookie-name="__Host-session"');
      if (example === 'nestjs.ts') {
        expect((await fetch(`${one}/admin`, { headers: { cookie: signedIn } })).status).toBe(403);
      }
      expect((await post(two, '/logout', {}, { cookie: signedIn })).status).toBe(204);
      expect((await profile({ cookie: signedIn })).status).toBe(401);
    },
  );

  it('node-http.ts: login, profile, logout', async () => {
    const client = new HttpClient(await start('node-http.ts'));
    expect((await client.get('/profile')).status).toBe(401);
    await client.post('/login?user=ada');
    expect((await client.get('/profile')).json).toEqual({ user: 'ada' });
    await client.post('/logout');
    expect((await client.get('/profile')).status).toBe(401);
  });

  it('tokens.ts: a token works until it is revoked', async () => {
    const origin = await start('tokens.ts');
    const { token } = (await (await post(origin, '/login', { user: 'ada' })).json()) as { token: string };
    const orders = () => fetch(`${origin}/orders`, { headers: { authorization: `Bearer ${token}` } });
    expect(await (await orders()).json()).toEqual({ user: 'ada', orders: [] });
    expect((await post(origin, '/logout', {}, { authorization: `Bearer ${token}` })).status).toBe(204);
    const refused = await orders();
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([
      401,
      'Bearer error="invalid_token", error_description="token revoked"',
    ]);
  });

  it('token-pairs.ts: login, refresh and logout with a cookie, on two servers', async () => {
    const env = { TOKEN_SECRET: 'a secret of at least thirty-two bytes' };
    const [one, two] = await Promise.all([start('token-pairs.ts', env), start('token-pairs.ts', env)]);
    const client = new HttpClient(one);
    const login = await client.postJson('/auth/login', { user: 'ada' });
    expect(login.setCookies[0]).toMatch(/^__Secure-refresh=.*Path=\/auth; HttpOnly; Secure; SameSite=Strict$/);
    const elsewhere = new HttpClient(two);
    for (const [name, value] of client.cookies) elsewhere.cookies.set(name, value);
    const next = await elsewhere.post('/auth/refresh');
    const authorization = `Bearer ${next.json.accessToken}`;
    expect((await client.get('/orders', { authorization })).json).toEqual({ user: 'ada', orders: [] });
    expect((await elsewhere.post('/auth/logout')).status).toBe(204);
    expect((await client.get('/orders', { authorization })).json).toMatchObject({ error: 'token revoked' });
    expect((await client.post('/auth/refresh')).json).toMatchObject({ code: 'ERR_REFRESH_ENDED' });
    expect((await client.get('/.well-known/jwks.json')).json).toEqual({ keys: [] });
  });

  it('orders.ts: the answer does not wait for what follows, and all of it is done', async () => {
    const origin = await start('orders.ts', { SPEED: '20' });
    const order = async (path: string, orderId: string) => {
      const answer = await post(origin, path, { orderId, customer: 'ada' });
      return ((await answer.json()) as { answeredAfterMs: number }).answeredAfterMs;
    };
    // 200 + 3,000 + 2,000 + 500 + 1,400 ms, twenty times as fast.
    const before = await order('/orders?wait', 'o-1');
    const after = await order('/orders', 'o-2');
    expect(before).toBeGreaterThanOrEqual(350);
    expect(after).toBeLessThan(before / 2);
    const done = async () => ((await (await fetch(`${origin}/orders/o-2`)).json()) as { done: string[] }).done;
    await expect.poll(done, { timeout: 5_000 }).toEqual(['mail done', 'sms done', 'stock done', 'invoice done']);
  });

  it('flash-sale.ts: never more is sold than there is, and it draws what happened', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sallyport-example-'));
    const env = { REDIS_URL: server.url, REQUESTS: '300', STOCK: '120', PER_SECOND: '200' };
    expect(await run('flash-sale.ts', env, folder)).toContain('120 sold, 180 refused, 120 of 120 pieces gone');
    expect(await readFile(join(folder, 'flash-sale.svg'), 'utf8')).toMatch(/^<svg[^>]*>.*worked on.*<\/svg>$/s);
    await rm(folder, { recursive: true });
  });

  it.each(['Redis', 'memory'])(
    'order-events.ts: a service that was down catches up, and the others have not noticed (%s)',
    async (store) => {
      const env = { REDIS_URL: store === 'Redis' ? server.url : '', ORDERS: '90', PER_SECOND: '100' };
      const printed = await run('order-events.ts', env);
      const [, , , ...others] = row(printed, 'inventory');
      expect(row(printed, 'inventory').slice(0, 5)).toEqual([30, 60, 0, 90, 0]);
      expect(row(printed, 'logistics').slice(0, 5)).toEqual([30, 60, 0, 90, 0]);
      const [before, meanwhile = 0, waiting = 0, inTheEnd, lost, repeated = 0] = row(printed, 'e-mail');
      expect([before, inTheEnd, lost]).toEqual([30, 90, 0]);
      expect(waiting).toBeGreaterThan(20);
      // One that was handled and could not be acknowledged any more waits as well, and is repeated.
      expect(meanwhile + waiting - repeated).toBe(60);
      // How long an order took meanwhile, in ms: the e-mail service was away for 300.
      expect(others.at(-1)).toBeLessThan(row(printed, 'e-mail').at(-1) ?? 0);
    },
  );

  it('logs.ts: every line is in the database once, although a process that stores was killed', async () => {
    const printed = await run('logs.ts', { REDIS_URL: server.url, LINES: '200', CLAIM_AFTER_MS: '500' });
    expect(printed).toMatch(/store-1 was killed at \d+ stored lines/);
    expect(printed).toContain('600 lines appended, 600 in the database, 0 missing, 0 twice.');
    expect(printed).toMatch(/[1-9]\d* came again that had been stored before/);
    expect(printed).toContain('12 alerts for 12 errors; the database counts the same.');
    expect(printed).toMatch(/ALERT \S+ payment: request 49 failed/);
  }, 60_000);

  it('live.ts: two servers tell each other, and one that was killed is started again', async () => {
    const ports = [await freePort(), await freePort()];
    const [one, two] = ports.map((port) => `http://127.0.0.1:${port}`) as [string, string];
    const live = await startProcess({
      name: 'live.ts',
      command: process.execPath,
      args: ['--import', 'tsx', '--conditions=sallyport-source', join(import.meta.dirname, '../examples/live.ts')],
      env: { PORTS: ports.join(','), REDIS_URL: server.url },
      readyWhen: async ({ output }) => output().includes(one) && output().includes(two),
      deadlineMs: 20_000,
    });
    stops.push(async () => {
      await live.stop(5_000);
      ports.forEach(releasePort);
    });
    const { token } = (await (await post(one, '/people', { name: 'Ada' })).json()) as { token: string };
    const authorization = `Bearer ${token}`;
    const say = async (origin: string, text: string, headers: Record<string, string> = { authorization }) =>
      (await post(origin, '/rooms/lobby/messages', { key: text, text }, headers)).status;
    expect(await say(one, 'nobody', {})).toBe(401);
    expect(await say(one, ' ')).toBe(422);
    const [, pid] = /server-1 is process (\d+)/.exec(live.output()) ?? [];
    process.kill(Number(pid), 'SIGKILL');
    expect(await say(two, 'over two')).toBe(201);
    await expect.poll(() => say(one, 'over one').catch(() => 0), { timeout: 15_000 }).toBe(201);
    const events = await fetch(`${one}/rooms/lobby/events?lastEventId=0`);
    let text = '';
    for await (const chunk of events.body ?? []) {
      text += Buffer.from(chunk).toString();
      if (text.includes('over one')) break;
    }
    expect(text).toMatch(/event: hello\ndata: \{"server":"server-1".*over two.*over one/s);
    expect(await live.stop(5_000)).toMatchObject({ code: 0 });
  }, 60_000);
});
