import { askRedis } from '@sallyport/lab/cluster';
import type { RedisPort } from 'sallyport/redis';
import { afterEach, describe, expect, it } from 'vitest';
import { redisClients } from '../redis-clients.ts';
import { useRedisServer } from '../redis-server.ts';

const server = useRedisServer();
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A tracker and all that it told, in order. */
async function track(redis: RedisPort, prefixes: readonly string[]) {
  const told: string[] = [];
  const tracker = redis.tracker(prefixes, {
    hearing: () => told.push('hearing'),
    changed: (keys) => told.push(...(keys ?? ['everything'])),
    lost: () => told.push('lost'),
    refused: (reason) => told.push(`refused: ${reason}`),
  });
  closing.push(() => tracker.close());
  await expect.poll(() => told.at(-1)).toBe('hearing');
  return { tracker, told };
}

describe.each(redisClients)('a tracker through $client', ({ open }) => {
  async function openHere(): Promise<RedisPort> {
    const { redis, close } = await open(server.url);
    closing.push(close);
    return redis;
  }

  it('tells of every change under its prefixes and of nothing else, in order', async () => {
    const redis = await openHere();
    const { told } = await track(redis, ['a:', 'b:']);
    await redis.command(['SET', 'a:1', 'x']);
    await redis.command(['SET', 'c:1', 'x']);
    await redis.command(['HSET', 'b:1', 'field', 'x']);
    await redis.command(['PEXPIRE', 'a:1', '60000']);
    await redis.command(['DEL', 'b:1']);
    await redis.command(['SET', 'a:2', 'x', 'PX', '20']);
    await expect.poll(() => told, { timeout: 3_000 }).toEqual(['hearing', 'a:1', 'b:1', 'a:1', 'b:1', 'a:2', 'a:2']);
  });

  it('tells when all may have changed', async () => {
    const redis = await openHere();
    const { told } = await track(redis, ['a:']);
    await askRedis(['FLUSHALL'], { port: server.port });
    await expect.poll(() => told).toEqual(['hearing', 'everything']);
  });

  it('tells that its connection was lost, makes another, and makes another when told to', async () => {
    const redis = await openHere();
    const { told, tracker } = await track(redis, ['a:']);
    await askRedis(['CLIENT', 'KILL', 'TYPE', 'pubsub'], { port: server.port });
    await expect.poll(() => told).toEqual(['hearing', 'lost', 'hearing']);
    tracker.renew();
    await expect.poll(() => told).toEqual(['hearing', 'lost', 'hearing', 'lost', 'hearing']);
    await redis.command(['SET', 'a:1', 'x']);
    await expect.poll(() => told.at(-1)).toBe('a:1');
  });

  it('tells nothing after it was closed, and leaves no connection', async () => {
    const redis = await openHere();
    const { told, tracker } = await track(redis, ['a:']);
    await tracker.close();
    await redis.command(['SET', 'a:1', 'x']);
    const subscribers = () => askRedis(['CLIENT', 'LIST', 'TYPE', 'pubsub'], { port: server.port });
    await expect.poll(subscribers).toBe('');
    expect(told).toEqual(['hearing']);
  });
});
