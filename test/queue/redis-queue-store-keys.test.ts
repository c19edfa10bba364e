/** What lies in Redis for a queue, beside docs/redis-keys.md, and how much of it. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connectRedis, type RedisPort } from 'sallyport/redis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { redisQueueStore } from '../../src/queue/redis.ts';
import { clearScript } from '../../src/queue/redis-scripts.ts';
import type { QueueStore } from '../../src/queue/store.ts';
import { bury, done, opened, retry, TestWorker, task, tasks } from '../contracts/queue-store-subject.ts';
import { useRedisServer } from '../redis-server.ts';

const base = 'sallyport:queue:{tasks}';
const server = useRedisServer();
let redis: RedisPort;
let store: QueueStore;

beforeEach(() => {
  redis = connectRedis(server.url, { deadlineMs: 5_000 });
  store = redisQueueStore(redis, { name: 'tasks' });
});
afterEach(async () => {
  await store.close();
  await redis.close();
  await server.flush();
});

const keysThere = async () =>
  ((await redis.command(['KEYS', '*'])) as string[]).map((key) => key.slice(base.length)).sort();

describe('what lies in Redis', () => {
  /** Uses everything once. */
  async function useAll(ttlMs: number): Promise<void> {
    const worker = new TestWorker(store, { rate: { everyMs: 0.01, burst: 1_000 } });
    await store.add(
      [
        ...tasks(['a', 'b']),
        ...tasks(['k0', 'k1', 'k2'], { key: 'k' }),
        task('', { uniqueId: 'u', priority: 5 }),
        task('', { uniqueId: 'v', key: 'k2' }),
        task('d', { delayMs: 10, key: 'k' }),
        task('n', { delayMs: 10, debounce: { name: 'n' } }),
        task('n', { delayMs: 10, debounce: { name: 'n', maxDelayMs: 1_000 } }),
      ],
      100,
    );
    await store.schedules.put('s', '{}', Date.now());
    await store.schedules.fire('s', '{}', (await store.schedules.get(['s'])).schedules[0]!.nextAt, 1, tasks(['s']));
    await store.cancel('a', 60_000);
    await store.setProgress('a', '1', 60_000);
    const mortal = new TestWorker(store, { leaseMs: 10 });
    await mortal.take(2);
    const leaver = new TestWorker(store);
    await leaver.take(1);
    await leaver.leave();
    await new Promise((resolve) => setTimeout(resolve, 30));
    const first = await worker.take(99);
    const completions = first.map((each, index) => {
      const { key, unique, id } = opened(each).header;
      const own = { ...(key === undefined ? {} : { key }), ...(unique ? { uniqueId: id, retainMs: 20 } : {}) };
      if (index === 0) return { ...bury(each), ...own };
      if (index === 1) return { ...bury(each, { shelf: 'business' }), ...own };
      if (index < 4) return retry(each, { ...own, delayMs: index === 2 ? 5 : 0 });
      return { ...done(each), ...own, result: { id, value: '1', ttlMs }, cancelledId: 'a' };
    });
    await worker.complete(...completions);
  }

  it('is described, every key of it', async () => {
    const page = readFileSync(new URL('../../docs/redis-keys.md', import.meta.url), 'utf8');
    const [section = ''] = page.slice(page.indexOf('## The queue')).split(/\n## /, 1);
    const named = [...section.matchAll(/^\| (`:[^|]+) \|/gm)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
    );
    const patterns = named.map((name) => new RegExp(`^${name.replaceAll(/<\w+>/g, '[\\w:-]+')}$`));
    const seen = new Set<string>();
    const look = async () => {
      for (const key of await keysThere()) seen.add(key);
    };
    await store.add([task('later', { delayMs: 60_000, debounce: { name: 'later' } })], 0);
    await store.add(tasks(['k', 'k'], { key: 'key' }), 0);
    await useAll(60_000);
    await new TestWorker(store).take(1);
    await store.cancel('somebody', 60_000);
    await look();
    await store.setPaused(true);
    await store.add([task('level', { priority: -2 }), task('', { uniqueId: 'x' })], 0);
    await store.add([task('durable')], 0, { replicas: 1, timeoutMs: 1 });
    await redis.command(['SET', `${base}:durable:mark`, '1', 'PX', '1000']);
    await look();
    await redis.command(['SET', `${base}:rate`, '1', 'PX', '1000']);
    // As `clear` leaves it when its caller dies before it has swept.
    await redis.run(clearScript, [base], []);
    await look();
    for (const key of seen) expect([key, patterns.some((pattern) => pattern.test(key))]).toEqual([key, true]);
    const unseen = named.filter((_, index) => ![...seen].some((key) => patterns[index]!.test(key)));
    expect(unseen).toEqual([]);
    // Whoever looks for work next sweeps the rest away.
    await store.setPaused(false);
    const worker = new TestWorker(store);
    for (let n = 0; n < 5; n++) await worker.turn({ want: 1 });
    // Ids that were retained expire by themselves, 20 ms after their tasks had ended.
    await expect
      .poll(async () => (await keysThere()).filter((key) => key.startsWith(':cleared') || key.startsWith(':id:')))
      .toEqual([]);
  });

  it('is gone when the queue has drained, but for what is bounded', async () => {
    for (let round = 0; round < 3; round++) {
      await useAll(20);
      await new Promise((resolve) => setTimeout(resolve, 30));
      const worker = new TestWorker(store);
      for (let turn = await worker.turn({ joins: true, want: 9 }); turn.tasks.length > 0; ) {
        const completions = turn.tasks.map((each) => {
          const { key, unique, id } = opened(each).header;
          return { ...done(each), ...(key === undefined ? {} : { key }), ...(unique ? { uniqueId: id } : {}) };
        });
        turn = await worker.turn({ want: 9, completions });
      }
      await worker.leave();
      // The other worker of `useAll` was not closed: its lease is long.
      const { workers } = await store.state();
      for (const { worker: name } of workers) await store.leave(name, 'fifo');
      for (const shelf of ['dead', 'business'] as const) await store.shelf(shelf).trim({ maxCount: 0 });
      await store.schedules.remove('s');
    }
    await redis.command(['DEL', `${base}:cancelled`, `${base}:progress:a`]);
    await new Promise((resolve) => setTimeout(resolve, 40));
    expect(await keysThere()).toEqual([':counters', ':rates', ':wake']);
    expect(Number(await redis.command(['PTTL', `${base}:rates`]))).toBeGreaterThan(0);
    expect(await redis.command(['LLEN', `${base}:wake`])).toBe(1);
    expect(await redis.command(['HGET', `${base}:counters`, 'tasks'])).toBe('0');
    expect(await redis.command(['HGET', `${base}:counters`, 'pointers'])).toBe('0');
  });

  it('takes little more memory than the tasks themselves', async () => {
    const used = async () => Number(/used_memory:(\d+)/.exec(String(await redis.command(['INFO', 'memory'])))?.[1]);
    const payload = 'x'.repeat(254);
    const count = 20_000;
    const before = await used();
    for (let n = 0; n < count; n += 1_000) {
      await store.add(
        Array.from({ length: 1_000 }, () => task(randomUUID(), { payload })),
        0,
      );
    }
    // 256 bytes of payload, 60 of id and time, and what Redis adds.
    expect(((await used()) - before) / count).toBeLessThan(400);
  });

  it('counts minutes in a bounded place, and the minute up to now', async () => {
    const bucketMs = 5_000;
    const bucket = Math.floor(Date.now() / bucketMs);
    const old = Array.from({ length: 120 }, (_, index) => [`added:${bucket - 20 - index}`, '1']);
    await redis.command(['HSET', `${base}:rates`, ...old.flat()]);
    await store.add(tasks(['a']), 0);
    expect(Number(await redis.command(['HLEN', `${base}:rates`]))).toBe(1);
    expect((await store.state()).lastMinute).toEqual({ added: 1, finished: 0, retried: 0 });
    for (const age of [5, 12, 13]) await redis.command(['HSET', `${base}:rates`, `finished:${bucket - age}`, '1000']);
    const { now, lastMinute } = await store.state();
    // A bucket counts for as much of it as lies in the minute: all, a part, nothing.
    const share = (age: number) => {
      const minuteBegan = now - 60_000;
      const begins = (bucket - age) * bucketMs;
      return Math.min(1, Math.max(0, (begins + bucketMs - minuteBegan) / bucketMs));
    };
    const expected = Math.round(1_000 * (share(5) + share(12) + share(13)));
    expect(Math.abs(lastMinute.finished - expected)).toBeLessThanOrEqual(1);
  });
});
