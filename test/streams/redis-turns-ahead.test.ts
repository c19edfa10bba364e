/** Turns that are sent before the one in front of them is answered; see redis-turns.ts. */
import { connectRedis, type RedisPort, type RedisReply } from 'sallyport/redis';
import { createStream } from 'sallyport/streams';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { seededRandom } from '../../lab/src/experiments/seeded-random.ts';
import { openRedisStreamStore, redisStreamStore } from '../../src/streams/redis.ts';
import type { StreamStore } from '../../src/streams/store.ts';
import { append, idsOf, numbers, TestConsumer } from '../contracts/stream-store-subject.ts';
import { useRedisServer } from '../redis-server.ts';

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

type Send = () => Promise<RedisReply>;
/** What becomes of a read, or of a script. */
type Fate = (send: Send) => Promise<RedisReply>;

const asSent: Fate = (send) => send();
const noAnswer = () => Promise.reject(new Error('no answer'));

function portWith(fate: { readonly ofRead?: Fate; readonly ofScript?: Fate }): RedisPort {
  const { ofRead = asSent, ofScript = asSent } = fate;
  return {
    ...redis,
    command: (args, options) => {
      const send = () => redis.command(args, options);
      return args[0] === 'XREADGROUP' ? ofRead(send) : send();
    },
    run: (...script) => ofScript(() => redis.run(...script)),
  };
}

const pending = async () => (await store.groupState('g'))!.pending;

describe('two turns at once', () => {
  /** In the middle of a stream: it has the first four, and reads by the command from now on. */
  async function busyConsumer(fate: { readonly ofRead?: Fate; readonly ofScript?: Fate } = {}, events = 20) {
    const ids = await append(store, ...numbers(events));
    const consumer = new TestConsumer(openRedisStreamStore(portWith(fate), { name: 'events' }, { plainFrom: 1 }));
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

  it('that a client repeats, both of them, lose nothing', async () => {
    const sent: Send[] = [];
    let repeats = false;
    const fate: Fate = async (send) => {
      if (!repeats) return send();
      sent.push(send);
      await send();
      return send();
    };
    const { ids, consumer } = await busyConsumer({ ofRead: fate, ofScript: fate });
    repeats = true;
    const [first, second] = await Promise.all([
      consumer.turn({ want: 2, acknowledged: ids.slice(0, 2) }),
      consumer.turn({ want: 2, acknowledged: ids.slice(2, 4) }),
    ]);
    repeats = false;
    expect(sent.length).toBeGreaterThanOrEqual(4);
    const given = [...idsOf(first.entries), ...idsOf(second.entries)];
    const known = [...given];
    for (let turn = 0; turn < 4; turn++) {
      const { entries, lost } = await consumer.turn({ want: 20, known });
      expect(lost).toEqual([]);
      known.push(...idsOf(entries));
    }
    expect(known.toSorted()).toEqual(ids.slice(4).toSorted());
    expect(new Set(known).size).toBe(known.length);
  });

  it('are one after the other when the first one acknowledges what the second one would look for', async () => {
    let scripts = 0;
    const { ids, consumer } = await busyConsumer({
      ofScript: (send) => {
        scripts++;
        return send();
      },
    });
    scripts = 0;
    const [first, second] = await Promise.all([
      consumer.turn({ want: 2, acknowledged: ids.slice(0, 4) }),
      consumer.turn({ want: 2, acknowledged: ids.slice(4, 6) }),
    ]);
    expect([idsOf(first.entries), idsOf(second.entries)]).toEqual([ids.slice(4, 6), ids.slice(6, 8)]);
    expect([first.holdsUnknown, second.holdsUnknown, scripts]).toEqual([false, false, 2]);
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

it.each(numbers(8))(
  'a consumer whose link does all it can handles each event once: seed %i',
  async (seed) => {
    const events = 600;
    const { next: random } = seededRandom(seed, 'turns ahead');
    const fate: Fate = async (send) => {
      const dice = random();
      if (dice < 0.02) await send();
      if (dice < 0.04) return send().then(noAnswer);
      if (dice < 0.06) return noAnswer();
      if (dice < 0.08) await new Promise((resolve) => setTimeout(resolve, random() * 5));
      return send();
    };
    const direct = createStream<number>('events', store);
    await direct.appendMany(numbers(events));
    const port = portWith({ ofRead: fate, ofScript: fate });
    const stream = createStream<number>('events', openRedisStreamStore(port, { name: 'events' }, { plainFrom: 1 }));
    const seen: number[] = [];
    stream.group('g').consume(({ event }) => void seen.push(event), { batchSize: 20, concurrency: 1 + seed * 5 });
    await expect.poll(() => seen.length, { timeout: 30_000 }).toBeGreaterThanOrEqual(events);
    await expect.poll(async () => (await direct.group('g').info())?.pending).toBe(0);
    expect(seen.toSorted((a, b) => a - b)).toEqual(numbers(events));
    await stream.close();
  },
  60_000,
);
