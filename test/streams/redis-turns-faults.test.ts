/** Consumers whose commands are lost, late and repeated; see redis-turns.ts. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { Redis } from 'ioredis';
import { connectRedis, fromIoredis, type RedisPort } from 'sallyport/redis';
import { createStream } from 'sallyport/streams';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { seededRandom } from '../../lab/src/experiments/seeded-random.ts';
import { openRedisStreamStore, redisStreamStore } from '../../src/streams/redis.ts';
import type { StreamStore } from '../../src/streams/store.ts';
import { numbers } from '../contracts/stream-store-subject.ts';
import { useRedisServer } from '../redis-server.ts';
import { type Fate, fatedPort, noAnswer } from './fated-port.ts';

const server = useRedisServer();
let redis: RedisPort;
let store: StreamStore;

beforeEach(() => {
  redis = connectRedis(server.url, { deadlineMs: 5_000 });
  store = redisStreamStore(redis, { name: 'events' });
});
afterEach(async () => {
  await store.close();
  await redis.close();
  await server.flush();
});

/** What a link, and a client that sends again by itself, can make of a command. */
const fates: Readonly<Record<string, (random: () => number) => Fate>> = {
  'is answered late': (random) => async (send) => {
    const reply = await send();
    if (random() < 0.1) await pause(random() * 4);
    return reply;
  },
  'is repeated': (random) => (send) => {
    if (random() < 0.08) void send().catch(() => {});
    return send();
  },
  'is carried out once more later': (random) => async (send) => {
    const reply = await send();
    if (random() < 0.08) setTimeout(() => void send().catch(() => {}), random() * 6);
    return reply;
  },
  'is repeated and answered late': (random) => async (send) => {
    if (random() < 0.08) void send().catch(() => {});
    await pause(random() * 2);
    return send();
  },
  'is not answered': (random) => async (send) => {
    if (random() > 0.08) return send();
    if (random() < 0.5) await send();
    return noAnswer();
  },
};
/** With these a read may take its entries after a later one has taken others. */
const outOfOrder = ['is repeated', 'is carried out once more later', 'is repeated and answered late'];

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

describe.each(Object.entries(fates))('a consumer of which now and then a command %s', (name, fateOf) => {
  it.each([
    ['one at a time, in order', 1],
    ['thirty at once', 30],
  ])('handles each event once, %s', async (_, concurrency) => {
    const events = 400;
    const direct = createStream<number>('events', store);
    await direct.appendMany(numbers(events));
    const { next: random } = seededRandom(concurrency, name);
    const fate = fateOf(random);
    const port = fatedPort(redis, { ofRead: fate, ofScript: fate });
    const stream = createStream<number>('events', openRedisStreamStore(port, { name: 'events' }, { plainFrom: 1 }));
    const seen: number[] = [];
    const failed = new Set<number>();
    stream.group('g').consume(
      async ({ event }) => {
        if (concurrency > 1 && event % 3 === 0) await pause(random() * 2);
        if (concurrency > 1 && event % 50 === 7 && !failed.has(event)) {
          failed.add(event);
          throw new Error('again');
        }
        seen.push(event);
      },
      { batchSize: 20, concurrency, backOff: () => 3 },
    );
    await expect.poll(() => seen.length, { timeout: 30_000 }).toBeGreaterThanOrEqual(events);
    await expect.poll(async () => (await direct.group('g').info())?.pending).toBe(0);
    expect(seen.toSorted((a, b) => a - b)).toEqual(numbers(events));
    if (concurrency === 1 && !outOfOrder.includes(name)) expect(seen).toEqual(numbers(events));
    await stream.close();
  });
});

it('a link that is cut in the middle of answers, under a client that sends again: each event is handled once', async () => {
  const events = 30_000;
  let isArmed = false;
  let cuts = 0;
  const sockets = new Set<Socket>();
  const proxy = createServer((client) => {
    const target = connect({ port: server.port, host: '127.0.0.1', noDelay: true });
    let stage: 'passing' | 'last answer' | 'dead' = 'passing';
    for (const [socket, other] of [
      [client, target],
      [target, client],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => other.destroy());
    }
    client.on('data', (data) => {
      if (stage !== 'passing') return;
      target.write(data);
      if (isArmed && data.includes('XREADGROUP')) {
        isArmed = false;
        stage = 'last answer';
      }
    });
    target.on('data', (data) => {
      if (stage === 'passing') client.write(data);
      if (stage !== 'last answer') return;
      stage = 'dead';
      cuts++;
      client.write(data.subarray(0, 600), () => client.resetAndDestroy());
    });
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const client = new Redis((proxy.address() as AddressInfo).port, '127.0.0.1');
  client.on('error', () => {});
  const direct = createStream<number>('events', store);
  for (let from = 0; from < events; from += 1_000) await direct.appendMany(numbers(1_000).map((n) => from + n));
  const port = fromIoredis(client, { deadlineMs: 5_000 });
  const stream = createStream<number>('events', redisStreamStore(port, { name: 'events' }));
  const seen: number[] = [];
  stream.group('g').consume(({ event }) => {
    seen.push(event);
    if (seen.length % 5_000 === 2_500) isArmed = true;
  });
  await expect.poll(() => seen.length, { timeout: 20_000 }).toBe(events);
  await expect.poll(async () => (await direct.group('g').info())?.pending).toBe(0);
  expect(new Set(seen).size).toBe(events);
  expect(cuts).toBeGreaterThan(2);
  await stream.close();
  await port.close();
  client.disconnect();
  for (const socket of sockets) socket.destroy();
  proxy.close();
}, 40_000);
