import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Redis } from 'ioredis';
import { createClient } from 'redis';
import { InvalidOptionError } from 'sallyport';
import { fromIoredis, fromNodeRedis, type RedisPort, RedisUnavailableError } from 'sallyport/redis';
import { beforeEach, describe, expect, it } from 'vitest';
import { startProxy } from '../proxy.ts';
import { useRedisServer } from '../redis-server.ts';
import {
  blockedClients,
  closedWhileConnecting,
  connectionsAt,
  dedicatedClients,
  settled,
  untilAnswered,
} from './dedicated-clients.ts';

const server = useRedisServer();
beforeEach(() => server.flush());

const clientId = (redis: RedisPort) => redis.command(['CLIENT', 'ID']);

for (const { client, open } of dedicatedClients) {
  describe(`dedicated connections of ${client}`, () => {
    it('block without holding up the port, and get their element', async () => {
      const { redis, close } = await open(server.url, 300);
      const waiting = redis.dedicated({ deadlineMs: 10_000 });
      const popped = waiting.command(['BLPOP', 'list', '8']);
      await blockedClients(server.port, 1);
      for (let n = 0; n < 20; n++) expect(await redis.command(['PING'])).toBe('PONG');
      expect(await redis.command(['RPUSH', 'list', 'element'])).toBe(1);
      expect(await popped).toEqual(['list', 'element']);
      expect(await clientId(waiting)).not.toBe(await clientId(redis));

      expect(await redis.command(['XADD', 'stream', '1-1', 'field', 'value'])).toBe('1-1');
      const read = waiting.command(['XREAD', 'BLOCK', '5000', 'STREAMS', 'stream', '1-1'], { key: 'stream' });
      await blockedClients(server.port, 1);
      expect(await redis.command(['XADD', 'stream', '1-2', 'field', 'new'])).toBe('1-2');
      expect(await read).toEqual([['stream', [['1-2', ['field', 'new']]]]]);
      await close();
    });

    it('carry an empty answer of a block that ran out, longer than the deadline of the port', async () => {
      const { redis, close } = await open(server.url, 100);
      const { value, ms } = await settled(redis.dedicated({ deadlineMs: 5_000 }).command(['BLPOP', 'list', '0.4']));
      expect(value).toBeNull();
      expect(ms).toBeGreaterThan(300);
      await close();
    });

    it('end at once when they are closed, also while they block', async () => {
      const { redis, close } = await open(server.url);
      await redis.command(['PING']);
      const before = await connectionsAt(server.port);
      const waiting = redis.dedicated({ deadlineMs: 10_000 });
      const blocked = settled(waiting.command(['BLPOP', 'list', '8']));
      const behind = settled(waiting.command(['PING']));
      await blockedClients(server.port, 1);
      const { ms } = await settled(waiting.close());
      expect(ms).toBeLessThan(1_000);
      for (const { error } of [await blocked, await behind]) expect(error).toMatchObject({ reason: 'closed' });
      expect((await settled(waiting.command(['PING']))).error).toMatchObject({ reason: 'closed' });
      expect(() => waiting.dedicated()).toThrow(RedisUnavailableError);
      await blockedClients(server.port, 0);
      await expect.poll(() => connectionsAt(server.port), { interval: 10 }).toBe(before);
      await waiting.close();
      expect(await redis.command(['PING'])).toBe('PONG');
      await close();
    });

    it('end while they connect, and leave no connection behind', async () => {
      const { redis, close } = await open(server.url);
      await redis.command(['PING']);
      const before = await connectionsAt(server.port);
      await closedWhileConnecting(redis);
      await expect.poll(() => connectionsAt(server.port), { timeout: 8_000, interval: 10 }).toBe(before);
      await close();
    });

    it('end with the port they came from, and so do theirs', async () => {
      const { redis, close } = await open(server.url);
      const child = redis.dedicated({ deadlineMs: 10_000 });
      const grandchild = child.dedicated();
      const blocked = [child, grandchild].map((port) => settled(port.command(['BLPOP', 'list', '8'])));
      await blockedClients(server.port, 2);
      await redis.close();
      for (const { error } of await Promise.all(blocked)) expect(error).toMatchObject({ reason: 'closed' });
      await blockedClients(server.port, 0);
      expect(() => redis.dedicated()).toThrow(RedisUnavailableError);
      await close();
    });

    it('come back by themselves after the server was killed during a block', async () => {
      const { redis, close } = await open(server.url);
      const waiting = redis.dedicated({ deadlineMs: 10_000 });
      const blocked = settled(waiting.command(['BLPOP', 'list', '8']));
      await blockedClients(server.port, 1);
      const killedAt = performance.now();
      await server.kill();
      expect((await blocked).error).toMatchObject({ code: 'ERR_REDIS_UNAVAILABLE', reason: 'disconnected' });
      expect(performance.now() - killedAt).toBeLessThan(2_000);
      // Asked while the server is away: it waits for the connection.
      const next = waiting.command(['BLPOP', 'list', '8']);
      await server.restart();
      await blockedClients(server.port, 1);
      await untilAnswered(redis, ['RPUSH', 'list', 'later']);
      expect(await next).toEqual(['list', 'later']);
      await close();
    });

    it('notice a frozen server within their own deadline, and recover when it thaws', async () => {
      const { redis, close } = await open(server.url, 300);
      const waiting = redis.dedicated({ deadlineMs: 800 });
      await waiting.command(['PING']);
      const blocked = settled(waiting.command(['BLPOP', 'list', '0.4']));
      await blockedClients(server.port, 1);
      await server.freeze();
      const first = await blocked;
      expect(first.error).toMatchObject({ reason: 'deadline' });
      expect(first.ms).toBeGreaterThan(700);
      expect(first.ms).toBeLessThan(2_000);
      const later = await settled(waiting.command(['BLPOP', 'list', '0.4']));
      expect(later.error).toBeInstanceOf(RedisUnavailableError);
      expect(later.ms).toBeLessThan(250);
      await server.thaw();
      expect(await untilAnswered(waiting, ['PING'])).toBe('PONG');
      await close();
    });

    it('do not take a block for silence', async () => {
      const { redis, close } = await open(server.url);
      const waiting = redis.dedicated({ deadlineMs: 900 });
      const id = await clientId(waiting);
      const outages: unknown[] = [];
      const listener = (payload: unknown) => outages.push(payload);
      subscribe('sallyport:redis.unavailable', listener);
      try {
        // Together they take longer than the deadline, and each PING waits for the block before it.
        for (let n = 0; n < 3; n++) {
          const blocked = waiting.command(['BLPOP', 'list', '0.6']);
          const behind = waiting.command(['PING']);
          expect([await blocked, await behind]).toEqual([null, 'PONG']);
        }
        // One that waits too long behind others is given up; the connection has spoken meanwhile and is kept.
        const inTurn = await Promise.all([0, 1, 2].map(() => settled(waiting.command(['BLPOP', 'list', '0.6']))));
        expect(inTurn[0]).toMatchObject({ value: null });
        expect(inTurn[2]).toMatchObject({ error: { reason: 'deadline' } });
        await blockedClients(server.port, 0);
        expect(await clientId(waiting)).toBe(id);
        expect(outages).toEqual([]);
      } finally {
        unsubscribe('sallyport:redis.unavailable', listener);
        await close();
      }
    });

    it('replace a half-open link by a new one', async () => {
      const proxy = await startProxy({ targetPort: server.port });
      const { redis, close } = await open(`redis://127.0.0.1:${proxy.port}`, 300);
      const waiting = redis.dedicated({ deadlineMs: 500 });
      try {
        const before = await clientId(waiting);
        proxy.blackHole();
        expect((await settled(waiting.command(['BLPOP', 'list', '0.2']))).error).toMatchObject({ reason: 'deadline' });
        // The link is given up although nobody tells it that it is dead.
        await expect.poll(() => proxy.connections, { timeout: 15_000 }).toBeGreaterThan(2);
        await proxy.heal();
        expect(await untilAnswered(waiting, ['CLIENT', 'ID'])).not.toBe(before);
      } finally {
        await close();
        await proxy.stop();
      }
    });

    it('take a deadline within the range of a port', async () => {
      const { redis, close } = await open(server.url);
      expect(() => redis.dedicated({ deadlineMs: 5 })).toThrow(InvalidOptionError);
      expect(() => redis.dedicated({ deadlineMs: 60_001 })).toThrow(InvalidOptionError);
      await close();
    });
  });
}

describe('dedicated connections of a client that stays the application’s', () => {
  it.each([
    [
      'ioredis',
      async () => {
        const client = new Redis(server.url, {
          lazyConnect: true,
          retryStrategy: () => null,
          maxRetriesPerRequest: null,
          commandTimeout: 150,
          socketTimeout: 150,
          blockingTimeout: 150,
          enableAutoPipelining: true,
          reconnectOnError: () => 2,
          stringNumbers: true,
        });
        client.on('error', () => {});
        await client.connect();
        return { redis: fromIoredis(client), alive: () => client.ping(), end: async () => client.disconnect() };
      },
    ],
    [
      'node-redis',
      async () => {
        const client = createClient({
          url: server.url,
          disableOfflineQueue: false,
          commandOptions: { timeout: 150 },
          emitInvalidate: true,
          pingInterval: 50,
          socket: { reconnectStrategy: false, socketTimeout: 150 },
        });
        client.on('error', () => {});
        await client.connect();
        return { redis: fromNodeRedis(client), alive: () => client.ping(), end: async () => client.destroy() };
      },
    ],
  ] as const)('keep the promises of a port whatever its options say (%s)', async (_name, open) => {
    const { redis, alive, end } = await open();
    const waiting = redis.dedicated({ deadlineMs: 5_000 });
    expect(await waiting.command(['BLPOP', 'list', '0.5'])).toBeNull();
    expect(await waiting.command(['RPUSH', 'list', 'a'])).toBe(1);
    expect(await alive()).toBe('PONG');

    const blocked = settled(waiting.command(['BLPOP', 'empty', '4']));
    await blockedClients(server.port, 1);
    await server.kill();
    expect((await blocked).error).toMatchObject({ reason: 'disconnected' });
    await server.restart();
    expect(await untilAnswered(waiting, ['PING'])).toBe('PONG');
    await redis.close();
    await end();
  });

  it('leave it open when the port is closed', async () => {
    const client = new Redis(server.url);
    const redis = fromIoredis(client);
    const blocked = settled(redis.dedicated({ deadlineMs: 5_000 }).command(['BLPOP', 'list', '4']));
    await blockedClients(server.port, 1);
    await redis.close();
    expect((await blocked).error).toMatchObject({ reason: 'closed' });
    expect(await client.ping()).toBe('PONG');
    client.disconnect();
  });
});
