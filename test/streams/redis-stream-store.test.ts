/** What becomes of a stream in Redis when the server or the link fails, or somebody else writes into it. */
import { setTimeout as wait } from 'node:timers/promises';
import { connectRedis, type RedisPort, type RedisReply } from 'sallyport/redis';
import { createStream } from 'sallyport/streams';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { redisStreamStore } from '../../src/streams/redis.ts';
import type { StreamStore } from '../../src/streams/store.ts';
import { append, deathOf, entry, idsOf, numbers, TestConsumer, valuesOf } from '../contracts/stream-store-subject.ts';
import { startProxy } from '../proxy.ts';
import { useRedisServer } from '../redis-server.ts';
import { listen } from './listen.ts';

const base = 'sallyport:stream:{events}';
const server = useRedisServer({ persistence: 'aof-always' });
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

/** Goes on asking until the server answers again. */
async function untilAnswered<Result>(ask: () => Promise<Result>): Promise<Result> {
  for (const lateAt = Date.now() + 10_000; ; ) {
    try {
      return await ask();
    } catch (error) {
      if (Date.now() > lateAt) throw error;
      await wait(10);
    }
  }
}

describe('a server that is killed', () => {
  it('has all that it had when it comes back, and trusts the consumer as before', async () => {
    const consumer = new TestConsumer(store);
    const ids = await append(store, ...numbers(20));
    const held = await consumer.take(10);
    await consumer.turn({ acknowledged: [ids[0]!], buried: [deathOf(ids[1]!)] });
    const waiting = store.wait(ids.at(-1)!, 10_000);
    await server.kill();
    await server.restart();
    expect(await untilAnswered(() => store.groupState('g'))).toMatchObject({ lag: 10, pending: 8, deadLetters: 1 });
    expect(await consumer.turn({ acknowledged: idsOf(held.slice(2)) })).toMatchObject({ stale: [], isUnknown: false });
    expect(valuesOf(await consumer.take(99))).toEqual(numbers(10, 10));
    // Who waited is told of what is appended after the restart.
    await append(store, 'new');
    expect(await waiting).toBe(true);
  });

  it('that lost all data makes consumers join again', async () => {
    const consumer = new TestConsumer(store);
    const [id] = await append(store, 1);
    await consumer.take(1);
    await server.flush();
    await expect(consumer.turn({ acknowledged: [id!] })).rejects.toMatchObject({ reply: 'NOGROUP' });
    const [next] = await append(store, 2);
    const { entries, lost } = await consumer.turn({ want: 9, joinsAfter: id!, known: [id!] });
    expect([idsOf(entries), lost]).toEqual([[next], [id]]);
  });

  it('knows the scripts again after SCRIPT FLUSH', async () => {
    await redis.command(['SCRIPT', 'FLUSH']);
    await append(store, ...numbers(3));
    await redis.command(['SCRIPT', 'FLUSH']);
    expect(await new TestConsumer(store).take(3)).toHaveLength(3);
    await redis.command(['SCRIPT', 'FLUSH']);
    expect(await store.trim({ maxLength: 1, keepsUnacknowledged: false })).toBe(2);
  });
});

describe('a turn that arrives twice or late', () => {
  /** A port that does with turns what a client may do that connects anew: `send` decides what arrives when. */
  function storeThrough(send: (run: () => Promise<RedisReply>) => Promise<RedisReply>): StreamStore {
    const port: RedisPort = {
      ...redis,
      run: (script, keys, args) => {
        const run = () => redis.run(script, keys, args);
        return script.name === 'turn' ? send(run) : run();
      },
    };
    return redisStreamStore(port, { name: 'events' });
  }

  it('takes nothing more, and what it took is told of next', async () => {
    const ids = await append(store, ...numbers(60));
    const twice = storeThrough(async (run) => {
      await run();
      return run();
    });
    const consumer = new TestConsumer(twice);
    const first = await consumer.turn({ want: 7 });
    expect(first).toMatchObject({ isUnknown: true, entries: [] });
    const second = await consumer.turn({ known: [], joinsAfter: '0-0' });
    expect(idsOf(second.entries).toSorted()).toEqual(ids.slice(0, 7));
    expect(await store.groupState('g')).toMatchObject({ pending: 7, lag: 53 });
    // What it told took effect at the first time, and is not another's.
    expect((await consumer.turn({ acknowledged: ids.slice(0, 2), buried: [deathOf(ids[2]!)] })).stale).toEqual([]);
    expect(await store.groupState('g')).toMatchObject({ pending: 4, deadLetters: 1 });
  });

  it('does not acknowledge what has become another’s, when it arrives late', async () => {
    const ids = await append(store, ...numbers(4));
    const late: (() => Promise<RedisReply>)[] = [];
    let swallows = false;
    const lossy = storeThrough((run) => {
      if (!swallows) return run();
      late.push(run);
      return Promise.reject(new Error('no answer'));
    });
    const [consumer, heir] = [new TestConsumer(lossy), new TestConsumer(store)];
    await consumer.take(3);
    swallows = true;
    await expect(consumer.turn({ want: 1, acknowledged: ids.slice(0, 3) })).rejects.toThrow('no answer');
    swallows = false;
    await wait(30);
    await heir.claim(2, 20);
    await consumer.turn({ known: [ids[2]!] });
    for (const run of late) await run();
    // Only what still was its own.
    expect(idsOf(await store.pending('g', { limit: 9 }))).toEqual(ids.slice(0, 2));
    expect(await store.groupState('g')).toMatchObject({ lag: 1 });
  });

  it('takes nothing when it arrives after its consumer has left', async () => {
    await append(store, ...numbers(4));
    const late: (() => Promise<RedisReply>)[] = [];
    const consumer = new TestConsumer(
      storeThrough((run) => {
        late.push(run);
        return run();
      }),
    );
    await consumer.turn();
    await consumer.take(1);
    await consumer.leave();
    const again = late[1]!;
    await again();
    expect(await store.groupState('g')).toMatchObject({ lag: 3, pending: 1 });
    expect((await store.pending('g', { limit: 9 }))[0]!.consumer).toBeUndefined();
  });
});

describe('consumers behind a link that breaks', () => {
  it('miss nothing and lose nothing through cuts and black holes between request and reply', async () => {
    const proxy = await startProxy({ targetPort: server.port });
    const behind = connectRedis(`redis://127.0.0.1:${proxy.port}`, { deadlineMs: 250 });
    const direct = createStream<number>('events', store);
    const remote = createStream<number>('events', redisStreamStore(behind, { name: 'events' }));
    const seen = new Set<number>();
    const twice: number[] = [];
    const inOrder: number[] = [];
    const options = { claimAfterMs: 60_000, maxDeliveries: 50 };
    remote.group('g').consume(({ event }) => void (seen.has(event) ? twice.push(event) : seen.add(event)), options);
    const end = new AbortController();
    const reading = (async () => {
      for await (const { event } of remote.read({ signal: end.signal })) inOrder.push(event);
    })();
    let appended = 0;
    for (let round = 0; round < 12; round++) {
      for (let n = 0; n < 20; n++) {
        await direct.appendMany(Array.from({ length: 5 }, () => appended++));
        if (n === 10 && round % 3 === 0) proxy.cut();
        if (n === 10 && round % 3 === 1) proxy.blackHole();
      }
      if (round % 3 === 1) {
        await wait(60);
        await proxy.heal();
      }
      await expect.poll(() => seen.size, { timeout: 15_000, interval: 5 }).toBe(appended);
    }
    await expect.poll(() => inOrder.length, { timeout: 15_000 }).toBe(appended);
    expect(inOrder).toEqual(numbers(appended));
    // An answer that was lost is told again, and the handler runs once: nothing was claimed.
    expect(twice).toEqual([]);
    await expect.poll(async () => (await direct.group('g').info())?.pending, { timeout: 10_000 }).toBe(0);
    end.abort();
    await reading;
    await remote.close({ deadlineMs: 0 });
    await behind.close();
    await proxy.stop();
  }, 60_000);

  it('tell when an append got no answer, and a key makes it safe to repeat', async () => {
    const proxy = await startProxy({ targetPort: server.port });
    const behind = connectRedis(`redis://127.0.0.1:${proxy.port}`, { deadlineMs: 250 });
    const remote = createStream<number>('events', redisStreamStore(behind, { name: 'events' }));
    // Now the server knows the script.
    await remote.append(0, { key: 'zero' });
    proxy.delay(100);
    const lost = remote.append(1, { key: 'one' });
    const told = expect(lost).rejects.toMatchObject({ code: 'ERR_APPEND_AMBIGUOUS', stream: 'events' });
    await expect.poll(async () => (await store.state()).length, { interval: 2 }).toBe(2);
    // The answer is on its way.
    proxy.cut();
    await told;
    await proxy.heal();
    const again = await untilAnswered(() => remote.append(1, { key: 'one' }));
    expect(again.outcome).toBe('duplicate');
    expect((await remote.range()).map(({ event }) => event)).toEqual([0, 1]);
    await remote.close();
    await behind.close();
    await proxy.stop();
  });

  it('whose process was killed: another takes over, and the work goes on', async () => {
    const stream = createStream<number>('events', store);
    await stream.appendMany(numbers(100));
    // Takes, and is never heard of again.
    const killed = new TestConsumer(store);
    expect(await killed.take(30)).toHaveLength(30);
    const seen: number[] = [];
    stream.group('g').consume(({ event }) => void seen.push(event), { claimAfterMs: 100, claimEveryMs: 20 });
    await expect.poll(() => seen.length).toBe(100);
    expect(seen.toSorted((a, b) => a - b)).toEqual(numbers(100));
    await expect.poll(async () => (await stream.group('g').info())?.pending).toBe(0);
  });
});

describe('what somebody else has put into the stream', () => {
  it('is delivered as unreadable, does not disturb, and is buried byte by byte', async () => {
    const foreign: (string | Buffer)[][] = [
      ['a', Buffer.from([0, 255, 10, 13]), Buffer.from([1, 0]), 'x'],
      ['event', 'not JSON\nat all'],
      ['event', '{}', 'other', '1'],
      ['event', '{}', 'trace', 't', 'redriven', 'nonsense'],
      ['event', '{}', 'redriven', 'g 1-1', 'more', ''],
      ['', ''],
    ];
    for (const fields of foreign) await redis.command(['XADD', base, '*', ...fields]);
    await redis.command(['XADD', base, '*', 'event', '{\n "pretty": 1\n}']);
    const { told, stop } = listen('stream.entry.buried');
    const stream = createStream<unknown>('events', store);
    await stream.append('ours', { trace: 'has a space' });
    const seen: unknown[] = [];
    const group = stream.group('g');
    group.consume(({ event, trace }) => void seen.push([event, trace]));
    await expect
      .poll(() => seen)
      .toEqual([
        [{ pretty: 1 }, undefined],
        ['ours', 'has a space'],
      ]);
    await expect.poll(() => told.length).toBe(6);
    expect(told.every(({ reason }) => reason === 'undecodable')).toBe(true);
    const dead = await group.deadLetters.list();
    expect(dead.map(({ reason, event }) => [reason, event])).toEqual(foreign.map(() => ['undecodable', undefined]));
    const raw = (await redis.command(['XRANGE', `${base}:dead:g`, '-', '+'], { reply: 'buffer' })) as [
      Buffer,
      Buffer[],
    ][];
    const hex = (fields: readonly (string | Buffer)[]) => fields.map((field) => Buffer.from(field).toString('hex'));
    expect(raw.map(([, fields]) => hex(fields.slice(2)))).toEqual(foreign.map(hex));
    // What has the form of an event comes again, and fails again; the others would lose what else they have.
    expect(await group.deadLetters.redrive('all')).toBe(1);
    await expect.poll(() => told.length).toBe(7);
    await expect.poll(async () => (await group.info())?.pending).toBe(0);
    expect(await group.deadLetters.list()).toHaveLength(6);
    stop();
  });
});

describe('a server whose memory is full', () => {
  it('refuses appends, and lets consumers acknowledge and be freed', async () => {
    const ids = await append(store, ...numbers(20));
    const consumer = new TestConsumer(store);
    await consumer.take(5);
    await redis.command(['CONFIG', 'SET', 'maxmemory', '1mb']);
    try {
      await expect(append(store, 'refused')).rejects.toMatchObject({ reason: 'refusing' });
      await expect(store.append([entry(1, { key: 'a' })], 1_000)).rejects.toMatchObject({ reason: 'refusing' });
      await consumer.turn({ acknowledged: ids.slice(0, 4), buried: [deathOf(ids[4]!)] });
      const heir = new TestConsumer(store);
      expect(valuesOf(await heir.take(99))).toEqual(numbers(15, 5));
      expect(await heir.leave()).toBe(15);
      expect(await store.trim({ maxLength: 0, keepsUnacknowledged: true })).toBe(5);
    } finally {
      await redis.command(['CONFIG', 'SET', 'maxmemory', '0']);
    }
  });
});

describe('a group that was away', () => {
  it('catches up batch by batch, with no more than two batches in memory', async () => {
    const stream = createStream<{ n: number; text: string }>('events', store);
    const text = 'x'.repeat(1_000);
    for (let from = 0; from < 40_000; from += 2_000) {
      await stream.appendMany(Array.from({ length: 2_000 }, (_, n) => ({ n: from + n, text })));
    }
    let most = 0;
    const counting: StreamStore = Object.create(store, {
      turn: {
        value: async (...args: Parameters<StreamStore['turn']>) => {
          const result = await store.turn(...args);
          most = Math.max(most, result.entries.length);
          return result;
        },
      },
    });
    let next = 0;
    const group = createStream<{ n: number }>('events', counting).group('away');
    const consumer = group.consume(({ event }) => {
      if (event.n !== next++) throw new Error('out of order');
    });
    await expect.poll(() => next, { timeout: 15_000 }).toBe(40_000);
    await expect.poll(async () => (await group.info())?.pending).toBe(0);
    expect(most).toBeLessThanOrEqual(100);
    await consumer.close();
  });
});

it('runs by scripts of Redis 7.0 alone: the newer commands are sent to no server', async () => {
  await redis.command(['CONFIG', 'RESETSTAT']);
  await store.append([entry(1, { key: 'a' }), entry(2)], 1_000);
  const consumer = new TestConsumer(store);
  await consumer.take(2);
  await consumer.claim(1, 0);
  await store.trim({ maxLength: 1, keepsUnacknowledged: true });
  const stats = String(await redis.command(['INFO', 'commandstats']));
  const commands = [...stats.matchAll(/^cmdstat_([^:]+):/gm)].map(([, name]) => name);
  expect(commands).toEqual(expect.arrayContaining(['evalsha', 'xadd', 'xreadgroup', 'xpending']));
  for (const newer of ['xackdel', 'xdelex', 'xnack', 'xcfgset']) expect(commands).not.toContain(newer);
});

it('does not run in circles when the server has lost its latest entries', async () => {
  const stream = createStream<number>('events', store);
  const seen: number[] = [];
  stream.group('g').consume(({ event }) => void seen.push(event));
  await redis.command(['XADD', base, '9999999999999-0', 'event', '1']);
  await expect.poll(() => seen).toEqual([1]);
  // As if the last second was lost: ids are lower than before.
  await redis.command(['DEL', base]);
  await redis.command(['XADD', base, '5-1', 'event', '2']);
  await expect.poll(() => seen, { timeout: 10_000 }).toEqual([1, 2]);
  // What waits for the id that is gone gives up after five seconds at the latest.
  await wait(5_500);
  await redis.command(['CONFIG', 'RESETSTAT']);
  await wait(1_000);
  const stats = String(await redis.command(['INFO', 'commandstats']));
  expect(Number(/cmdstat_evalsha:calls=(\d+)/.exec(stats)?.[1] ?? 0)).toBeLessThan(20);
}, 30_000);
