import type { ListSource, ListStore, WaitOutcome } from 'sallyport/lists';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** A store under test. */
export interface ListStoreSubject {
  readonly store: ListStore;
  /** The same lists as another server sees them, over connections of its own; in memory the same store. */
  another(): Promise<ListStore>;
  close(): Promise<void>;
}

let lists = 0;

function newList(order: ListSource['order'] = 'fifo'): ListSource {
  lists += 1;
  return { place: `{list-${lists}}`, order };
}

const texts = (values: readonly Buffer[] | undefined) => values?.map(String);
const numbers = (count: number) => Array.from({ length: count }, (_, index) => String(index));
const forLong = { timeoutMs: 10_000 };

function taken(outcome: WaitOutcome): { index: number; values: string[] } {
  if (outcome.status !== 'taken') throw new Error(`The wait ended: ${outcome.status}.`);
  return { index: outcome.index, values: outcome.values.map(String) };
}

/** What every list store promises. Runs in memory and on Redis through every client and topology. */
export function describeListStore(name: string, make: () => Promise<ListStoreSubject>): void {
  describe.concurrent(`list store contract: ${name}`, () => {
    let subject: ListStoreSubject;
    let store: ListStore;
    beforeAll(async () => {
      subject = await make();
      store = subject.store;
    });
    afterAll(() => subject.close());

    async function takeAll(source: ListSource): Promise<string[]> {
      return texts((await store.take([source], 100_000))?.values) ?? [];
    }

    it('gives first what was pushed first, or last with lifo', async () => {
      for (const order of ['fifo', 'lifo'] as const) {
        const list = newList(order);
        expect(await store.push(list.place, ['a', 'b'])).toBe(2);
        expect(await store.push(list.place, ['c'])).toBe(3);
        const expected = order === 'fifo' ? ['a', 'b', 'c'] : ['c', 'b', 'a'];
        expect(texts(await store.peek(list, 2))).toEqual(expected.slice(0, 2));
        expect(texts(await store.peek(list, 100))).toEqual(expected);
        expect(texts((await store.take([list], 1))?.values)).toEqual(expected.slice(0, 1));
        expect(texts((await store.take([list], 100))?.values)).toEqual(expected.slice(1));
        expect(await store.take([list], 1)).toBeUndefined();
        expect(await store.peek(list, 1)).toEqual([]);
        expect(await store.length(list.place)).toBe(0);
      }
    });

    it('keeps texts as they are', async () => {
      const list = newList();
      const odd = ['', ' ', '0', 'null', '\u0000\r\n', 'Zoë 张 🚪', '{"a":[1]}', 'x'.repeat(100_000)];
      await store.push(list.place, odd);
      expect(await takeAll(list)).toEqual(odd);
    });

    it('takes from the first list that has anything, each at its own end', async () => {
      const [urgent, normal, low] = [newList(), newList('lifo'), newList()];
      const sources = [urgent, normal, low];
      expect(await store.take(sources, 5)).toBeUndefined();
      await store.push(low.place, ['low']);
      await store.push(normal.place, ['normal 1', 'normal 2']);
      await store.push(urgent.place, ['urgent']);
      const seen: unknown[] = [];
      for (let taking = await store.take(sources, 1); taking !== undefined; taking = await store.take(sources, 1)) {
        seen.push([taking.index, ...(texts(taking.values) ?? [])]);
      }
      expect(seen).toEqual([
        [0, 'urgent'],
        [1, 'normal 2'],
        [1, 'normal 1'],
        [2, 'low'],
      ]);
      await store.push(normal.place, ['a', 'b', 'c']);
      await store.push(low.place, ['d']);
      expect(texts((await store.take(sources, 10))?.values)).toEqual(['c', 'b', 'a']);
    });

    it('removes all values of one list and no other', async () => {
      const [list, other] = [newList(), newList()];
      await store.push(list.place, ['a', 'b']);
      await store.push(other.place, ['c']);
      expect(await store.clear(list.place)).toBe(2);
      expect(await store.clear(list.place)).toBe(0);
      expect([await store.length(list.place), await store.length(other.place)]).toEqual([0, 1]);
    });

    it('sets aside what cannot be read, and puts the others back to be next in their order', async () => {
      for (const order of ['fifo', 'lifo'] as const) {
        const list = newList(order);
        const aside: ListSource = { place: `${list.place}:undecodable`, order: 'fifo' };
        const pushed = numbers(3_000);
        await store.push(list.place, pushed);
        const values = (await store.take([list], 2_500))?.values ?? [];
        await store.push(list.place, ['later']);
        const isBad = (value: Buffer) => Number(value) % 2 === 0;
        const bytes = Buffer.from([0xff, 0x00, 0xfe]);
        await store.setAside(
          list,
          values.filter((value) => !isBad(value)),
          aside.place,
          [...values.filter(isBad), bytes],
        );
        const kept = (await store.take([aside], 10_000))?.values ?? [];
        expect(kept.at(-1)).toEqual(bytes);
        expect(texts(kept.slice(0, -1))).toEqual(texts(values.filter(isBad)));
        const back = texts(values.filter((value) => !isBad(value))) ?? [];
        expect(texts((await store.take([list], back.length))?.values)?.slice(0, 3)).toEqual(back.slice(0, 3));
        const rest =
          order === 'fifo' ? [...pushed.slice(2_500), 'later'] : ['later', ...pushed.slice(0, 500).reverse()];
        expect(await takeAll(list)).toEqual(rest);
      }
    });

    it('gives a value that is there without waiting', async () => {
      const list = newList();
      await store.push(list.place, ['a', 'b', 'c']);
      expect(taken(await store.takeWhenThere([list], 2, forLong))).toEqual({ index: 0, values: ['a', 'b'] });
      expect(await takeAll(list)).toEqual(['c']);
    });

    it('waits for a value from another server', async () => {
      const list = newList();
      const another = await subject.another();
      for (const value of ['a', 'b', 'c']) {
        const waiting = store.takeWhenThere([list], 5, forLong);
        await another.push(list.place, [value]);
        expect(taken(await waiting)).toEqual({ index: 0, values: [value] });
      }
    });

    it('waits for as long as it is told to', async () => {
      const startedAt = performance.now();
      expect(await store.takeWhenThere([newList()], 1, { timeoutMs: 120 })).toEqual({ status: 'empty' });
      expect(performance.now() - startedAt).toBeGreaterThan(118);
    });

    it('waits for several lists, and takes from the first that has anything', async () => {
      const sources = [newList(), newList(), newList()];
      const [first, , last] = sources;
      const waiting = store.takeWhenThere(sources, 1, forLong);
      await store.push(last!.place, ['low']);
      expect(taken(await waiting)).toEqual({ index: 2, values: ['low'] });
      await store.push(last!.place, ['low']);
      await store.push(first!.place, ['urgent']);
      expect(taken(await store.takeWhenThere(sources, 1, forLong)).values).toEqual(['urgent']);
      expect(taken(await store.takeWhenThere(sources, 1, forLong)).values).toEqual(['low']);
      expect(await store.takeWhenThere(sources, 1, { timeoutMs: 20 })).toEqual({ status: 'empty' });
    });

    it('gives to those who wait in the order in which they came', async () => {
      const list = newList();
      const got: number[] = [];
      const waits = Array.from({ length: 20 }, (_, index) =>
        store.takeWhenThere([list], 1, forLong).then((outcome) => got.push(Number(taken(outcome).values[0]) - index)),
      );
      // One push at a time, each followed by the one that it wakes.
      for (let n = 0; n < 20; n++) {
        await store.push(list.place, [String(n)]);
        await waits[n];
      }
      expect(got).toEqual(Array.from({ length: 20 }, () => 0));
    });

    it('does not forget a wait that begins as another ends', async () => {
      const list = newList();
      for (let microtasks = 0; microtasks < 40; microtasks++) {
        const first = store.takeWhenThere([list], 1, forLong);
        await store.push(list.place, ['a']);
        await first;
        for (let left = microtasks; left > 0; left--) await undefined;
        const second = store.takeWhenThere([list], 1, forLong);
        await store.push(list.place, ['b']);
        expect(taken(await second).values).toEqual(['b']);
      }
    });

    it('gives each value to exactly one of many who wait, on several servers', async () => {
      const list = newList();
      const stores = [store, await subject.another(), await subject.another()];
      const got: string[] = [];
      const consumers = Array.from({ length: 12 }, async (_, index) => {
        for (;;) {
          const outcome = await stores[index % 3]!.takeWhenThere([list], 1 + (index % 2), forLong);
          const { values } = taken(outcome);
          got.push(...values.filter((value) => value !== 'end'));
          const ends = values.filter((value) => value === 'end').length;
          // Who took the end of two passes the other one on.
          if (ends === 2) await store.push(list.place, ['end']);
          if (ends > 0) return;
        }
      });
      for (let n = 0; n < 600; n += 3) {
        await store.push(
          list.place,
          [n, n + 1, n + 2].map((each) => String(each)),
        );
      }
      await store.push(
        list.place,
        consumers.map(() => 'end'),
      );
      await Promise.all(consumers);
      expect(got.sort((a, b) => Number(a) - Number(b))).toEqual(numbers(600));
      expect(await store.length(list.place)).toBe(0);
    });

    it('does not wait for a signal that was aborted before, and takes nothing', async () => {
      const list = newList();
      await store.push(list.place, ['a']);
      const reason = new Error('stop');
      const limits = { ...forLong, signal: AbortSignal.abort(reason) };
      await expect(store.takeWhenThere([list], 1, limits)).rejects.toBe(reason);
      expect(await takeAll(list)).toEqual(['a']);
    });

    it('ends a wait at once when the signal is aborted, and takes nothing afterwards', async () => {
      const [list, other] = [newList(), newList()];
      const control = new AbortController();
      const waits = Array.from({ length: 20 }, () =>
        store.takeWhenThere([list, other], 1, { ...forLong, signal: control.signal }).catch((error: unknown) => error),
      );
      // The first one's value shows that the others wait.
      await store.push(other.place, ['first']);
      expect(taken((await waits.shift()) as WaitOutcome).values).toEqual(['first']);
      const startedAt = performance.now();
      control.abort('stop');
      expect(new Set(await Promise.all(waits))).toEqual(new Set(['stop']));
      expect(performance.now() - startedAt).toBeLessThan(500);
      await store.push(list.place, ['a']);
      await store.push(other.place, ['b']);
      expect([await takeAll(list), await takeAll(other)]).toEqual([['a'], ['b']]);
    });

    it('passes a value on when the one who waited first has given up', async () => {
      const list = newList();
      const control = new AbortController();
      const first = store.takeWhenThere([list], 1, { ...forLong, signal: control.signal }).catch(() => 'aborted');
      const second = store.takeWhenThere([list], 1, forLong);
      control.abort();
      await store.push(list.place, ['a']);
      expect(await first).toBe('aborted');
      expect(taken(await second).values).toEqual(['a']);
    });

    it('ends its waits when it is closed, and refuses new ones', async () => {
      const list = newList();
      const own = await make();
      const closing = own.store;
      const waits = [1, 2].map(() => closing.takeWhenThere([list], 1, forLong).catch((error: unknown) => error));
      // The first one's value shows that the second waits.
      await closing.push(list.place, ['a']);
      expect(taken((await waits[0]) as WaitOutcome).values).toEqual(['a']);
      await closing.close();
      expect(await waits[1]).toMatchObject({ code: 'ERR_REDIS_UNAVAILABLE', reason: 'closed' });
      await expect(closing.takeWhenThere([list], 1, forLong)).rejects.toMatchObject({ reason: 'closed' });
      await closing.close();
      await own.close();
      await store.push(list.place, ['b']);
      expect(await takeAll(list)).toEqual(['b']);
    });
  });
}
