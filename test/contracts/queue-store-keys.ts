import { expect, it } from 'vitest';
import type { TakenTask } from '../../src/queue/store.ts';
import {
  bury,
  done,
  idOf,
  idsOf,
  numbered,
  opened,
  type QueueStoreSubject,
  release,
  retry,
  TestWorker,
  task,
  tasks,
} from './queue-store-subject.ts';

/** Keys, ids, names and priorities: what decides whether and when a task is taken. */
export function itKeepsKeysAndIds(subject: () => QueueStoreSubject): void {
  it('takes the tasks of a key one at a time and in order, whatever becomes of them', async () => {
    const store = await subject().open();
    const [one, two] = [new TestWorker(store), new TestWorker(store)];
    const key = 'k';
    await store.add([...tasks(['k0', 'k1', 'k2', 'k3', 'k4', 'k5'], { key }), task('plain')], 0);
    const [k0, plain] = (await one.take(9)) as [TakenTask, TakenTask];
    expect(idsOf([k0, plain])).toEqual(['k0', 'plain']);
    expect(await two.take(9)).toEqual([]);

    const again = await one.turn({ completions: [done(plain), retry(k0, { key })], want: 9 });
    expect(idsOf(again.tasks)).toEqual(['k0']);
    const delayed = await one.turn({ completions: [retry(again.tasks[0]!, { key, delayMs: 250 })], want: 9 });
    expect([delayed.tasks, delayed.left]).toEqual([[], 0]);
    expect(delayed.nextDueMs).toBeGreaterThan(0);
    expect(await store.state()).toMatchObject({ waiting: 5, delayed: 1, active: 0 });
    await subject().advance(260);
    const [back] = await two.take(9);
    expect(idOf(back!)).toBe('k0');

    const released = await two.turn({ completions: [release(back!)] });
    expect(released.left).toBe(1);
    const [k0Again] = await one.take(9);
    const [k1] = (await one.turn({ completions: [bury(k0Again!, { key })], want: 9 })).tasks;
    expect(idOf(k1!)).toBe('k1');

    const [k2] = (await one.turn({ completions: [{ kind: 'done', fence: k1!.fence, key }], want: 1 })).tasks;
    expect(await one.leave()).toBe(1);
    const mortal = new TestWorker(store, { leaseMs: 30 });
    const [k2Again] = await mortal.take(9);
    expect([idOf(k2!), idOf(k2Again!)]).toEqual(['k2', 'k2']);
    await subject().advance(50);
    let taken = await two.take(9);
    expect(taken.map((each) => opened(each))).toMatchObject([{ losses: 1, header: { id: 'k2' } }]);
    for (const expected of ['k3', 'k4', 'k5']) {
      const { fence } = taken[0]!;
      taken = (await two.turn({ completions: [{ kind: 'done', fence, key }], want: 9 })).tasks;
      expect(idsOf(taken)).toEqual([expected]);
    }
    await two.complete({ kind: 'done', fence: taken[0]!.fence, key });
    expect(await store.state()).toMatchObject({ waiting: 0, delayed: 0, active: 0 });
    await store.add([task('later', { key })], 0);
    expect(idsOf(await two.take(9))).toEqual(['later']);
  });

  it('gives each key its turn', async () => {
    const store = await subject().open();
    const worker = new TestWorker(store);
    await store.add(
      ['a0:a', 'a1:a', 'b0:b', 'a2:a', 'b1:b'].map((each) => task(each, { key: each.split(':')[1]! })),
      0,
    );
    const order: string[] = [];
    for (let taken = await worker.take(1); taken.length > 0; ) {
      order.push(idOf(taken[0]!));
      const { fence } = taken[0]!;
      const { key = '' } = opened(taken[0]!).header;
      taken = (await worker.turn({ completions: [{ kind: 'done', fence, key }], want: 1 })).tasks;
    }
    expect(order).toEqual(['a0:a', 'b0:b', 'a1:a', 'b1:b', 'a2:a']);
  });

  it('keeps ids, keys and names of any text apart', async () => {
    const store = await subject().open();
    const odd = [
      'a b',
      'a\nb',
      'ü',
      '张',
      '\u0000',
      '\u0001',
      '\u0002x',
      '{}',
      '"',
      '\\',
      '\\ud800',
      '\ud800',
      ':',
      '🙂',
    ];
    const added = await store.add(
      odd.map((text) => task('', { uniqueId: `id ${text}`, key: text })),
      0,
    );
    expect(new Set(added.outcomes)).toEqual(new Set(['added']));
    expect(
      (
        await store.add(
          odd.map((text) => task('', { uniqueId: `id ${text}` })),
          0,
        )
      ).outcomes,
    ).toEqual(odd.map(() => 'duplicate'));
    await store.add(
      odd.map((text) => task(text, { delayMs: 1, debounce: { name: text } })),
      0,
    );
    // Recovered, they are read by the store itself, which has to find the same keys and ids.
    const mortal = new TestWorker(store, { leaseMs: 30, maxLosses: 0 });
    const taken = await mortal.take(odd.length);
    expect(taken.map((each) => opened(each).header.key)).toEqual(odd);
    await subject().advance(50);
    const heir = new TestWorker(store, { maxLosses: 0 });
    const { recovered, tasks: debounced } = await heir.turn({ want: 99 });
    expect([recovered, debounced.length]).toEqual([odd.length, odd.length]);
    expect((await store.state()).dead).toBe(odd.length);
    const again = await store.add(
      odd.map((text) => task('', { uniqueId: `id ${text}`, key: text })),
      0,
    );
    expect(new Set(again.outcomes)).toEqual(new Set(['added']));
    expect(await heir.take(99)).toHaveLength(odd.length);
  });

  it('refuses an id while its task is in the queue and for as long as it is retained', async () => {
    const store = await subject().open();
    const worker = new TestWorker(store);
    const unique = () => task('', { uniqueId: 'once' });
    const add = async () => (await store.add([unique()], 0)).outcomes[0];
    const same = await store.add([unique(), unique(), unique()], 0);
    expect(same.outcomes).toEqual(['added', 'duplicate', 'duplicate']);
    const [taken] = await worker.take(1);
    expect(await add()).toBe('duplicate');
    const [again] = (await worker.turn({ completions: [retry(taken!, { delayMs: 1 })] })).tasks;
    expect([again, await add()]).toEqual([undefined, 'duplicate']);
    await subject().advance(5);
    const [second] = await worker.take(1);
    await worker.complete({ kind: 'done', fence: second!.fence, uniqueId: 'once', retainMs: 250 });
    expect(await add()).toBe('duplicate');
    await subject().advance(270);
    expect(await add()).toBe('added');
    const [third] = await worker.take(1);
    await worker.complete({ kind: 'done', fence: third!.fence, uniqueId: 'once' });
    expect(await add()).toBe('added');
  });

  it('lets exactly one of twenty adds of an id win', async () => {
    const store = await subject().open();
    const added = await Promise.all(numbered(20).map(() => store.add([task('', { uniqueId: 'once' })], 0)));
    expect(added.flatMap(({ outcomes }) => outcomes).filter((outcome) => outcome === 'added')).toHaveLength(1);
    expect((await store.state()).waiting).toBe(1);
  });

  it('takes higher priorities first, and forgets levels that are empty', async () => {
    const store = await subject().open();
    const worker = new TestWorker(store);
    const levels = [0, -3, 7, 100, 0, 7, -100, -3];
    await store.add(
      levels.map((priority, index) => task(`${priority}#${index}`, { priority })),
      0,
    );
    const order = ['100#3', '7#2', '7#5', '0#0', '0#4', '-3#1', '-3#7', '-100#6'];
    expect(idsOf((await store.peek(99, 'fifo')).map((envelope) => ({ envelope })))).toEqual(order);
    const [top, next, last] = (await worker.take(3)) as [TakenTask, TakenTask, TakenTask];
    expect(idsOf([top, next, last])).toEqual(order.slice(0, 3));
    await store.add([task('8#8', { priority: 8 })], 0);
    await worker.complete(release(next), release(last), retry(top));
    expect(idsOf(await worker.take(99))).toEqual(['100#3', '8#8', ...order.slice(1)]);
    expect(await store.state()).toMatchObject({ waiting: 0, active: 9 });
  });

  it('refuses what there is no room for, and nothing else', async () => {
    const store = await subject().open();
    const worker = new TestWorker(store);
    await store.add(
      [task('a'), task('b', { delayMs: 60_000, debounce: { name: 'b' } }), task('', { uniqueId: 'c' })],
      0,
    );
    const add = async (...parts: Parameters<typeof store.add>) => (await store.add(...parts)).outcomes;
    expect(await add(tasks(['d', 'e', 'f']), 5)).toEqual(['added', 'added', 'full']);
    // Repeated, or in the place of another, a task needs no room.
    expect(await add([task('', { uniqueId: 'c' }), task('g', { priority: 1 }), task('h', { key: 'k' })], 5)).toEqual([
      'duplicate',
      'full',
      'full',
    ]);
    expect(await add([task('b2', { delayMs: 60_000, debounce: { name: 'b' } })], 5)).toEqual(['replaced']);
    await worker.take(3);
    expect(await add(tasks(numbered(4)), 5, undefined, [1, 3])).toEqual(['added', 'full', 'full', 'full']);
    const mixed = [task('x', { key: 'k' }), task('y'), task('', { uniqueId: 'refused' }), task('z')];
    expect(await add(mixed, 5, undefined, [3, 1])).toEqual(['full', 'full', 'full', 'added']);
    expect(await add(mixed.slice(0, 2), 5, undefined, [2])).toEqual(['full', 'full']);
    expect(await add(mixed.slice(0, 2), 6, undefined, [2])).toEqual(['added', 'added']);
    expect(await add([task('', { uniqueId: 'refused' })], 0)).toEqual(['added']);
    expect(await store.state()).toMatchObject({ waiting: 6, delayed: 1, active: 3 });
  });
}
