/** The ways an application can hand its Redis to Sallyport, with what a test of dedicated connections asks of a server. */
import { askRedis } from '@sallyport/lab/cluster';
import { Redis } from 'ioredis';
import { fromIoredis, type RedisPort, RedisUnavailableError } from 'sallyport/redis';
import { expect } from 'vitest';
import { type OpenedPort, redisClients } from '../redis-clients.ts';

export const dedicatedClients: typeof redisClients = [
  ...redisClients,
  {
    client: 'a client of ioredis',
    open: async (url, deadlineMs = 2_000): Promise<OpenedPort> => {
      const client = new Redis(url);
      client.on('error', () => {});
      const redis = fromIoredis(client, { deadlineMs });
      return {
        redis,
        close: async () => {
          await redis.close();
          client.disconnect();
        },
      };
    },
  },
];

/** Resolves when the server says that so many clients are blocked. */
export async function blockedClients(port: number, count: number): Promise<void> {
  await expect
    .poll(() => askRedis(['INFO', 'clients'], { port }), { timeout: 5_000, interval: 10 })
    .toContain(`blocked_clients:${count}\r`);
}

export interface Settled {
  readonly value?: unknown;
  readonly error?: unknown;
  readonly ms: number;
}

/** How a call ended and after how long; never rejects. */
export async function settled(promise: Promise<unknown>): Promise<Settled> {
  const startedAt = performance.now();
  return promise.then(
    (value) => ({ value, ms: performance.now() - startedAt }),
    (error: unknown) => ({ error, ms: performance.now() - startedAt }),
  );
}

/** Asks until an answer comes, whatever outages say meanwhile; the test's own time limit ends it. */
export async function untilAnswered(redis: RedisPort, args: readonly string[], key?: string): Promise<unknown> {
  for (;;) {
    try {
      return await redis.command(args, key === undefined ? {} : { key });
    } catch (error) {
      expect(error).toBeInstanceOf(RedisUnavailableError);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

/** Opens and closes dedicated connections, at all moments of their connecting; some of these are short and easily missed. */
export async function closedWhileConnecting(redis: RedisPort): Promise<void> {
  for (const round of Array(320).keys()) {
    const afterMs = (round % 80) / 10;
    // So long that no time limit clears away meanwhile what was left.
    const waiting = redis.dedicated({ deadlineMs: 60_000 });
    const early = settled(waiting.command(['BLPOP', 'nothing', '1']));
    const startedAt = performance.now();
    while (performance.now() - startedAt < afterMs) await new Promise((resolve) => setImmediate(resolve));
    await waiting.close();
    expect((await early).error).toMatchObject({ reason: 'closed' });
  }
}

/** How many connections a server has, that of the question included. */
export async function connectionsAt(port: number): Promise<number> {
  return Number(/connected_clients:(\d+)/.exec(await askRedis(['INFO', 'clients'], { port }))?.[1]);
}
