/** Reads that are sent beside the script of their turn, and come late, twice, first, or not at all; see redis-turns.ts. */
import { connectRedis, type RedisPort } from 'sallyport/redis';
import { createStream } from 'sallyport/streams';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRedisStreamStore, redisStreamStore } from '../../src/streams/redis.ts';
import type { StreamStore } from '../../src/streams/store.ts';
import { append, idsOf, numbers, TestConsumer, valuesOf } from '../contracts/stream-store-subject.ts';
import { useRedisServer } from '../redis-server.ts';
import { type Fate, fatedPort, noAnswer, type Send } from './fated-port.ts';

const base = 'sallyport:stream:{events}';
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

/** A consumer that reads plainly from its second turn on; `ofRead` decides what becomes of each read. */
function consumerThrough(ofRead: Fate): TestConsumer {
  return new TestConsumer(openRedisStreamStore(fatedPort(redis, { ofRead }), { name: 'events' }, { plainFrom: 1 }));
}

const gates = async () => (await redis.command(['KEYS', `${base}:gate:*`])) as string[];

it('reads by the command once a read was full, and by the script again at the end', async () => {
  let reads = 0;
  const consumer = consumerThrough((read) => {
    reads++;
    return read();
  });
  const ids = await append(store, ...numbers(7));
  expect(idsOf(await consumer.take(2))).toEqual(ids.slice(0, 2));
  expect(reads).toBe(0);
  const second = await consumer.turn({ want: 2, acknowledged: ids.slice(0, 2) });
  expect([idsOf(second.entries), second.hasMore, second.lastId]).toEqual([ids.slice(2, 4), true, undefined]);
  const third = await consumer.turn({ want: 2, acknowledged: ids.slice(2, 4) });
  expect([idsOf(third.entries), reads]).toEqual([ids.slice(4, 6), 2]);
  const last = await consumer.turn({ want: 2, acknowledged: ids.slice(4, 6) });
  expect([idsOf(last.entries), last.hasMore, last.lastId]).toEqual([ids.slice(6), false, ids[6]]);
  await consumer.turn({ want: 2, acknowledged: ids.slice(6) });
  expect(reads).toBe(3);
  expect(await store.groupState('g')).toMatchObject({ pending: 0, lag: 0 });
});

it('tells where to wait from when the read finds nothing', async () => {
  const consumer = consumerThrough((read) => read());
  const ids = await append(store, ...numbers(4));
  await consumer.take(2);
  await consumer.take(2);
  const empty = await consumer.turn({ want: 2, acknowledged: ids });
  expect(empty).toMatchObject({ entries: [], hasMore: false, lastId: ids[3], isUnknown: false, stale: [] });
});

describe('a read', () => {
  it('whose answer was lost is told of by the next turn', async () => {
    const ids = await append(store, ...numbers(9));
    let loses = false;
    const consumer = consumerThrough(async (read) => {
      const reply = await read();
      return loses ? noAnswer() : reply;
    });
    await consumer.take(2);
    await consumer.take(2);
    loses = true;
    await expect(consumer.turn({ want: 2, acknowledged: ids.slice(0, 1) })).rejects.toThrow('no answer');
    loses = false;
    const { entries, lost, stale } = await consumer.turn({
      want: 9,
      known: ids.slice(1, 4),
      acknowledged: ids.slice(0, 1),
    });
    expect([idsOf(entries), lost, stale]).toEqual([ids.slice(4), [], []]);
    expect(await store.groupState('g')).toMatchObject({ pending: 8, lag: 0 });
  });

  it('that comes after the next turn takes nothing', async () => {
    const ids = await append(store, ...numbers(9));
    const late: Send[] = [];
    let holdsBack = false;
    const consumer = consumerThrough((read) => {
      if (!holdsBack) return read();
      late.push(read);
      return noAnswer();
    });
    await consumer.take(2);
    await consumer.take(2);
    holdsBack = true;
    await expect(consumer.take(2)).rejects.toThrow('no answer');
    holdsBack = false;
    await consumer.turn({ known: ids.slice(0, 4) });
    for (const read of late) await expect(read()).rejects.toMatchObject({ reply: 'NOGROUP' });
    expect(await store.groupState('g')).toMatchObject({ pending: 4, lag: 5 });
    // One gate is shut, and another opened, as it goes on.
    await consumer.take(2);
    expect(idsOf((await consumer.turn({ want: 2, acknowledged: ids.slice(0, 2) })).entries)).toEqual(ids.slice(6, 8));
    for (const read of late) await expect(read()).rejects.toMatchObject({ reply: 'NOGROUP' });
    expect(await gates()).toHaveLength(1);
  });

  it('that comes after its consumer has left, or its group was removed, takes nothing', async () => {
    const ids = await append(store, ...numbers(9));
    const late: Send[] = [];
    const consumer = consumerThrough((read) => {
      late.push(read);
      return read();
    });
    await consumer.take(2);
    await consumer.take(2);
    expect(await gates()).toHaveLength(1);
    expect(await consumer.leave()).toBe(4);
    await expect(late[0]!()).rejects.toMatchObject({ reply: 'NOGROUP' });
    expect((await store.groupState('g'))!.consumers).toEqual([]);
    const next = consumerThrough((read) => read());
    expect(idsOf(await next.take(4))).toEqual(ids.slice(0, 4));
    await next.take(2);
    expect(await gates()).toHaveLength(1);
    await store.removeGroup('g');
    expect(await gates()).toEqual([]);
  });

  it.each([
    ['after', 'acknowledging', 1],
    ['after', 'asking for nothing', 0],
  ])(
    'that a client repeats by itself loses nothing: the turn %s it, %s, finds the first one’s',
    async (_, __, done) => {
      const ids = await append(store, ...numbers(12));
      let repeats = 0;
      const consumer = consumerThrough(async (read) => {
        if (repeats-- > 0) await read();
        return read();
      });
      await consumer.take(2);
      await consumer.take(2);
      repeats = 1;
      const { entries } = await consumer.turn({ want: 2, acknowledged: ids.slice(0, 2) });
      expect(idsOf(entries)).toEqual(ids.slice(6, 8));
      const told = await consumer.turn({ want: 2, acknowledged: idsOf(entries).slice(0, done) });
      expect(told.holdsUnknown).toBe(true);
      const known = [...ids.slice(2, 4), ...idsOf([...entries.slice(done), ...told.entries])];
      const found = await consumer.turn({ want: 2, known });
      expect(found.entries.map(({ id }) => id).slice(0, 2)).toEqual(ids.slice(4, 6));
      expect([found.lost, found.holdsUnknown]).toEqual([[], false]);
      expect((await consumer.turn({ acknowledged: [] })).holdsUnknown).toBe(false);
    },
  );

  it('that is carried out once more after its answer came is found by the next turns', async () => {
    const ids = await append(store, ...numbers(12));
    const reads: Send[] = [];
    const consumer = consumerThrough((read) => {
      reads.push(read);
      return read();
    });
    await consumer.take(2);
    await consumer.take(2);
    await reads[0]!();
    const third = await consumer.turn({ want: 2, acknowledged: ids.slice(0, 2) });
    expect(idsOf(third.entries)).toEqual(ids.slice(6, 8));
    expect((await consumer.turn({ acknowledged: ids.slice(2, 4) })).holdsUnknown).toBe(true);
    const { entries } = await consumer.turn({ known: ids.slice(6, 8) });
    expect(idsOf(entries)).toEqual(ids.slice(4, 6));
  });

  it('that comes before its script, as after SCRIPT FLUSH, is the consumer’s all the same', async () => {
    const ids = await append(store, ...numbers(12));
    const consumer = consumerThrough((read) => read());
    await consumer.take(2);
    await consumer.take(2);
    for (let from = 0; from < 6; from += 2) {
      await redis.command(['SCRIPT', 'FLUSH']);
      const turn = await consumer.turn({ want: 2, acknowledged: ids.slice(from, from + 2) });
      expect([idsOf(turn.entries), turn.holdsUnknown]).toEqual([ids.slice(from + 4, from + 6), false]);
    }
    expect(await store.groupState('g')).toMatchObject({ pending: 4, lag: 2 });
  });

  it('goes through a new gate when its own is gone', async () => {
    const ids = await append(store, ...numbers(12));
    let answers = 0;
    const consumer = consumerThrough(async (read) => {
      const reply = await read();
      answers++;
      return reply;
    });
    await consumer.take(2);
    await consumer.take(2);
    await redis.command(['DEL', ...(await gates())]);
    for (let from = 0; from < 6; from += 2) {
      const turn = await consumer.turn({ want: 2, acknowledged: ids.slice(from, from + 2) });
      expect(idsOf(turn.entries)).toEqual(ids.slice(from + 4, from + 6));
    }
    expect(answers).toBe(3);
    expect(await gates()).toHaveLength(1);
  });

  it('leaves aside what was put back for another group', async () => {
    const consumer = consumerThrough((read) => read());
    const [id] = await append(store, ...numbers(5));
    const other = new TestConsumer(store, { group: 'other' });
    await other.turn({ want: 1 });
    await other.turn({ buried: [{ id: id!, death: JSON.stringify({ reason: 'fatal', id, deliveries: 1 }) }] });
    await consumer.take(2);
    const dead = store.deadLetters('other');
    await dead.redrive(idsOf(await dead.list(9)));
    await append(store, 'last');
    expect(valuesOf(await consumer.take(2))).toEqual([2, 3]);
    expect(valuesOf(await consumer.take(3))).toEqual([4, 'last']);
    expect(await store.groupState('g')).toMatchObject({ pending: 6, lag: 0 });
  });

  it('adds nothing to what others gave back: no more is given than was wanted', async () => {
    const ids = await append(store, ...numbers(20));
    const [consumer, leaver] = [consumerThrough((read) => read()), new TestConsumer(store)];
    await leaver.take(3);
    await consumer.take(2);
    await consumer.take(2);
    await leaver.leave();
    const turn = await consumer.turn({ want: 2, renewed: ids.slice(3, 4) });
    expect([idsOf(turn.entries), turn.hasMore]).toEqual([ids.slice(0, 2), true]);
    expect(await gates()).toEqual([]);
    expect(idsOf(await consumer.take(2))).toEqual([ids[2], ids[7]]);
  });
});

it('a stream whose clients repeat every read has each event handled once', async () => {
  const direct = createStream<number>('events', store);
  await direct.appendMany(numbers(3_000));
  let reads = 0;
  const port: RedisPort = {
    ...redis,
    command: async (args, options) => {
      if (args[0] === 'XREADGROUP' && ++reads % 2 === 0) await redis.command(args, options);
      return redis.command(args, options);
    },
  };
  const stream = createStream<number>('events', redisStreamStore(port, { name: 'events' }));
  const seen: number[] = [];
  stream.group('g').consume(({ event }) => void seen.push(event));
  await expect.poll(() => seen.length, { timeout: 10_000 }).toBe(3_000);
  expect(seen.toSorted((a, b) => a - b)).toEqual(numbers(3_000));
  expect(reads).toBeGreaterThan(5);
  await expect.poll(async () => (await direct.group('g').info())?.pending).toBe(0);
  await stream.close();
  expect(await gates()).toEqual([]);
});
