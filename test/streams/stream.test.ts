/** Appending to a stream and reading it, as applications do, on both stores. */
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PayloadSchema } from '../../src/payload/payload.ts';
import type { StreamStore } from '../../src/streams/store.ts';
import { createStream, type EventStream } from '../../src/streams/stream.ts';
import { useStreamStores } from './stream-stores.ts';

interface Order {
  readonly n: number;
}

const orderSchema: PayloadSchema<Order> = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: (value) =>
      typeof (value as Order).n === 'number'
        ? { value: value as Order }
        : { issues: [{ message: 'n is no number', path: ['n'] }] },
  },
};
const orders = (count: number, from = 0): Order[] => Array.from({ length: count }, (_, n) => ({ n: from + n }));

for (const { name, open } of useStreamStores()) {
  describe(`a stream in ${name}`, () => {
    let store: StreamStore;
    let stream: EventStream<Order>;

    beforeEach(async () => {
      store = await open('orders');
      stream = createStream<Order>('orders', store);
    });
    afterEach(() => stream.close());

    async function collect(options: Parameters<EventStream<Order>['read']>[0]): Promise<number[]> {
      const seen: number[] = [];
      for await (const { event } of stream.read(options)) seen.push(event.n);
      return seen;
    }

    it('appends one, many, and many at the same time, in order', async () => {
      const first = await stream.append({ n: 0 });
      expect(first).toEqual({ id: expect.stringMatching(/^\d+-\d+$/), outcome: 'appended' });
      const together = await Promise.all(orders(1_200, 1).map((order) => stream.append(order)));
      await stream.appendMany(orders(10, 1_201));
      expect(new Set(together.map(({ id }) => id)).size).toBe(1_200);
      expect(await collect({ blockMs: 0 })).toEqual(orders(1_211).map(({ n }) => n));
      expect(await stream.count()).toBe(1_211);
      const [event] = await stream.range({ from: together[5]!.id, limit: 1 });
      expect(event).toMatchObject({ id: together[5]!.id, event: { n: 6 }, trace: undefined });
      expect(Math.abs(event!.at.getTime() - Date.now())).toBeLessThan(20_000);
    });

    it('does not append an event of one key twice', async () => {
      const { id } = await stream.append({ n: 1 }, { key: 'a' });
      expect(await stream.append({ n: 1 }, { key: 'a' })).toEqual({ id, outcome: 'duplicate' });
      const outcomes = await Promise.all([1, 2, 3].map((n) => stream.append({ n }, { key: 'b' })));
      expect(outcomes.map(({ outcome }) => outcome)).toEqual(['appended', 'duplicate', 'duplicate']);
      expect(await stream.count()).toBe(2);
    });

    it('carries the trace', async () => {
      const traced = createStream<Order>('orders', store, { trace: () => '00-stream' });
      await traced.append({ n: 1 });
      await traced.append({ n: 2 }, { trace: '00-own' });
      expect((await stream.range()).map(({ trace }) => trace)).toEqual(['00-stream', '00-own']);
    });

    it('refuses what it cannot keep, and keeps nothing of it', async () => {
      const checked = createStream<Order>('orders', store, { schema: orderSchema, maxPayloadBytes: 20 });
      await expect(checked.append({ n: 'x' } as never)).rejects.toMatchObject({ code: 'ERR_PAYLOAD' });
      await expect(checked.append({ n: 1, text: 'x'.repeat(20) } as Order)).rejects.toMatchObject({
        code: 'ERR_PAYLOAD',
      });
      await expect(checked.appendMany([{ n: 1 }, { n: 'x' } as never])).rejects.toMatchObject({ code: 'ERR_PAYLOAD' });
      await expect(stream.append(undefined as never)).rejects.toMatchObject({ code: 'ERR_PAYLOAD' });
      await expect(stream.append({ n: 1 }, { trace: 'a\nb' })).rejects.toMatchObject({ option: 'trace' });
      await expect(stream.append({ n: 1 }, { key: '' })).rejects.toMatchObject({ option: 'key' });
      await expect(stream.appendMany(orders(10_001))).rejects.toMatchObject({ option: 'events' });
      expect(await stream.appendMany([])).toEqual([]);
      expect(await stream.count()).toBe(0);
    });

    it('reads from the start, after an id, since a moment, and from now', async () => {
      const before = await stream.appendMany(orders(3));
      await wait(5);
      const { at } = (await stream.range({ from: (await stream.append({ n: 3 })).id }))[0]!;
      expect(await collect({ from: 'start', blockMs: 0, batchSize: 2 })).toEqual([0, 1, 2, 3]);
      expect(await collect({ from: before[1]!.id, blockMs: 0 })).toEqual([2, 3]);
      expect(await collect({ from: at, blockMs: 0 })).toEqual([3]);
      const live = collect({ from: 'now', blockMs: 300 });
      await stream.append({ n: 4 });
      expect(await live).toEqual([4]);
    });

    it('waits for events, and ends when it is told to', async () => {
      const end = new AbortController();
      const seen: number[] = [];
      const loop = (async () => {
        for await (const { event } of stream.read({ from: 'now', signal: end.signal })) {
          seen.push(event.n);
          if (event.n === 2) break;
        }
      })();
      for (const n of [0, 1, 2]) {
        await wait(20);
        await stream.append({ n });
        await expect.poll(() => seen.length, { interval: 2 }).toBe(n + 1);
      }
      await loop;
      const waiting = collect({ from: 'now', signal: end.signal });
      await wait(20);
      end.abort();
      expect(await waiting).toEqual([]);
      expect(await collect({ signal: AbortSignal.abort() })).toEqual([]);
      const iterator = stream.read({ from: 'now' });
      const next = iterator.next();
      await iterator.return?.();
      expect(await next).toEqual({ done: true, value: undefined });
    });

    it('fetches no more than a batch ahead of who reads', async () => {
      await stream.appendMany(orders(30));
      let fetched = 0;
      const counting: StreamStore = Object.create(store, {
        range: {
          value: async (...args: Parameters<StreamStore['range']>) => {
            const entries = await store.range(...args);
            fetched += entries.length;
            return entries;
          },
        },
      });
      let taken = 0;
      for await (const _ of createStream<Order>('orders', counting).read({ batchSize: 4, blockMs: 0 })) {
        taken++;
        expect(fetched - taken).toBeLessThan(4);
      }
      expect([taken, fetched]).toEqual([30, 30]);
    });

    it('gives ranges by id and by time, from both ends', async () => {
      const appended = await stream.appendMany(orders(5));
      const [from, to] = [appended[1]!.id, appended[3]!.id];
      const values = async (options: Parameters<typeof stream.range>[0]) =>
        (await stream.range(options)).map(({ event }) => event.n);
      expect(await values({ from, to })).toEqual([1, 2, 3]);
      expect(await values({ from, to, order: 'descending', limit: 2 })).toEqual([3, 2]);
      expect(await values({ to: new Date(Date.now() - 3_600_000) })).toEqual([]);
      expect(await values({ from: new Date(Date.now() - 3_600_000), limit: 2 })).toEqual([0, 1]);
      await expect(stream.range({ from: '1-' })).rejects.toMatchObject({ option: 'from' });
      await expect(stream.range({ to: new Date(Number.NaN) })).rejects.toMatchObject({ option: 'to' });
      await expect(stream.range({ limit: 0 })).rejects.toMatchObject({ option: 'limit' });
    });

    it('replays a part of the past into a handler', async () => {
      const appended = await stream.appendMany(orders(250));
      const seen: number[] = [];
      const replayed = await stream.replay(({ event }) => void seen.push(event.n), {
        from: appended[5]!.id,
        to: appended[224]!.id,
        batchSize: 50,
      });
      expect([replayed, seen]).toEqual([220, orders(220, 5).map(({ n }) => n)]);
      const end = new AbortController();
      const stopped = await stream.replay(({ event }) => event.n === 9 && end.abort(), { signal: end.signal });
      expect(stopped).toBe(10);
      await expect(stream.replay(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    });

    it('tells of what cannot be read, with the place to go on from', async () => {
      await stream.append({ n: 1 });
      const bad = await stream.append({ n: 'x' } as never);
      await stream.append({ n: 2 });
      const checked = createStream<Order>('orders', store, { schema: orderSchema });
      const reading = (async () => {
        for await (const _ of checked.read({ blockMs: 0 }));
      })();
      await expect(reading).rejects.toMatchObject({ code: 'ERR_EVENT_UNDECODABLE', eventId: bad.id });
      await expect(checked.range()).rejects.toMatchObject({ eventId: bad.id });
      const told: string[] = [];
      const onUndecodable = ({ eventId }: { eventId: string }) => void told.push(eventId);
      expect((await checked.range({ onUndecodable })).map(({ event }) => event.n)).toEqual([1, 2]);
      expect(await checked.replay(() => {}, { onUndecodable })).toBe(2);
      expect(told).toEqual([bad.id, bad.id]);
    });

    it('removes old events as it appends, as far as every group has them', async () => {
      const kept = createStream<Order>('orders', store, { retention: { maxLength: 100 } });
      const group = kept.group('g');
      await group.create();
      for (let n = 0; n < 5; n++) await kept.appendMany(orders(500, n * 500));
      await wait(20);
      expect(await kept.count()).toBe(2_500);
      const consumer = group.consume(() => {});
      await expect.poll(async () => (await group.info())?.pending).toBe(0);
      await expect.poll(async () => (await group.info())?.lag).toBe(0);
      await kept.appendMany(orders(1_000));
      await expect.poll(() => kept.count()).toBeLessThan(1_200);
      await expect.poll(async () => (await group.info())?.lag).toBe(0);
      await consumer.close();
      expect(await kept.trim({ maxLength: 10 })).toBeGreaterThan(0);
      expect(await kept.count()).toBe(10);
      await kept.close();
    });

    it('tells about itself', async () => {
      expect(await stream.info()).toEqual({ length: 0, firstId: undefined, lastId: undefined, added: 0, groups: [] });
      const appended = await stream.appendMany(orders(3));
      await stream.group('g').create();
      expect(await stream.info()).toEqual({
        length: 3,
        firstId: appended[0]!.id,
        lastId: appended[2]!.id,
        added: 3,
        groups: ['g'],
      });
    });

    it('refuses options out of range', async () => {
      expect(() => createStream('a b', store)).toThrow(expect.objectContaining({ option: 'stream.name' }));
      expect(() => createStream('a', store, { retention: {} })).toThrow(
        expect.objectContaining({ option: 'retention' }),
      );
      expect(() => stream.read({ from: 'yesterday' })).toThrow(expect.objectContaining({ option: 'from' }));
      expect(() => stream.read({ batchSize: 0 })).toThrow(expect.objectContaining({ option: 'batchSize' }));
      expect(() => stream.read({ blockMs: -1 })).toThrow(expect.objectContaining({ option: 'blockMs' }));
      expect(() => stream.group('a:b')).toThrow(expect.objectContaining({ option: 'group.name' }));
      for (const option of ['concurrency', 'batchSize', 'maxDeliveries', 'claimAfterMs', 'claimEveryMs'] as const) {
        expect(() => stream.group('g').consume(() => {}, { [option]: 0 })).toThrow(expect.objectContaining({ option }));
      }
      await expect(stream.trim({})).rejects.toMatchObject({ option: 'trim' });
      await expect(stream.trim({ maxLength: -1 })).rejects.toMatchObject({ option: 'trim.maxLength' });
    });
  });
}
