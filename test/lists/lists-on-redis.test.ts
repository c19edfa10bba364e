/** What lists promise about Redis itself: failures, other programs on the same keys, what it costs. */
import { readFileSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { askRedis } from '@sallyport/lab/cluster';
import { Redis } from 'ioredis';
import { createSallyport } from 'sallyport';
import { createList, type IdleWait, type List, popFrom, redisListStore } from 'sallyport/lists';
import { fromIoredis, type RedisPort, RedisUnavailableError } from 'sallyport/redis';
import { beforeEach, describe, expect, it } from 'vitest';
import { blockedClients, settled } from '../redis/dedicated-clients.ts';
import { redisClients } from '../redis-clients.ts';
import { useRedisServer } from '../redis-server.ts';
import { keyOf, openNumbers, redisSubject } from './redis-subject.ts';

const server = useRedisServer();
beforeEach(() => server.flush());

const ask = (...args: string[]) => askRedis(args, { port: server.port });
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

/** How often a command was carried out since the statistics were reset. */
async function calls(command: string): Promise<number> {
  return Number(new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(await ask('INFO', 'commandstats'))?.[1] ?? 0);
}

for (const { client, open } of redisClients) {
  describe(`lists on Redis: ${client}`, () => {
    const openList = () => openNumbers(() => open(server.url));

    it('gives 10,000 values to 10 consumers, each to exactly one', async () => {
      const subject = await redisSubject(() => open(server.url), 'sallyport');
      const lists = [subject.store, ...(await Promise.all(numbers(4).map(() => subject.another())))].map((store) =>
        createList<number>('numbers', store),
      );
      const control = new AbortController();
      const got: number[] = [];
      const consumers = numbers(10).map(async (index) => {
        let own = 0;
        for await (const value of lists[index % 5]!.values({ signal: control.signal })) {
          got.push(value);
          own += 1;
          if (got.length === 10_000) control.abort();
        }
        return own;
      });
      await blockedClients(server.port, 5);
      for (let from = 0; from < 10_000; from += 100) await lists[0]!.push(...numbers(100).map((n) => from + n));
      const shares = await Promise.all(consumers);
      expect(got.toSorted((a, b) => a - b)).toEqual(numbers(10_000));
      expect(Math.min(...shares)).toBeGreaterThan(0);
      expect(await lists[0]!.length()).toBe(0);
      await subject.close();
    });

    it('loses and doubles nothing when waits are ended while values come, 1,000 times', async () => {
      const { list, close } = await openList();
      const other = await openList();
      const got: number[] = [];
      let aborted = 0;
      for (const n of numbers(1_000)) {
        const control = new AbortController();
        const popped = list.pop({ timeoutSeconds: 0, signal: control.signal }).then(
          (value) => got.push(value),
          (error: unknown) => {
            expect(error).toBe('enough');
            aborted += 1;
          },
        );
        const pushed = other.list.push(n);
        // Before, while and after the value arrives and is taken.
        const turns = n % 40;
        for (let left = turns; left > 0; left--) await turn();
        if (turns === 39) await popped;
        control.abort('enough');
        await Promise.all([popped, pushed]);
        // The next one shall wait, and not find what this one has left.
        got.push(...(await other.list.popMany(5)));
      }
      expect(got).toEqual(numbers(1_000));
      expect(aborted).toBeGreaterThanOrEqual(25);
      expect(aborted).toBeLessThanOrEqual(975);
      expect(await list.length()).toBe(0);
      await Promise.all([close(), other.close()]);
    });

    it('loses nothing when it is closed while values come', async () => {
      const other = await openList();
      const got: number[] = [];
      for (const n of numbers(40)) {
        const { list, close } = await openList();
        const popped = list.pop({ timeoutSeconds: 0 }).then(
          (value) => got.push(value),
          (error: unknown) => expect(error).toMatchObject({ reason: 'closed' }),
        );
        await blockedClients(server.port, 1);
        const pushed = other.list.push(n);
        for (let left = n % 20; left > 0; left--) await turn();
        await close();
        await Promise.all([popped, pushed]);
        got.push(...(await other.list.popMany(5)));
      }
      expect(got).toEqual(numbers(40));
      await other.close();
    });

    it('ends what waits when the connection is closed', async () => {
      const { list, redis, close } = await openList();
      const waiting = settled(list.pop({ timeoutSeconds: 0 }));
      const values = settled(list.values().next());
      await blockedClients(server.port, 1);
      await redis.close();
      for (const { error } of [await waiting, await values]) expect(error).toMatchObject({ reason: 'closed' });
      await close();
    });

    it('wakes as many as there are values, over one connection', async () => {
      const { list, close } = await openList();
      const other = await openList();
      const control = new AbortController();
      const waits = numbers(100).map(() => settled(list.pop({ timeoutSeconds: 0, signal: control.signal })));
      await blockedClients(server.port, 1);
      await ask('CONFIG', 'RESETSTAT');
      await other.list.push(1);
      expect((await waits[0])?.value).toBe(1);
      await other.list.push(2, 3);
      expect(await Promise.all([waits[1], waits[2]])).toMatchObject([{ value: 2 }, { value: 3 }]);
      // Three for the values, and one or two by those who looked a moment too late.
      expect(await calls('lpop')).toBeLessThanOrEqual(6);
      control.abort('enough');
      await Promise.all([close(), other.close()]);
    });

    it('gives up the connection of a list for which nobody waits any more', async () => {
      const { redis, close } = await open(server.url);
      const store = redisListStore(redis, { lingerSeconds: 0.01 });
      const connections = async () => Number(/connected_clients:(\d+)/.exec(await ask('INFO', 'clients'))?.[1]);
      // The client's own, and the one that asks.
      await expect.poll(connections, { timeout: 5_000 }).toBe(2);
      const lists = numbers(5).map((n) => createList<number>(`reply-${n}`, store));
      const waits = lists.map((list) => list.pop({ timeoutSeconds: 0 }));
      await blockedClients(server.port, 5);
      for (const list of lists) await list.push(1);
      await Promise.all(waits);
      await expect.poll(connections, { timeout: 5_000 }).toBe(2);
      const again = lists[0]!.pop({ timeoutSeconds: 0 });
      await lists[0]!.push(2);
      expect(await again).toBe(2);
      await store.close();
      await close();
    });
  });
}

describe('lists on Redis', () => {
  async function withRedis(use: (redis: RedisPort, client: Redis) => Promise<void>): Promise<void> {
    const client = new Redis(server.url);
    const redis = fromIoredis(client);
    await use(redis, client);
    await redis.close();
    client.disconnect();
  }

  it('share their key with programs that push and pop by hand', () =>
    withRedis(async (redis, client) => {
      const list = createList<{ n: number }>('numbers', redisListStore(redis));
      const waiting = list.pop({ timeoutSeconds: 0 });
      await blockedClients(server.port, 1);
      await client.rpush(keyOf('numbers'), '{"n":1}');
      expect(await waiting).toEqual({ n: 1 });
      await list.push({ n: 2 });
      expect(await client.blpop(keyOf('numbers'), 1)).toEqual([keyOf('numbers'), '{"n":2}']);
    }));

  it('keep bytes that are no text', () =>
    withRedis(async (redis, client) => {
      const list = createList('numbers', redisListStore(redis));
      const bytes = Buffer.from([0x22, 0xff, 0xfe, 0x22]);
      await client.rpush(keyOf('numbers'), bytes);
      await expect(list.pop()).rejects.toMatchObject({ reason: 'not-json' });
      expect(await list.undecodable.peek()).toEqual([bytes]);
      expect(await client.lrangeBuffer(`${keyOf('numbers')}:undecodable`, 0, -1)).toEqual([bytes]);
    }));

  it('say when what could not be read could not be kept either', () =>
    withRedis(async (redis, client) => {
      const list = createList('numbers', redisListStore(redis));
      await client.rpush(keyOf('numbers'), '{');
      await client.set(`${keyOf('numbers')}:undecodable`, 'in the way');
      await expect(list.pop()).rejects.toMatchObject({ kept: false, cause: { code: 'ERR_REDIS_REPLY' } });
    }));

  it('give by priority in one step, also after SCRIPT FLUSH', () =>
    withRedis(async (redis, client) => {
      const store = redisListStore(redis);
      const lists = ['urgent', 'normal', 'low'].map((name) => createList<number>(name, store));
      for (const [index, list] of lists.entries()) await list.push(index);
      await client.script('FLUSH');
      await client.config('RESETSTAT');
      expect((await popFrom(lists))?.value).toBe(0);
      expect((await popFrom(lists))?.value).toBe(1);
      expect(await calls('evalsha')).toBe(2);
      expect((await popFrom(lists))?.value).toBe(2);
    }));

  /** The same server, which refuses some commands of those who wait, as one does that is out of memory or of disk. */
  function refusing(redis: RedisPort, refused: Set<string>): RedisPort {
    return {
      ...redis,
      dedicated: (options) => {
        const port = redis.dedicated(options);
        return {
          ...port,
          command: (args, commandOptions) =>
            refused.has(String(args[0]))
              ? Promise.reject(new RedisUnavailableError('refusing', 'Redis refuses to serve now.'))
              : port.command(args, commandOptions),
        };
      },
    };
  }

  it('wait by asking now and then when the server refuses to block', () =>
    withRedis(async (redis, client) => {
      const store = redisListStore(refusing(redis, new Set(['BLMOVE'])));
      const list = createList<number>('numbers', store);
      expect(await list.pop({ timeoutSeconds: 0.25 })).toBeUndefined();
      const waits = [1, 2, 3].map(() => list.pop({ timeoutSeconds: 0 }));
      await client.rpush(keyOf('numbers'), '1', '2', '3');
      expect(await Promise.all(waits)).toEqual([1, 2, 3]);
      await store.close();
    }));

  it('keep waiting while the server refuses to give, and say so when the time is up', () =>
    withRedis(async (redis, client) => {
      const refused = new Set<string>(['LPOP']);
      const store = redisListStore(refusing(redis, refused));
      const list = createList<number>('numbers', store);
      const idle: IdleWait[] = [];
      const waiting = list.pop({ timeoutSeconds: 0, idleSeconds: 0.01, onIdle: (wait) => idle.push(wait) });
      const limited = settled(list.pop({ timeoutSeconds: 0.1 }));
      await blockedClients(server.port, 1);
      await client.rpush(keyOf('numbers'), '1');
      await expect.poll(() => idle.at(-1)?.unavailable?.reason).toBe('refusing');
      expect((await limited).error).toMatchObject({ reason: 'refusing' });
      expect(await list.length()).toBe(1);
      refused.clear();
      expect(await waiting).toBe(1);
      await store.close();
    }));

  it('write the keys that docs/redis-keys.md names, and no other', async () => {
    const page = readFileSync(new URL('../../docs/redis-keys.md', import.meta.url), 'utf8');
    const patterns = [...page.matchAll(/`(<namespace>:list:[^`]+)`/g)].map(
      ([, key = '']) => new RegExp(`^${key.replaceAll(/[{}]/g, '\\$&').replaceAll(/<\w+>/g, '[\\w-]+')}$`),
    );
    const sallyport = createSallyport({ redis: server.url, namespace: 'shop', environment: {} });
    const list: List<number> = sallyport.list<number>('orders', { order: 'lifo' });
    await sallyport.redis?.command(['RPUSH', 'shop:list:{orders}', '{']);
    await expect(list.pop()).rejects.toMatchObject({ kept: true });
    expect(await list.push(1, 2)).toBe(2);
    const waiting = settled(popFrom([sallyport.list('others')], { timeoutSeconds: 0 }));
    await blockedClients(server.port, 1);
    const keys = (await sallyport.redis?.command(['KEYS', '*'])) as string[];
    expect(keys.toSorted()).toEqual(['shop:list:{orders}', 'shop:list:{orders}:undecodable']);
    for (const key of keys) expect([key, patterns.some((pattern) => pattern.test(key))]).toEqual([key, true]);
    expect(patterns).toHaveLength(2);
    expect(await list.pop()).toBe(2);
    await sallyport.close();
    expect((await waiting).error).toMatchObject({ reason: 'closed' });
  });
});
