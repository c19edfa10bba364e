/** What becomes of a wait when the server, its memory or the link to it fails. Each test breaks a server of its own. */
import { askRedis, startRedis } from '@sallyport/lab/cluster';
import type { IdleWait } from 'sallyport/lists';
import { describe, expect, it, type TestContext } from 'vitest';
import { startProxy } from '../proxy.ts';
import { blockedClients, settled, untilAnswered } from '../redis/dedicated-clients.ts';
import { redisClients } from '../redis-clients.ts';
import { keyOf, openNumbers } from './redis-subject.ts';

const key = keyOf('numbers');

for (const { client, open } of redisClients) {
  describe.concurrent(`lists through failures: ${client}`, () => {
    async function setUp(
      { onTestFinished }: TestContext,
      { deadlineMs, proxied = false }: { deadlineMs?: number; proxied?: boolean } = {},
    ) {
      const server = await startRedis();
      onTestFinished(() => server.stop());
      const proxy = await startProxy({ targetPort: server.port });
      onTestFinished(() => proxy.stop());
      const url = proxied ? `redis://127.0.0.1:${proxy.port}` : server.url;
      const numbers = await openNumbers(() => open(url, deadlineMs));
      onTestFinished(() => numbers.close());
      const ask = (...args: string[]) => askRedis(args, { port: server.port });
      return { server, proxy, ask, ...numbers };
    }

    it('a wait goes on through the death and the return of the server', async (context) => {
      const { server, list, redis } = await setUp(context, { deadlineMs: 300 });
      const idle: IdleWait[] = [];
      const one = list.pop({ timeoutSeconds: 0, idleSeconds: 0.02, onIdle: (wait) => idle.push(wait) });
      const seen: number[] = [];
      const loop = (async () => {
        for await (const value of list.values()) if (seen.push(value) === 2) return;
      })();
      const limited = settled(list.pop({ timeoutSeconds: 0.6 }));
      await blockedClients(server.port, 1);
      await server.kill();
      // Nobody knows whether the list is empty: that is no answer, and is not told as one.
      expect((await limited).error).toMatchObject({ code: 'ERR_REDIS_UNAVAILABLE' });
      await expect.poll(() => idle.at(-1)?.unavailable?.code).toBe('ERR_REDIS_UNAVAILABLE');
      // One that begins now is told at once.
      expect((await settled(list.pop({ timeoutSeconds: 0 }))).error).toMatchObject({ code: 'ERR_REDIS_UNAVAILABLE' });
      await server.restart();
      await expect.poll(() => idle.at(-1)?.unavailable, { timeout: 5_000 }).toBeUndefined();
      await untilAnswered(redis, ['RPUSH', key, '1', '2', '3']);
      const first = await one;
      await loop;
      expect([first, ...seen].toSorted()).toEqual([1, 2, 3]);
      expect(await list.length()).toBe(0);
    });

    it('values goes on when the server dies between two values', async (context) => {
      const { server, list, redis } = await setUp(context, { deadlineMs: 200 });
      await list.push(1);
      const idle: IdleWait[] = [];
      const values = list.values({ idleSeconds: 0.02, onIdle: (wait) => idle.push(wait) });
      expect((await values.next()).value).toBe(1);
      await server.kill();
      const next = values.next();
      await expect.poll(() => idle.at(-1)?.unavailable?.code, { timeout: 5_000 }).toBe('ERR_REDIS_UNAVAILABLE');
      await server.restart();
      await untilAnswered(redis, ['RPUSH', key, '2']);
      expect((await next).value).toBe(2);
    });

    it('a wait finds out that its link has died without a word, and loses nothing on it', async (context) => {
      const { server, proxy, ask, list } = await setUp(context, { proxied: true });
      const waiting = list.pop({ timeoutSeconds: 0 });
      await blockedClients(server.port, 1);
      const before = proxy.connections;
      proxy.blackHole();
      // The server moves the value to where it was and answers into the void.
      await ask('RPUSH', key, '1');
      await expect.poll(() => proxy.connections, { timeout: 10_000 }).toBeGreaterThan(before);
      expect(await ask('LLEN', key)).toBe('1');
      await proxy.heal();
      expect(await waiting).toBe(1);
    });

    it('nothing is lost when the connections of those who wait are cut while values come', async (context) => {
      const { server, proxy, ask, list } = await setUp(context, { proxied: true });
      const control = new AbortController();
      const waits = [1, 2, 3, 4].map(() => settled(list.pop({ timeoutSeconds: 0, signal: control.signal })));
      await blockedClients(server.port, 1);
      // The server's answer, that there is something, finds nobody.
      proxy.cut();
      await ask('RPUSH', key, '1', '2', '3');
      const got = (await Promise.all(waits.slice(0, 3))).map(({ value }) => value);
      expect(got.toSorted()).toEqual([1, 2, 3]);
      control.abort('enough');
      expect((await waits[3])?.error).toBe('enough');
      expect(await list.length()).toBe(0);
    });

    it('an abort during an outage ends the wait at once', async (context) => {
      const { server, list } = await setUp(context, { deadlineMs: 200 });
      const control = new AbortController();
      const waiting = settled(list.pop({ timeoutSeconds: 0, signal: control.signal }));
      await blockedClients(server.port, 1);
      await server.freeze();
      const abortedAt = performance.now();
      control.abort('enough');
      expect((await waiting).error).toBe('enough');
      expect(performance.now() - abortedAt).toBeLessThan(200);
      await server.thaw();
    });

    it('whoever waits is told that the key holds something else', async (context) => {
      const { server, ask, list } = await setUp(context);
      const waits = [1, 2, 3].map(() => settled(list.pop({ timeoutSeconds: 0 })));
      await blockedClients(server.port, 1);
      await ask('SET', key, 'a string');
      for (const { error } of await Promise.all(waits)) {
        expect(error).toMatchObject({ code: 'ERR_REDIS_REPLY', reply: 'WRONGTYPE' });
      }
      await ask('DEL', key);
      const next = list.pop({ timeoutSeconds: 0 });
      await list.push(1);
      expect(await next).toBe(1);
    });

    it('a wait that begins while the server is out of memory ends with the first value after that', async (context) => {
      const { ask, list } = await setUp(context);
      await ask('CONFIG', 'SET', 'maxmemory', '1');
      await expect(list.push(1)).rejects.toMatchObject({ code: 'ERR_REDIS_UNAVAILABLE' });
      const idle: IdleWait[] = [];
      const waiting = list.pop({ timeoutSeconds: 0, idleSeconds: 0.02, onIdle: (wait) => idle.push(wait) });
      // By then it has been refused to block, for that would write.
      await expect.poll(() => idle.length).toBeGreaterThan(5);
      await ask('CONFIG', 'SET', 'maxmemory', '0');
      await list.push(2);
      expect(await waiting).toBe(2);
    });
  });
}
