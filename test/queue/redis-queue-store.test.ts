/** What becomes of a queue in Redis when the server or the link fails, or somebody else writes into it. */
import { connectRedis, type RedisPort, type RedisReply } from 'sallyport/redis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { redisQueueStore } from '../../src/queue/redis.ts';
import type { QueueStore, TakenTask } from '../../src/queue/store.ts';
import {
  bury,
  done,
  fencesOf,
  idOf,
  idsOf,
  numbered,
  opened,
  release,
  TestWorker,
  task,
  tasks,
} from '../contracts/queue-store-subject.ts';
import { useRedisServer } from '../redis-server.ts';

const base = 'sallyport:queue:{tasks}';
const server = useRedisServer({ persistence: 'aof-always' });
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

/** Goes on asking until the server answers again. */
async function untilAnswered<Result>(ask: () => Promise<Result>): Promise<Result> {
  for (const lateAt = Date.now() + 10_000; ; ) {
    try {
      return await ask();
    } catch (error) {
      if (Date.now() > lateAt) throw error;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

describe('a server that is killed', () => {
  it('has all that it had when it comes back, and the worker goes on under its lease', async () => {
    const worker = new TestWorker(store);
    await store.add([...tasks(numbered(50)), task('', { uniqueId: 'u' }), ...tasks(['k0', 'k1'], { key: 'k' })], 0);
    await store.add([task('d', { delayMs: 1 }), task('p', { priority: 9 })], 0);
    const [first, ...rest] = await worker.take(20);
    await worker.complete(done(first!));
    const before = await store.state();
    const waiter = store.openWaiter();
    const wait = waiter.wait(10_000).catch((error: unknown) => error);
    await server.kill();
    await server.restart();
    const after = await untilAnswered(() => store.state());
    expect(after).toMatchObject({ waiting: before.waiting, delayed: before.delayed, active: 19 });
    const { held } = await worker.turn({ known: [] });
    expect(idsOf(held)).toEqual(idsOf(rest));
    expect((await store.add([task('', { uniqueId: 'u' })], 0)).outcomes).toEqual(['duplicate']);
    expect((await worker.take(99)).length).toBe(before.waiting + before.delayed - 1);
    await waiter.close();
    await wait;
  });

  it('wakes a waiter again after it has come back', async () => {
    const waiter = store.openWaiter();
    await waiter.wait(1);
    const cut = waiter.wait(4_000).catch((error: unknown) => error);
    await server.kill();
    expect(await cut).toMatchObject({ code: 'ERR_REDIS_UNAVAILABLE' });
    await server.restart();
    await untilAnswered(() => store.add([task('a')], 0));
    expect(await untilAnswered(() => waiter.wait(4_000))).toBe(true);
    await waiter.close();
  });

  it('that lost all data calls the worker lost, and gives fences that still rise', async () => {
    const worker = new TestWorker(store);
    await store.add(tasks(['a', 'b']), 0);
    const taken = await worker.take(2);
    await server.flush();
    expect(await worker.outcome({ completions: taken.map(done) })).toEqual({ lost: true });
    await store.add(tasks(['c']), 0);
    const [next] = await new TestWorker(store).take(1);
    expect(next!.fence).toBeGreaterThan(Math.max(...fencesOf(taken)));
  });

  it('knows the scripts again after SCRIPT FLUSH', async () => {
    await redis.command(['SCRIPT', 'FLUSH']);
    await store.add(tasks(numbered(3)), 0);
    await redis.command(['SCRIPT', 'FLUSH']);
    expect(await new TestWorker(store).take(3)).toHaveLength(3);
    await redis.command(['SCRIPT', 'FLUSH']);
    expect(await store.clear()).toBe(0);
  });
});

describe('a turn that arrives twice or late', () => {
  /** A port that does with turns what a client may do that connects anew: `send` decides what arrives when. */
  function storeThrough(send: (run: () => Promise<RedisReply>) => Promise<RedisReply>): QueueStore {
    const port: RedisPort = {
      ...redis,
      run: (script, keys, args) => {
        const run = () => redis.run(script, keys, args);
        return script.name === 'work' ? send(run) : run();
      },
    };
    return redisQueueStore(port, { name: 'tasks' });
  }

  it('is told again what it took, when the client has sent it again by itself', async () => {
    const ids = numbered(300);
    await store.add(tasks(ids), 0);
    const twice = storeThrough(async (run) => {
      await run();
      return run();
    });
    const worker = new TestWorker(twice);
    const seen: string[] = [];
    let held: readonly TakenTask[] = [];
    do {
      const turn = await worker.turn({ want: 7, completions: held.map(done) });
      held = [...turn.held, ...turn.tasks];
      expect(held.length).toBeLessThanOrEqual(7);
      seen.push(...idsOf(held));
    } while (held.length > 0);
    expect(seen).toEqual(ids);
    expect(await store.state()).toMatchObject({ waiting: 0, active: 0 });
  });

  it('takes nothing when it arrives after the next one', async () => {
    await store.add(tasks(numbered(10)), 0);
    const late: (() => Promise<RedisReply>)[] = [];
    let swallows = false;
    const lossy = storeThrough((run) => {
      if (!swallows) return run();
      late.push(run);
      return Promise.reject(new Error('no answer'));
    });
    const worker = new TestWorker(lossy);
    const [first, second] = await worker.take(2);
    swallows = true;
    await expect(worker.turn({ want: 3, completions: [done(first!)] })).rejects.toThrow('no answer');
    swallows = false;
    const { held, tasks: taken } = await worker.turn({
      want: 1,
      completions: [done(first!)],
      known: fencesOf([first!, second!]),
    });
    expect([held, idsOf(taken)]).toEqual([[], ['t2']]);
    for (const run of late) await run();
    const { held: all } = await worker.turn({ known: [] });
    expect(idsOf(all)).toEqual(['t1', 't2']);
    expect(await store.state()).toMatchObject({ waiting: 7, active: 2 });
  });
});

describe('what somebody else has put into the list', () => {
  it('is delivered as it is, does not disturb, and can be buried byte by byte', async () => {
    const foreign = [
      Buffer.from([0, 255, 254, 10, 1]),
      Buffer.from(''),
      Buffer.from('plain text'),
      Buffer.from('0 {"id":"x","at":1,"key":{"a":1},"priority":"nan","unique":true}\n{}'),
      Buffer.from('0 {"id":7,"key":null,"priority":1e999}\n'),
      Buffer.from('0 [1,2\n'),
      Buffer.from([1, 110, 111, 112, 101]),
      Buffer.from([3, 49]),
    ];
    await redis.command(['RPUSH', `${base}:waiting`, ...foreign]);
    await store.add([task('ours')], 0);
    const mortal = new TestWorker(store, { leaseMs: 20 });
    expect(await mortal.take(99)).toHaveLength(9);
    await mortal.complete();
    await new Promise((resolve) => setTimeout(resolve, 40));
    const worker = new TestWorker(store);
    // What is no task is given up at once when its worker dies: nobody can count its losses.
    const { recovered, tasks: taken } = await worker.turn({ want: 99 });
    expect([recovered, taken.length]).toEqual([9, 4]);
    expect(idsOf(taken.slice(-1))).toEqual(['ours']);
    await worker.complete(...taken.slice(0, -1).map(release));
    const again = await worker.take(99);
    const record = JSON.stringify({ reason: 'undecodable' });
    await worker.complete(...again.map((each) => bury(each, { id: `fence-${each.fence}`, record })));
    const entries = await store.shelf('dead').list(99);
    expect(entries).toHaveLength(8);
    const raw = await Promise.all(
      entries.map(({ id }) => redis.command(['HGET', `${base}:dead`, id], { reply: 'buffer' })),
    );
    const texts = raw.map((each) => (each as Buffer).subarray((each as Buffer).indexOf(10) + 1));
    const losses = (each: Buffer) => (/^0 /.test(each.toString()) ? Buffer.from(`1${each.toString().slice(1)}`) : each);
    const hexes = (buffers: readonly Buffer[]) => buffers.map((each) => each.toString('hex')).sort();
    expect(hexes(texts)).toEqual(hexes(foreign.map(losses)));
  });
});

it('gives large tasks in several turns, so that every answer is short', async () => {
  const payload = 'x'.repeat(60_000);
  const ids = numbered(60);
  await store.add(tasks(ids.slice(0, 20)), 0);
  await store.add(
    ids.slice(20, 50).map((id) => task(id, { payload })),
    0,
  );
  await store.add(tasks(ids.slice(50), { key: 'k' }), 0);
  const worker = new TestWorker(store);
  const seen: string[] = [];
  const sizes: number[] = [];
  for (let left = 1; left > 0; ) {
    const turn = await worker.turn({ want: 100 });
    left = turn.left;
    seen.push(...idsOf(turn.tasks));
    sizes.push(turn.tasks.reduce((sum, { envelope }) => sum + envelope.length, 0));
    expect(turn.tasks.length).toBeGreaterThan(0);
  }
  // The tasks of a key come one at a time.
  expect(seen).toEqual(ids.slice(0, 51));
  expect(sizes.length).toBeGreaterThan(2);
  // Some more where small tasks are followed by large ones.
  expect(sizes[0]).toBeLessThan(1_500_000);
  expect(Math.max(...sizes.slice(1))).toBeLessThan(600_000);
});

describe('a server whose memory is full', () => {
  it('refuses adds, and lets the workers drain the queue', async () => {
    await store.add([...tasks(numbered(20)), ...tasks(['k0', 'k1'], { key: 'k' })], 0);
    const leaver = new TestWorker(store);
    await leaver.take(2);
    await redis.command(['CONFIG', 'SET', 'maxmemory', '1mb']);
    try {
      await expect(store.add(tasks(['refused']), 0)).rejects.toMatchObject({ reason: 'refusing' });
      expect(await leaver.leave()).toBe(2);
      const worker = new TestWorker(store);
      const seen: string[] = [];
      for (let taken = await worker.take(5); taken.length > 0; ) {
        seen.push(...idsOf(taken));
        const completions = taken.map((each) => {
          const { key } = opened(each).header;
          return idOf(each) === 't3' ? bury(each) : { ...done(each), ...(key === undefined ? {} : { key }) };
        });
        taken = (await worker.turn({ want: 5, completions })).tasks;
      }
      expect(seen).toHaveLength(22);
      const [entry] = await store.shelf('dead').list(1, { at: Date.now() + 60_000, id: 'somebody' });
      expect(entry?.id).toBe('t3');
      expect(await store.shelf('dead').redrive([{ id: 't3', task: task('t3') }])).toBe(1);
    } finally {
      await redis.command(['CONFIG', 'SET', 'maxmemory', '0']);
    }
  });
});
