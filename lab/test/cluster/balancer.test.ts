/** One suite, two subjects: nginx, and the balancer that stands in for it. */
import { type AppServer, type Balancer, findPrograms, startAppServer, startBalancer } from '@sallyport/lab/cluster';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, ask, randomAddresses, retryCount, serverOf } from './balancer-client.ts';
import { isAlive, until } from './until.ts';

const servers: AppServer[] = [];
const started: Balancer[] = [];
let programs: Awaited<ReturnType<typeof findPrograms>> = {};

beforeAll(async () => {
  programs = await findPrograms();
  const entry = new URL('./fixture-server.ts', import.meta.url);
  servers.push(...(await Promise.all(['a', 'b', 'c'].map((id) => startAppServer({ entry, id })))));
});

afterEach(async () => {
  for (const balancer of started.splice(0)) await balancer.stop();
  for (const server of servers) if (!server.process.isRunning) await server.restart();
});

afterAll(async () => {
  for (const server of servers) await server.stop();
});

describe.each(['nginx', 'built-in'] as const)('%s', (kind) => {
  async function start(policy: 'ip-hash' | 'round-robin', failTimeoutSeconds = 1): Promise<Balancer> {
    const balancer = await startBalancer({
      policy,
      upstreams: servers.map(({ port }) => ({ host: '127.0.0.1', port })),
      programs: kind === 'nginx' ? programs : {},
      workers: 2,
      failTimeoutSeconds,
    });
    started.push(balancer);
    return balancer;
  }

  test('says what it is, counts its processes, and leaves none', async () => {
    const balancer = await start('round-robin', 3);
    expect(balancer).toMatchObject({ kind, failTimeoutSeconds: 3, url: `http://127.0.0.1:${balancer.port}` });
    const pids = balancer.pids();
    expect(pids).toHaveLength(kind === 'nginx' ? 3 : 1);
    await balancer.stop();
    expect(pids.some(isAlive)).toBe(false);
    expect(balancer.pids()).toEqual([]);
  });

  test('round-robin takes turns', async () => {
    const balancer = await start('round-robin');
    const answers: string[] = [];
    for (let i = 0; i < 30; i++) answers.push(serverOf(await ask(balancer.url)));
    expect(answers.slice(0, 3).sort()).toEqual(['a', 'b', 'c']);
    expect(answers).toEqual(Array.from({ length: 30 }, (_, index) => answers[index % 3]));
  });

  test('ip-hash sends a client always to the same server, by the first three octets of X-Forwarded-For', async () => {
    const balancer = await start('ip-hash');
    const seen = new Set<string>();
    for (const address of randomAddresses(40)) {
      const network = address.split('.').slice(0, 3).join('.');
      const first = serverOf(await ask(balancer.url, { client: address }));
      for (const last of [1, 77, 254]) {
        expect(serverOf(await ask(balancer.url, { client: `${network}.${last}` }))).toBe(first);
      }
      // Only the last address counts: the others are what the client claims.
      expect(serverOf(await ask(balancer.url, { client: `198.51.100.7, ${address}` }))).toBe(first);
      seen.add(first);
    }
    expect([...seen].sort()).toEqual(['a', 'b', 'c']);
    const unnamed = new Set<string>();
    for (let i = 0; i < 10; i++) unnamed.add(serverOf(await ask(balancer.url)));
    expect(unnamed.size).toBe(1);
  });

  test('passes requests and answers on unchanged', async () => {
    const balancer = await start('round-robin');
    const answer = await ask(`${balancer.url}/missing?q=%20x`, {
      method: 'PUT',
      body: 'Grüße',
      client: '203.0.113.9',
      headers: { cookie: 's=1', 'x-own': 'yes' },
    });
    expect(answer.status).toBe(200);
    expect(answer.cookies).toEqual(['a=1', 'b=2']);
    expect(answer.json).toMatchObject({ method: 'PUT', path: '/missing?q=%20x', body: 'Grüße' });
    expect(answer.json.headers).toMatchObject({
      cookie: 's=1',
      'x-own': 'yes',
      'x-forwarded-for': '203.0.113.9',
      'x-real-ip': '203.0.113.9',
      host: `127.0.0.1:${balancer.port}`,
    });
    expect((await ask(`${balancer.url}/missing`)).status).toBe(404);
    expect((await ask(`${balancer.url}/large`)).text).toHaveLength(3_000_000);
    expect((await ask(balancer.url, { method: 'POST', body: 'x'.repeat(1024 * 1024 + 1) })).status).toBe(413);
    expect((await ask(balancer.url, { method: 'HEAD' })).status).toBe(200);
  });

  test('an answer that breaks off half-way breaks off for the client too', async () => {
    const balancer = await start('round-robin');
    await expect(ask(`${balancer.url}/half`)).rejects.toThrow();
    expect((await ask(balancer.url)).status).toBe(200);
  });

  test.each(['round-robin', 'ip-hash'] as const)('%s: no client notices that a server was killed', async (policy) => {
    const balancer = await start(policy);
    const clients = randomAddresses(30);
    const before = await Promise.all(clients.map(async (client) => serverOf(await ask(balancer.url, { client }))));
    const victim = servers.find(({ id }) => id === before[0]) as AppServer;
    await victim.kill();
    const answers: Answer[] = [];
    for (const client of clients) answers.push(await ask(balancer.url, { client }));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(answers.some(({ json }) => json.id === victim.id)).toBe(false);
    // It was tried once or so, then left out. Each worker of nginx may have had a request under way.
    const retried = answers.filter((answer) => retryCount(answer) > 0).length;
    expect(retried).toBeGreaterThanOrEqual(1);
    expect(retried).toBeLessThanOrEqual(3);
    if (policy === 'ip-hash') {
      // Clients of the living servers stay where they were.
      const moved = clients.filter(
        (_, index) => before[index] !== victim.id && answers[index]?.json.id !== before[index],
      );
      expect(moved).toEqual([]);
    }

    await victim.restart();
    await until(
      async () => serverOf(await ask(balancer.url, { client: clients[0] ?? '' })) === victim.id,
      'the restarted server gets requests again',
    );
  });

  test('a frozen server costs one client a second, and the others nothing', async () => {
    const balancer = await start('round-robin', 5);
    for (let i = 0; i < 6; i++) await ask(balancer.url);
    const [, victim] = servers;
    await victim?.freeze();
    try {
      const answers: Answer[] = [];
      for (let i = 0; i < 30; i++) answers.push(await ask(balancer.url));
      expect(answers.every(({ status, json }) => status === 200 && json.id !== victim?.id)).toBe(true);
      const slow = answers.filter(({ durationMs }) => durationMs > 900);
      expect(slow).toHaveLength(1);
      expect(Math.max(...answers.map(({ durationMs }) => durationMs))).toBeLessThan(1500);
    } finally {
      await victim?.thaw();
    }
  });

  test('what was sent with POST to a server that then fails is not sent to another', async () => {
    const balancer = await start('round-robin', 5);
    const [victim] = servers;
    await victim?.freeze();
    try {
      const answers: Answer[] = [];
      for (let i = 0; i < 6; i++) answers.push(await ask(balancer.url, { method: 'POST', body: 'order' }));
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 200, 504]);
      expect(answers.every((answer) => retryCount(answer) === 0)).toBe(true);
    } finally {
      await victim?.thaw();
    }
  });

  test('a POST that could not be sent at all goes to another server', async () => {
    const balancer = await start('round-robin', 5);
    await servers[0]?.kill();
    const answers: Answer[] = [];
    for (let i = 0; i < 6; i++) answers.push(await ask(balancer.url, { method: 'POST', body: 'order' }));
    expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(200));
    expect(answers.filter((answer) => retryCount(answer) === 1)).toHaveLength(1);
  });

  test('with no server left it answers 502 at once, and recovers', async () => {
    const balancer = await start('round-robin');
    for (const server of servers) await server.kill();
    const answers = [await ask(balancer.url), await ask(balancer.url)];
    expect(answers.map(({ status }) => status)).toEqual([502, 502]);
    expect(Math.max(...answers.map(({ durationMs }) => durationMs))).toBeLessThan(1000);
    await Promise.all(servers.map((server) => server.restart()));
    await until(async () => (await ask(balancer.url)).status === 200, 'it sends requests again');
  });

  test('100 requests at once are all answered', async () => {
    const balancer = await start('round-robin');
    const answers = await Promise.all(Array.from({ length: 100 }, () => ask(balancer.url)));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(new Set(answers.map(serverOf)).size).toBe(3);
  });
});

test('both choose the same server for the same client', async () => {
  const upstreams = servers.map(({ port }) => ({ host: '127.0.0.1', port }));
  const [nginx, builtIn] = await Promise.all([
    startBalancer({ policy: 'ip-hash', upstreams, programs }),
    startBalancer({ policy: 'ip-hash', upstreams, programs: {} }),
  ]);
  started.push(nginx, builtIn);
  expect([nginx.kind, builtIn.kind]).toEqual(['nginx', 'built-in']);
  const clients = [...randomAddresses(150), '2001:db8::7', '2001:db8:0:1::ffff', 'fe80::1', '::1'];
  const choices = async (balancer: Balancer, addresses: readonly string[]) => {
    const chosen: string[] = [];
    for (const client of addresses) chosen.push(serverOf(await ask(balancer.url, { client })));
    return chosen;
  };
  expect(await choices(builtIn, clients)).toEqual(await choices(nginx, clients));
  // And the same substitute for one that has died.
  await servers[2]?.kill();
  for (const balancer of [nginx, builtIn]) await choices(balancer, clients.slice(0, 20));
  const few = clients.slice(20, 60);
  expect(await choices(builtIn, few)).toEqual(await choices(nginx, few));
});

test('bad options and a taken port are refused', async () => {
  const upstreams = [{ host: '127.0.0.1', port: servers[0]?.port ?? 0 }];
  const policy = 'round-robin';
  await expect(startBalancer({ policy, upstreams: [], programs })).rejects.toMatchObject({ option: 'upstreams' });
  await expect(startBalancer({ policy, upstreams: [{ host: 'a; b', port: 1 }], programs })).rejects.toMatchObject({
    code: 'ERR_INVALID_OPTION',
  });
  await expect(startBalancer({ policy, upstreams, programs, failTimeoutSeconds: 0.2 })).rejects.toMatchObject({
    option: 'failTimeoutSeconds',
  });
  await expect(startBalancer({ policy, upstreams, programs, port: servers[0]?.port ?? 0 })).rejects.toMatchObject({
    code: 'ERR_LAB_PORT_TAKEN',
  });
});
