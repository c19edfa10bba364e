/** Turns that are sent before the one in front of them is answered; see redis-turns.ts. */
import { connectRedis, type RedisPort } from 'sallyport/redis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRedisStreamStore, redisStreamStore } from '../../src/streams/redis.ts';
import type { StreamStore } from '../../src/streams/store.ts';
import { append, idsOf, numbers, TestConsumer } from '../contracts/stream-store-subject.ts';
import { useRedisServer } from '../redis-server.ts';
import { type Fate, fatedPort, noAnswer, type Send } from './fated-port.ts';

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

const pending = async () => (await store.groupState('g'))!.pending;

describe('two turns at once', () => {
  /** In the middle of a stream: it has the first four, and reads by the command from now on. */
  async function busyConsumer(fate: { readonly ofRead?: Fate; readonly ofScript?: Fate } = {}, events = 20) {
    const ids = await append(store, ...numbers(events));
    const consumer = new TestConsumer(
      openRedisStreamStore(fatedPort(redis, fate), { name: 'events' }, { plainFrom: 1 }),
    );
    await consumer.take(2);
    await consumer.take(2);
    return { ids, consumer };
  }

  it('are both sent, and answered in their order', async () => {
    const held: (() => void)[] = [];
    let holds = false;
    const { ids, consumer } = await busyConsumer({
      ofRead: async (send) => {
        const reply = await send();
        // The first one is not answered before the second one has come.
        if (holds) {
          await new Promise<void>((resolve) => {
            held.push(resolve);
            if (held.length === 2) for (const go of held.toReversed()) go();
          });
        }
        return reply;
      },
    });
    holds = true;
    const order: number[] = [];
    const [first, second] = await Promise.all([
      consumer.turn({ want: 2, acknowledged: ids.slice(0, 2) }).finally(() => order.push(1)),
      consumer.turn({ want: 2, acknowledged: ids.slice(2, 4) }).finally(() => order.push(2)),
    ]);
    holds = false;
    expect([idsOf(first.entries), idsOf(second.entries), order]).toEqual([ids.slice(4, 6), ids.slice(6, 8), [1, 2]]);
    expect([first.holdsUnknown, second.holdsUnknown]).toEqual([false, false]);
    const next = await consumer.turn({ want: 2, acknowledged: ids.slice(4, 8) });
    expect([idsOf(next.entries), next.holdsUnknown, await pending()]).toEqual([ids.slice(8, 10), false, 2]);
  });

  it('of which the first one’s answer is lost: the next turn tells of what it took', async () => {
    let reads = 0;
    const { ids, consumer } = await busyConsumer({
      ofRead: async (send) => {
        const reply = await send();
        return ++reads === 2 ? noAnswer() : reply;
      },
    });
    const [first, second] = await Promise.allSettled([
      consumer.turn({ want: 2, acknowledged: ids.slice(0, 2) }),
      consumer.turn({ want: 2, acknowledged: ids.slice(2, 4) }),
    ]);
    expect(first.status).toBe('rejected');
    expect(second.status === 'fulfilled' && idsOf(second.value.entries)).toEqual(ids.slice(6, 8));
    const told = await consumer.turn({ want: 4, known: ids.slice(6, 8) });
    expect(idsOf(told.entries).slice(0, 2)).toEqual(ids.slice(4, 6));
    expect([told.lost, await pending()]).toEqual([[], 2 + told.entries.length]);
  });

  /** Goes on as one does who is told of nothing, until a turn tells that there is something. @returns its turns until then */
  async function untilTold(consumer: TestConsumer, held: readonly string[], most = 24): Promise<number> {
    let acknowledged = held;
    for (let turns = 1; turns <= most; turns++) {
      const { entries, holdsUnknown } = await consumer.turn({ want: 2, acknowledged });
      if (holdsUnknown) return turns;
      acknowledged = idsOf(entries);
    }
    return Number.POSITIVE_INFINITY;
  }

  it('of which the first one’s read is repeated, and both answered before the next: the next one tells', async () => {
    let repeats = false;
    const { ids, consumer } = await busyConsumer({
      ofRead: (send) => {
        if (repeats) {
          repeats = false;
          void send();
        }
        return send();
      },
    });
    repeats = true;
    const [first, second] = await Promise.all([
      consumer.turn({ want: 2, acknowledged: ids.slice(0, 2) }),
      consumer.turn({ want: 2, acknowledged: ids.slice(2, 4) }),
    ]);
    const held = [...idsOf(first.entries), ...idsOf(second.entries)];
    expect(held).toEqual(ids.slice(6, 10));
    expect(await untilTold(consumer, held)).toBe(1);
  });

  it('that a client repeats, script and read, tell so at once', async () => {
    let repeats = false;
    const twice: Fate = async (send) => {
      if (repeats) await send();
      return send();
    };
    const { ids, consumer } = await busyConsumer({ ofRead: twice, ofScript: twice }, 40);
    repeats = true;
    const results = await Promise.all([
      consumer.turn({ want: 2, acknowledged: ids.slice(0, 2) }),
      consumer.turn({ want: 2, acknowledged: ids.slice(3, 4) }),
    ]);
    repeats = false;
    expect(results.some(({ holdsUnknown }) => holdsUnknown)).toBe(true);
    const known = [ids[2]!, ...results.flatMap(({ entries }) => idsOf(entries))];
    const told = await consumer.turn({ known });
    known.push(...idsOf(told.entries));
    expect([told.lost, new Set(known).size, await pending()]).toEqual([[], known.length, known.length]);
  });

  it('of which one is refused for what another has moved on from: it tells all the same', async () => {
    let reads = -1;
    let answerSecond = () => {};
    const { ids, consumer } = await busyConsumer(
      {
        ofRead: async (send) => {
          if (reads < 0) return send();
          const nth = ++reads;
          if (nth === 1) void send();
          const reply = await send();
          if (nth === 2)
            await new Promise<void>((resolve) => {
              answerSecond = resolve;
            });
          return reply;
        },
      },
      60,
    );
    reads = 0;
    const first = consumer.turn({ want: 2, acknowledged: ids.slice(0, 2) });
    const second = consumer.turn({ want: 2, acknowledged: ids.slice(2, 4) });
    const third = consumer.turn({ want: 2, acknowledged: idsOf((await first).entries) });
    await expect.poll(() => reads).toBe(3);
    answerSecond();
    await second;
    expect((await third).holdsUnknown).toBe(true);
  });

  it('of which the first one is repeated, while what came first is still worked on, tell so', async () => {
    const { ids, consumer } = await busyConsumer({}, 60);
    const held = idsOf((await consumer.turn({ want: 4, acknowledged: ids.slice(0, 2) })).entries);
    let repeat: () => void = () => {};
    let isOn = true;
    // As a client does that has lost its connection: script, read, script, read.
    const port: RedisPort = {
      ...redis,
      run: (...script) => {
        if (!isOn) return redis.run(...script);
        void redis.run(...script);
        return new Promise((resolve, reject) => {
          repeat = () => void redis.run(...script).then(resolve, reject);
        });
      },
      command: (args, options) => {
        if (!isOn || args[0] !== 'XREADGROUP') return redis.command(args, options);
        isOn = false;
        void redis.command(args, options);
        repeat();
        return redis.command(args, options);
      },
    };
    isOn = false;
    const other = new TestConsumer(openRedisStreamStore(port, { name: 'events' }, { plainFrom: 1 }));
    await other.take(4);
    await other.take(4);
    const batch = idsOf((await other.turn({ want: 4 })).entries);
    isOn = true;
    const turn = await other.turn({ want: 4, acknowledged: batch.slice(1) });
    expect([held.length, turn.holdsUnknown]).toEqual([4, true]);
  });

  it('after which all was asked for while a read was repeated: the next one tells', async () => {
    let repeats = false;
    const { ids, consumer } = await busyConsumer(
      {
        ofRead: (send) => {
          if (repeats) {
            repeats = false;
            void send();
          }
          return send();
        },
      },
      40,
    );
    repeats = true;
    const { entries } = await consumer.turn({ want: 2, known: ids.slice(0, 4) });
    expect([idsOf(entries), repeats]).toEqual([ids.slice(6, 8), false]);
    expect(await untilTold(consumer, [...ids.slice(0, 4), ...idsOf(entries)])).toBe(1);
  });

  it('after which the gate was shut for another’s entries, with a read carried out late, tell so', async () => {
    const reads: Send[] = [];
    const leaver = new TestConsumer(store);
    const ids = await append(store, ...numbers(40));
    await leaver.take(2);
    const port = fatedPort(redis, {
      ofRead: (send) => {
        reads.push(send);
        return send();
      },
    });
    const consumer = new TestConsumer(openRedisStreamStore(port, { name: 'events' }, { plainFrom: 1 }));
    await consumer.take(2);
    await consumer.take(2);
    const third = await consumer.turn({ want: 2, acknowledged: ids.slice(2, 4) });
    await reads.at(-1)!();
    await leaver.leave();
    const held = [...ids.slice(4, 6), ...idsOf(third.entries)];
    const fourth = await consumer.turn({ want: 2, renewed: held });
    expect(fourth.holdsUnknown || (await untilTold(consumer, [...held, ...idsOf(fourth.entries)])) <= 2).toBe(true);
  });

  it('at the end of the stream tell once from where to wait', async () => {
    const { ids, consumer } = await busyConsumer({}, 4);
    const [first, second] = await Promise.all([
      consumer.turn({ want: 2, acknowledged: ids.slice(0, 2) }),
      consumer.turn({ want: 2, acknowledged: ids.slice(2, 4) }),
    ]);
    expect(first).toMatchObject({ entries: [], hasMore: true, lastId: undefined });
    expect(second).toMatchObject({ entries: [], hasMore: false, lastId: ids[3], holdsUnknown: false });
    expect(await pending()).toBe(0);
  });

  it('of which something was taken meanwhile tell so', async () => {
    const { ids, consumer } = await busyConsumer();
    const thief = new TestConsumer(store);
    await thief.claim(1, 0);
    const results = await Promise.all([
      consumer.turn({ want: 2, acknowledged: ids.slice(0, 2) }),
      consumer.turn({ want: 2, acknowledged: ids.slice(2, 4) }),
    ]);
    expect(new Set(results.map(({ claims }) => claims)).size).toBe(1);
    const stale = results.flatMap((result) => result.stale);
    expect(stale).toEqual([ids[0]]);
    expect(results.flatMap(({ entries }) => idsOf(entries))).toEqual(ids.slice(4, 8));
  });
});
