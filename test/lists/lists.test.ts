import { inspect } from 'node:util';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { createSallyport, InvalidOptionError } from 'sallyport';
import {
  createList,
  type IdleWait,
  type List,
  type ListStore,
  ListUndecodableError,
  memoryListStore,
  PayloadError,
  popFrom,
  valuesFrom,
} from 'sallyport/lists';
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import { redisClients } from '../redis-clients.ts';
import { useRedisServer } from '../redis-server.ts';
import { redisSubject } from './redis-subject.ts';

interface Order {
  readonly id: number;
  readonly note?: string;
}

/** Orders, with their notes in small letters; answers later when `isAsync`. */
function orderSchema(isAsync = false): StandardSchemaV1<unknown, Order> {
  const validate = (value: unknown) => {
    const { id, note } = (value ?? {}) as { id?: unknown; note?: unknown };
    if (typeof id !== 'number') return { issues: [{ message: `no number: ${String(id)}`, path: ['id'] }] };
    return { value: { id, ...(note === undefined ? {} : { note: String(note).toLowerCase() }) } };
  };
  return {
    '~standard': { version: 1, vendor: 'test', validate: isAsync ? async (value) => validate(value) : validate },
  };
}

const server = useRedisServer();
const stores: readonly { name: string; open(): Promise<{ store: ListStore; close(): Promise<void> }> }[] = [
  {
    name: 'memory',
    open: async () => {
      const store = memoryListStore();
      return { store, close: () => store.close() };
    },
  },
  ...redisClients.map(({ client, open }) => ({
    name: client,
    open: () => redisSubject(() => open(server.url), client),
  })),
];

let lists = 0;
const newName = () => `list-${++lists}`;

/** The place of a list in its store, for what no list writes. */
const placeOf = (list: List<unknown>) => `{${list.name}}`;

for (const { name, open } of stores) {
  describe.concurrent(`lists: ${name}`, () => {
    let store: ListStore;
    let close: () => Promise<void>;
    beforeAll(async () => {
      ({ store, close } = await open());
    });
    afterAll(() => close());

    it('push, pop, popMany, peek, length, clear', async () => {
      const orders = createList<Order>(newName(), store);
      expect(await orders.push({ id: 1 }, { id: 2 }, { id: 3 })).toBe(3);
      expect(await orders.push({ id: 4, note: 'x' })).toBe(4);
      expect(await orders.push()).toBe(4);
      expect(await orders.peek()).toEqual([{ id: 1 }]);
      expect(await orders.pop()).toEqual({ id: 1 });
      expect(await orders.peek(10)).toEqual([{ id: 2 }, { id: 3 }, { id: 4, note: 'x' }]);
      expect(await orders.popMany(2)).toEqual([{ id: 2 }, { id: 3 }]);
      expect(await orders.length()).toBe(1);
      expect(await orders.clear()).toBe(1);
      expect(await orders.pop()).toBeUndefined();
      expect(await orders.popMany(5)).toEqual([]);
      expect(await orders.length()).toBe(0);
    });

    it('lifo', async () => {
      const stack = createList<number>(newName(), store, { order: 'lifo' });
      await stack.push(1, 2, 3);
      await stack.push(4);
      expect(await stack.peek(3)).toEqual([4, 3, 2]);
      expect(await stack.pop()).toBe(4);
      expect(await stack.popMany(3)).toEqual([3, 2, 1]);
    });

    it('keeps the order of pushes that nobody waited for', async () => {
      for (const schema of [undefined, orderSchema()]) {
        const orders = createList<Order>(newName(), store, schema === undefined ? {} : { schema });
        await Promise.all(Array.from({ length: 50 }, (_, id) => orders.push({ id })));
        expect((await orders.popMany(50)).map(({ id }) => id)).toEqual(Array.from({ length: 50 }, (_, id) => id));
      }
    });

    it('takes every value that JSON can hold', async () => {
      const list = createList(newName(), store);
      const values = [null, 0, '', false, [], {}, 'Zoë 张', { deep: [{ a: [null] }] }];
      await list.push(...values);
      expect(await list.pop()).toBeNull();
      expect(await list.popMany(10)).toEqual(values.slice(1));
    });

    it('refuses at push what cannot be stored, and stores none of it', async () => {
      const list = createList<unknown>(newName(), store, { maxPayloadBytes: 20 });
      const cycle: { self?: unknown } = {};
      cycle.self = cycle;
      for (const bad of [undefined, () => {}, Symbol('x'), 1n, cycle, 'x'.repeat(19), '张'.repeat(7)]) {
        await expect(list.push('good', bad, 'good')).rejects.toBeInstanceOf(PayloadError);
      }
      expect(await list.length()).toBe(0);
      expect(await list.push('x'.repeat(18), '张'.repeat(6))).toBe(2);
    });

    it.each([false, true])('checks values by a schema at both ends (async: %s)', async (isAsync) => {
      const orders = createList<Order>(newName(), store, { schema: orderSchema(isAsync) });
      await expect(orders.push({ id: 1 }, { id: 'two' } as never)).rejects.toMatchObject({
        code: 'ERR_PAYLOAD',
        issues: [{ path: 'id', message: 'no number: two' }],
      });
      expect(await orders.length()).toBe(0);
      await orders.push({ id: 1, note: 'LOUD' });
      expect(await orders.peek()).toEqual([{ id: 1, note: 'loud' }]);
      expect(await orders.pop()).toEqual({ id: 1, note: 'loud' });
      await store.push(placeOf(orders), ['{"id":"secret"}', '{"id":2}']);
      expect(await orders.peek(5)).toEqual([{ id: 2 }]);
      const error = await orders.pop().catch((caught: unknown) => caught);
      expect(error).toMatchObject({ reason: 'schema', kept: true });
      expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('secret');
      expect(await orders.pop()).toEqual({ id: 2 });
    });

    it('stores a value as it was when it was pushed', async () => {
      const orders = createList<{ id: number }>(newName(), store, { schema: orderSchema(true) });
      const order = { id: 1 };
      const pushed = orders.push(order);
      order.id = 2;
      await pushed;
      expect(await orders.pop()).toEqual({ id: 1 });
    });

    it('sets aside what is not JSON, tells so without quoting it, and goes on', async () => {
      const list = createList<number>(newName(), store);
      await store.push(placeOf(list), ['the secret', '1']);
      const error = await list.pop().catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(ListUndecodableError);
      expect(error).toMatchObject({ code: 'ERR_LIST_UNDECODABLE', list: list.name, reason: 'not-json', count: 1 });
      expect(error).toMatchObject({ kept: true });
      expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('secret');
      expect(await list.undecodable.length()).toBe(1);
      expect(String((await list.undecodable.peek())[0])).toBe('the secret');
      expect(await list.pop()).toBe(1);
      expect(await list.undecodable.clear()).toBe(1);
      expect(await list.undecodable.peek(5)).toEqual([]);
    });

    it.each(['fifo', 'lifo'] as const)(
      'popMany puts back what it can read beside what it cannot (%s)',
      async (order) => {
        const list = createList<number>(newName(), store, { order });
        await store.push(placeOf(list), ['1', '{', '2', '[', '3', '4']);
        await expect(list.popMany(5)).rejects.toMatchObject({ reason: 'not-json', count: 2, kept: true });
        expect(await list.length()).toBe(4);
        expect(await list.popMany(5)).toEqual(order === 'fifo' ? [1, 2, 3, 4] : [4, 3, 2, 1]);
        expect((await list.undecodable.peek(5)).map(String)).toEqual(order === 'fifo' ? ['{', '['] : ['[', '{']);
      },
    );

    it('waits for a value, for one of many too', async () => {
      const list = createList<number>(newName(), store);
      for (const timeoutSeconds of [0, 5]) {
        const one = list.pop({ timeoutSeconds });
        await list.push(1);
        expect(await one).toBe(1);
        const many = list.popMany(10, { timeoutSeconds });
        await list.push(2, 3);
        expect(await many).toEqual([2, 3]);
      }
    });

    it('runs onIdle once after the time, and then answers that there is nothing', async () => {
      const list = createList<number>(newName(), store);
      const idle: IdleWait[] = [];
      const startedAt = performance.now();
      expect(await list.pop({ timeoutSeconds: 0.08, onIdle: (wait) => idle.push(wait) })).toBeUndefined();
      expect(performance.now() - startedAt).toBeGreaterThan(78);
      expect(idle).toEqual([{ waitedMs: expect.any(Number), unavailable: undefined }]);
      expect(idle[0]?.waitedMs).toBeGreaterThan(78);
      expect(await list.popMany(3, { timeoutSeconds: 0.01 })).toEqual([]);
    });

    it('runs onIdle again and again in a wait without end, which ends with a value', async () => {
      const list = createList<number>(newName(), store);
      const waited: number[] = [];
      const onIdle = async ({ waitedMs }: IdleWait) => {
        waited.push(waitedMs);
        if (waited.length === 4) await list.push(7);
      };
      expect(await list.pop({ timeoutSeconds: 0, idleSeconds: 0.02, onIdle })).toBe(7);
      expect(waited).toHaveLength(4);
      expect(waited).toEqual(waited.toSorted((a, b) => a - b));
    });

    it('rejects with what onIdle throws', async () => {
      const list = createList<number>(newName(), store);
      for (const timeoutSeconds of [0, 0.01]) {
        const unwell = new Error('unwell');
        const fails = [
          () => {
            throw unwell;
          },
          () => Promise.reject(unwell),
        ];
        for (const onIdle of fails) {
          await expect(list.pop({ timeoutSeconds, idleSeconds: 0.01, onIdle })).rejects.toBe(unwell);
        }
      }
      await list.push(1);
      expect(await list.pop()).toBe(1);
    });

    it('a signal ends a wait, also while onIdle takes its time, and takes nothing', async () => {
      const list = createList<number>(newName(), store);
      for (const timeoutSeconds of [0, 0.01]) {
        const control = new AbortController();
        const onIdle = () => {
          setImmediate(() => control.abort('enough'));
          return new Promise(() => {});
        };
        const { signal } = control;
        await expect(list.pop({ timeoutSeconds, idleSeconds: 0.01, onIdle, signal })).rejects.toBe('enough');
        await list.push(1);
        await expect(list.pop({ signal })).rejects.toBe('enough');
        expect(await list.pop()).toBe(1);
      }
    });

    it('values: an endless consumer, which ends with its signal', async () => {
      const list = createList<number>(newName(), store);
      const control = new AbortController();
      const seen: number[] = [];
      let idle = 0;
      await list.push(0, 1);
      const onIdle = () => {
        idle += 1;
        if (idle === 2) void list.push(2, 3);
      };
      for await (const value of list.values({ signal: control.signal, idleSeconds: 0.01, onIdle })) {
        seen.push(value);
        if (value === 3) control.abort();
      }
      expect(seen).toEqual([0, 1, 2, 3]);
      for await (const value of list.values({ signal: control.signal })) seen.push(value);
      expect(seen).toHaveLength(4);
    });

    it('values: what it has not given stays in the list when the loop is left', async () => {
      const list = createList<number>(newName(), store);
      await list.push(1, 2, 3);
      for await (const value of list.values()) if (value === 2) break;
      expect(await list.popMany(5)).toEqual([3]);
      const values = list.values();
      const waiting = values.next();
      expect(await values.return?.()).toEqual({ done: true, value: undefined });
      expect(await waiting).toEqual({ done: true, value: undefined });
      await list.push(4);
      expect(await values.next()).toEqual({ done: true, value: undefined });
      expect(await list.pop()).toBe(4);
    });

    it('values: ends at what cannot be read, or tells of it and goes on', async () => {
      const list = createList<number>(newName(), store);
      await store.push(placeOf(list), ['1', '{', '2', '{', '3']);
      const seen: unknown[] = [];
      const loop = async () => {
        for await (const value of list.values()) seen.push(value);
      };
      await expect(loop()).rejects.toBeInstanceOf(ListUndecodableError);
      for await (const value of list.values({ onUndecodable: (error) => seen.push(error.reason) })) {
        seen.push(value);
        if (value === 3) break;
      }
      expect(seen).toEqual([1, 2, 'not-json', 3]);
      expect(await list.undecodable.length()).toBe(2);
    });

    it('popFrom: strictly by priority', async () => {
      const urgent = createList<string>(newName(), store);
      const normal = createList<Order>(newName(), store, { order: 'lifo' });
      const low = createList<number>(newName(), store);
      const all = [urgent, normal, low] as const;
      expect(await popFrom(all)).toBeUndefined();
      await low.push(1, 2);
      await normal.push({ id: 1 }, { id: 2 });
      const first = await popFrom(all, { timeoutSeconds: 0 });
      expect(first).toEqual({ list: normal, value: { id: 2 } });
      await urgent.push('a');
      expect(await popFrom(all)).toEqual({ list: urgent, value: 'a' });
      expect(await popFrom(all)).toEqual({ list: normal, value: { id: 1 } });
      expect(await popFrom(all)).toEqual({ list: low, value: 1 });
      expect(await low.length()).toBe(1);
      expectTypeOf(first.value).toEqualTypeOf<string | Order | number>();
      if (first.list === low) expectTypeOf(first.list).toExtend<List<number>>();
    });

    it('popFrom: waits for all of them, with the time, the idle hook and the signal of a pop', async () => {
      const [a, b] = [createList<number>(newName(), store), createList<number>(newName(), store)];
      for (const list of [b, a, b]) {
        const waiting = popFrom([a, b], { timeoutSeconds: 5 });
        await list.push(1);
        expect(await waiting).toEqual({ list, value: 1 });
      }
      let idle = 0;
      expect(await popFrom([a, b], { timeoutSeconds: 0.01, onIdle: () => idle++ })).toBeUndefined();
      expect(idle).toBe(1);
      const control = new AbortController();
      const aborted = popFrom([a, b], { timeoutSeconds: 0, signal: control.signal });
      control.abort('enough');
      await expect(aborted).rejects.toBe('enough');
      await store.push(placeOf(b), ['{']);
      await expect(popFrom([a, b])).rejects.toMatchObject({ list: b.name, kept: true });
    });

    it('valuesFrom: an endless consumer of several lists', async () => {
      const [a, b] = [createList<number>(newName(), store), createList<string>(newName(), store)];
      const control = new AbortController();
      const seen: unknown[] = [];
      await b.push('b', 'c');
      await a.push(1);
      const onIdle = () => void b.push('last');
      for await (const { list, value } of valuesFrom([a, b], { signal: control.signal, idleSeconds: 0.02, onIdle })) {
        seen.push([list === b, value]);
        if (seen.length === 2) await a.push(2);
        if (value === 'last') control.abort();
      }
      expect(seen).toEqual([
        [false, 1],
        [true, 'b'],
        [false, 2],
        [true, 'c'],
        [true, 'last'],
      ]);
    });

    it('refuses options that are out of range, by name', async () => {
      for (const bad of ['', 'a:b', '{a}', 'x'.repeat(129), 7 as never]) {
        expect(() => createList(bad, store)).toThrow(InvalidOptionError);
      }
      expect(() => createList('a', store, { order: 'random' as never })).toThrow(/order/);
      expect(() => createList('a', store, { maxPayloadBytes: 0 })).toThrow(/maxPayloadBytes/);
      const list = createList(newName(), store);
      await list.push(1);
      for (const count of [0, -1, 1.5, Number.NaN, 100_001]) {
        await expect(list.popMany(count)).rejects.toThrow(/count/);
        await expect(list.peek(count)).rejects.toThrow(/count/);
      }
      const waits = [
        [{ timeoutSeconds: -1 }, /timeoutSeconds/],
        [{ timeoutSeconds: Number.NaN }, /timeoutSeconds/],
        [{ timeoutSeconds: '5' as never }, /timeoutSeconds/],
        [{ timeoutSeconds: 1e9 }, /timeoutSeconds/],
        [{ idleSeconds: 0 }, /idleSeconds/],
        [{ onIdle: 7 as never }, /onIdle/],
        [{ signal: {} as never }, /signal/],
      ] as const;
      for (const [options, problem] of waits) await expect(list.pop(options)).rejects.toThrow(problem);
      await expect(popFrom([])).rejects.toThrow(/lists/);
      expect(() => valuesFrom([])).toThrow(/lists/);
      const foreign = createList('a', memoryListStore());
      await expect(popFrom([list, foreign])).rejects.toThrow(/one store/);
      expect(() => list.values({ idleSeconds: -1 })).toThrow(/idleSeconds/);
      expect(await list.pop()).toBe(1);
    });
  });
}

it('createSallyport: lists in memory when there is no server', async () => {
  const sallyport = createSallyport({ redis: 'memory', environment: {} });
  const waiting = sallyport.list<Order>('orders').pop({ timeoutSeconds: 0 });
  expect(await sallyport.list<Order>('orders').push({ id: 1 })).toBe(1);
  expect(await waiting).toEqual({ id: 1 });
  expect(() => sallyport.list('not a name')).toThrow(InvalidOptionError);
  const late = sallyport.list<Order>('orders').pop({ timeoutSeconds: 0 });
  await Promise.all([expect(late).rejects.toMatchObject({ reason: 'closed' }), sallyport.close()]);
});

it('types: a pop without end always gives a value', async () => {
  const list = createList<Order>('typed', memoryListStore());
  // @ts-expect-error: an order has an id
  await list.push({ note: 'no id' }, { id: 1 }, { id: 2 });
  expectTypeOf(await list.pop()).toEqualTypeOf<Order | undefined>();
  expectTypeOf(await list.pop({ timeoutSeconds: 0 })).toEqualTypeOf<Order>();
  expectTypeOf(await createList('any', memoryListStore()).pop()).toEqualTypeOf<unknown>();
  expectTypeOf(await popFrom([list])).toEqualTypeOf<
    { readonly list: List<Order>; readonly value: Order } | undefined
  >();
});
