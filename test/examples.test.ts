/** The examples are documentation, so they have to run. */

import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startProcess } from '@sallyport/lab/cluster';
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

async function post(origin: string, path: string, body: object, headers: Record<string, string> = {}) {
  return fetch(origin + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

describe('examples', () => {
  it('express.ts: a cart before login, kept through it, on two servers', async () => {
    const [one, two] = await Promise.all([start('express.ts'), start('express.ts')]);
    const first = await post(one, '/cart', { item: 'book' });
    const cookie = first.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    const login = await post(two, '/login', { user: 'ada' }, { cookie });
    expect(await login.json()).toEqual({ user: 'ada', cart: ['book'] });
    const signedIn = login.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    const profile = (headers: Record<string, string>) => fetch(`${one}/profile`, { headers });
    expect(await (await profile({ cookie: signedIn })).json()).toMatchObject({ user: 'ada' });
    expect((await profile({ cookie })).status).toBe(401);
    expect((await post(two, '/logout', {}, { cookie: signedIn })).status).toBe(204);
    expect((await profile({ cookie: signedIn })).status).toBe(401);
  });

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
    const file = join(import.meta.dirname, '..', 'examples', 'flash-sale.ts');
    const loader = import.meta.resolve('tsx');
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--import', loader, '--conditions=sallyport-source', file],
      {
        cwd: folder,
        env: { ...process.env, REDIS_URL: server.url, REQUESTS: '300', STOCK: '120', PER_SECOND: '200' },
      },
    );
    expect(stdout).toContain('120 sold, 180 refused, 120 of 120 pieces gone');
    expect(await readFile(join(folder, 'flash-sale.svg'), 'utf8')).toMatch(/^<svg[^>]*>.*worked on.*<\/svg>$/s);
    await rm(folder, { recursive: true });
  });
});
