import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type RedisServer, startRedis } from '@sallyport/lab/cluster';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { askHeapBytes, residentBytes } from '../../src/measure/process-memory.ts';
import { readRedisMemory } from '../../src/measure/redis-memory.ts';
import { slopeBySize } from '../../src/measure/statistics/slope.ts';
import { useMeasuredServer } from './measured-server.ts';

const server = useMeasuredServer();
let redis: RedisServer;
let client: Redis;
beforeAll(async () => {
  redis = await startRedis();
  client = new Redis({ port: redis.port, host: '127.0.0.1' });
});
afterAll(async () => {
  client.disconnect();
  await redis.stop();
});

test('64 MB more in a server are seen in its resident set', async () => {
  const before = residentBytes(server().pid);
  await (await fetch(`${server().url}/hold?bytes=${64 * 1024 * 1024}`)).text();
  const after = residentBytes(server().pid);
  if (typeof before !== 'number' || typeof after !== 'number') throw new Error('There is a resident set.');
  expect(after - before).toBeGreaterThan(60 * 1024 * 1024);
  expect(after - before).toBeLessThan(100 * 1024 * 1024);
});

test('a process that is gone has none', () => {
  expect(residentBytes(2 ** 30)).toEqual({ unavailable: 'process-gone' });
});

test('the heap is what the application says it is', async () => {
  expect(await askHeapBytes({ url: server().url })).toBe(12_345_678);
});

test('an application that says nothing of its heap has none', async () => {
  const answers: Server = createServer((request, response) => {
    if (request.url === '/missing') response.writeHead(404).end('{"heapUsedBytes": 5}');
    else if (request.url === '/text') response.end('plenty');
    else if (request.url === '/null') response.end('null');
    else if (request.url === '/other') response.end('{"heapUsedBytes": "5"}');
  });
  await new Promise<void>((resolve) => answers.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(answers.address() as AddressInfo).port}`;
  try {
    for (const path of ['/missing', '/text', '/null', '/other', '/silent']) {
      expect(await askHeapBytes({ url, path, deadlineMs: 300 })).toEqual({ unavailable: 'no-answer' });
    }
  } finally {
    answers.closeAllConnections();
    answers.close();
  }
  expect(await askHeapBytes({ url })).toEqual({ unavailable: 'no-answer' });
  await expect(askHeapBytes({ url: 'http://example.org' })).rejects.toMatchObject({ option: 'url' });
});

test('bytes per key from the slope over several sizes', async () => {
  const points: { size: number; value: number }[] = [];
  for (const size of [0, 2000, 4000, 6000, 8000]) {
    const pipeline = client.pipeline();
    for (let index = points.at(-1)?.size ?? 0; index < size; index++) {
      pipeline.set(`key:${String(index).padStart(6, '0')}`, 'x'.repeat(400), 'EX', 600);
    }
    await pipeline.exec();
    const { usedBytes, residentBytes: resident, settled } = await readRedisMemory({ port: redis.port, quietMs: 120 });
    expect(settled).toBe(true);
    expect(resident).toBeGreaterThan(usedBytes / 2);
    points.push({ size, value: usedBytes });
  }
  const { slope, interval } = slopeBySize(points);
  // 400 bytes of value, and what a key, its expiry and their places in the tables cost.
  expect(slope).toBeGreaterThan(450);
  expect(slope).toBeLessThan(700);
  expect(interval?.low).toBeGreaterThan(400);
});

test('memory that is freed in the background is waited for', async () => {
  const { usedBytes: empty } = await readRedisMemory({ port: redis.port, quietMs: 120 });
  const members = Array.from({ length: 200_000 }, (_, index) => `member ${index}`);
  for (let at = 0; at < members.length; at += 20_000) await client.sadd('large', ...members.slice(at, at + 20_000));
  const { usedBytes: full } = await readRedisMemory({ port: redis.port, quietMs: 120 });
  expect(full - empty).toBeGreaterThan(5_000_000);
  await client.unlink('large');
  const after = await readRedisMemory({ port: redis.port });
  expect(after.settled).toBe(true);
  expect(Math.abs(after.usedBytes - empty)).toBeLessThan(200_000);
});

test('memory that does not come to rest is told so', async () => {
  let written = 0;
  const writing = setInterval(() => void client.set(`busy:${written++}`, 'x'.repeat(50_000)), 10);
  try {
    expect(await readRedisMemory({ port: redis.port, settleLimitMs: 500 })).toMatchObject({ settled: false });
  } finally {
    clearInterval(writing);
  }
});

test('a Redis that is not there is an error', async () => {
  await expect(readRedisMemory({ port: 1 })).rejects.toMatchObject({ code: 'ERR_LAB_REDIS_ANSWER' });
});
