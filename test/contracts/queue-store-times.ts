import { expect, it } from 'vitest';
import {
  done,
  fencesOf,
  idsOf,
  numbered,
  opened,
  type QueueStoreSubject,
  retry,
  TestWorker,
  task,
  tasks,
} from './queue-store-subject.ts';

/** What happens later, or not too often. */
export function itKeepsTime(subject: () => QueueStoreSubject): void {
  it('holds tasks back until they are due, and gives them in the order of their times', async () => {
    const store = await subject().open();
    const worker = new TestWorker(store);
    const same = numbered(40, 'same').map((id) => task(id, { delayMs: 360 }));
    await store.add([task('late', { delayMs: 700 }), ...same, task('soon', { delayMs: 180, priority: 1 })], 0);
    await store.add([task('now')], 0);
    const { tasks: first, nextDueMs } = await worker.turn({ want: 99 });
    expect(idsOf(first)).toEqual(['now']);
    expect(nextDueMs).toBeGreaterThan(0);
    expect(nextDueMs).toBeLessThanOrEqual(180);
    expect(await store.state()).toMatchObject({ waiting: 0, delayed: 42 });
    await subject().advance(nextDueMs! + 5);
    expect(idsOf(await worker.take(99))).toEqual(['soon']);
    await subject().advance(190);
    expect(idsOf(await worker.take(99))).toEqual(numbered(40, 'same'));
    await subject().advance(350);
    expect(await worker.turn({ want: 99 })).toMatchObject({ tasks: [{}], nextDueMs: undefined });
  });

  it('keeps equal tasks apart while they are delayed', async () => {
    const store = await subject().open();
    const worker = new TestWorker(store);
    const same = task('same', { delayMs: 20 });
    await store.add([same, same], 0);
    await subject().advance(30);
    expect(await worker.take(9)).toHaveLength(2);
  });

  it('retries later, with what the attempt has left in the envelope', async () => {
    const store = await subject().open();
    const worker = new TestWorker(store);
    await store.add([task('a', { priority: 5 }), task('b')], 0);
    const [a] = await worker.take(1);
    const changed = a!.envelope.replace('null', '"again"');
    const { nextDueMs } = await worker.complete(retry(a!, { delayMs: 50, envelope: changed }));
    expect(nextDueMs).toBeGreaterThan(0);
    await subject().advance(60);
    const [first, second] = await worker.take(2);
    expect([opened(first!).payload, opened(second!).header.id]).toEqual(['"again"', 'b']);
  });

  it('debounces: the latest wins, its delay begins anew, and not for ever', async () => {
    const store = await subject().open();
    const worker = new TestWorker(store);
    const add = async (payload: number, over: object = {}) => {
      const { outcomes } = await store.add([task('d', { payload, delayMs: 300, debounce: { name: 'n', ...over } })], 0);
      return outcomes[0];
    };
    expect(await add(1)).toBe('added');
    await subject().advance(160);
    expect(await add(2)).toBe('replaced');
    await subject().advance(160);
    expect((await worker.turn({ want: 9 })).tasks).toEqual([]);
    await subject().advance(160);
    const [latest] = await worker.take(9);
    expect(opened(latest!).payload).toBe('2');

    // While that one runs, the next one waits for its own time.
    expect(await add(3, { maxDelayMs: 450 })).toBe('added');
    await subject().advance(180);
    expect(await add(4, { maxDelayMs: 450 })).toBe('replaced');
    await subject().advance(150);
    expect(await add(5, { maxDelayMs: 450 })).toBe('replaced');
    await subject().advance(150);
    const [next] = await worker.take(9);
    expect(opened(next!).payload).toBe('5');
    expect(await store.state()).toMatchObject({ waiting: 0, delayed: 0, active: 2 });
    // The longest delay also shortens that of the first.
    await store.add([task('e', { delayMs: 60_000, debounce: { name: 'e', maxDelayMs: 30 } })], 0);
    await subject().advance(40);
    expect(idsOf(await worker.take(9))).toEqual(['e']);
  });

  it('frees the id of a task that a later one has replaced', async () => {
    const store = await subject().open();
    const named = (uniqueId: string) => task('', { uniqueId, delayMs: 60_000, debounce: { name: 'n' } });
    expect((await store.add([named('one'), named('two'), named('two')], 0)).outcomes).toEqual([
      'added',
      'replaced',
      'duplicate',
    ]);
    expect((await store.add([task('', { uniqueId: 'one' })], 0)).outcomes).toEqual(['added']);
  });

  it('limits the rate of all workers together', async () => {
    const store = await subject().open();
    const rate = { everyMs: 20, burst: 3 };
    const workers = [new TestWorker(store, { rate }), new TestWorker(store, { rate }), new TestWorker(store, { rate })];
    await store.add(tasks(numbered(60)), 0);
    const begun = (await store.state()).now;
    const at: number[] = [];
    while (at.length < 23) {
      for (const worker of workers) {
        const { tasks: taken, rateWaitMs, left } = await worker.turn({ want: 5 });
        const { now } = await store.state();
        for (const _ of taken) at.push(now);
        expect(left).toBeGreaterThan(0);
        // At least as many as were wanted, or the limit says when to come again.
        if (taken.length < 5) expect(rateWaitMs).toBeGreaterThan(0);
        expect(rateWaitMs).toBeLessThanOrEqual(20);
      }
      await subject().advance(15);
    }
    expect(at.filter((time) => time <= begun + 5).length).toBeLessThanOrEqual(4);
    expect(at[22]! - begun).toBeGreaterThanOrEqual((23 - rate.burst - 1) * rate.everyMs - 5);
    // Seen from any start: its own turn, a burst, and what has accrued.
    for (const [index, from] of at.entries()) {
      const seen = at.slice(index).filter((time) => time - from < 100).length;
      expect(seen).toBeLessThanOrEqual(2 * rate.burst + 100 / rate.everyMs + 1);
    }
  });

  it('is not held back by a limit after a pause, but for the burst', async () => {
    const store = await subject().open();
    const worker = new TestWorker(store, { rate: { everyMs: 30, burst: 4 } });
    await store.add(tasks(numbered(20)), 0);
    expect(await worker.take(2)).toHaveLength(2);
    await subject().advance(200);
    const { tasks: taken, rateWaitMs } = await worker.turn({ want: 10 });
    expect(taken).toHaveLength(4);
    expect(rateWaitMs).toBeGreaterThan(20);
  });

  it('takes nothing while it is paused, and goes on with what is taken', async () => {
    const store = await subject().open();
    const worker = new TestWorker(store);
    await store.add([...tasks(['a', 'b']), task('later', { delayMs: 20 })], 0);
    const [a] = await worker.take(1);
    await store.setPaused(true);
    await store.setPaused(true);
    await subject().advance(30);
    const turn = await worker.turn({ want: 5, completions: [done(a!)] });
    expect([turn.tasks, turn.paused]).toEqual([[], true]);
    expect(await store.state()).toMatchObject({ paused: true, active: 0, waiting: 2 });
    await store.setPaused(false);
    expect(await worker.turn({ want: 5 })).toMatchObject({ paused: false, tasks: [{}, {}] });
    expect((await store.state()).paused).toBe(false);
  });

  it('tells who has a task that it was cancelled', async () => {
    const store = await subject().open();
    const [one, two] = [new TestWorker(store), new TestWorker(store)];
    await store.add(tasks(['a', 'b']), 0);
    const [a] = await one.take(1);
    await store.cancel('a', 60_000);
    await store.cancel('b', 60_000);
    await store.cancel('gone', 20);
    expect((await one.turn()).cancelledIds).toContain('a');
    const { tasks: taken, cancelledIds } = await two.turn({ want: 1 });
    expect(idsOf(taken)).toEqual(['b']);
    expect(cancelledIds).toContain('b');
    await one.complete({ kind: 'done', fence: a!.fence, cancelledId: 'a' });
    await subject().advance(30);
    const told = new Set([...(await one.turn()).cancelledIds, ...(await two.turn()).cancelledIds]);
    expect([...told]).toEqual(['b']);
    // Many that are cancelled do not hide one.
    for (const id of numbered(100, 'other')) await store.cancel(id, 60_000);
    expect((await two.turn()).cancelledIds).toEqual(['b']);
    expect((await one.turn()).cancelledIds).toEqual([]);
    // Who is added under the same id later is another.
    await store.cancel('again', 60_000);
    await store.add([task('', { uniqueId: 'again' })], 0);
    expect(await one.turn({ want: 1 })).toMatchObject({ tasks: [{}], cancelledIds: [] });
  });

  it('keeps results and progress for as long as they are wanted', async () => {
    const store = await subject().open();
    const worker = new TestWorker(store);
    await store.add(tasks(['a', 'b']), 0);
    const [a, b] = await worker.take(2);
    await store.setProgress('a', '{"percent":50}', 250);
    expect([await store.progress('a'), await store.progress('b')]).toEqual(['{"percent":50}', null]);
    const result = (id: string) => ({ id, value: `"${id}"`, ttlMs: 250 });
    await worker.complete({ kind: 'done', fence: a!.fence, result: result('a') });
    // Told by somebody who does not have it, a result counts for nothing.
    await new TestWorker(store).complete({ kind: 'done', fence: b!.fence, result: result('b') });
    expect(await store.results(['b', 'a', 'c'])).toEqual([null, '"a"', null]);
    expect(await store.results([])).toEqual([]);
    await subject().advance(270);
    expect([await store.progress('a'), await store.results(['a'])]).toEqual([null, [null]]);
  });

  it('says what lies where', async () => {
    const store = await subject().open();
    const before = Date.now();
    const [one, two] = [new TestWorker(store, { leaseMs: 5_000 }), new TestWorker(store, { leaseMs: 10 })];
    await store.add([...tasks(['a', 'b', 'c']), task('d', { delayMs: 60_000 }), task('k', { key: 'k' })], 0);
    await one.take(2);
    await two.take(1);
    await subject().advance(20);
    const state = await store.state();
    expect(state).toMatchObject({ waiting: 1, delayed: 1, active: 3, dead: 0, business: 0, paused: false });
    expect(state).toMatchObject({ lastMinute: { added: 5, finished: 0, retried: 0 } });
    expect(state.oldestAt).toBeGreaterThanOrEqual(before);
    const [first, second] = [one, two].map(({ name }) => state.workers.find(({ worker }) => worker === name)!);
    expect([first!.active, second!.active]).toEqual([2, 1]);
    expect(first!.leaseLeftMs).toBeGreaterThan(0);
    expect(second!.leaseLeftMs).toBeLessThan(0);
    expect(fencesOf(await one.take(9))).toHaveLength(2);
    await store.add([task('k2', { key: 'k' })], 0);
    // It waits behind the other one of its key, and is the oldest all the same.
    expect((await store.state()).oldestAt).toBeGreaterThanOrEqual(before);
  });

  it('clears what waits, and nothing that is being worked on', async () => {
    const store = await subject().open();
    const worker = new TestWorker(store);
    const some = (prefix: string) => [
      task('', { uniqueId: `${prefix}-plain` }),
      task('', { uniqueId: `${prefix}-key`, key: 'k' }),
      task('', { uniqueId: `${prefix}-level`, priority: 3 }),
      task('', { uniqueId: `${prefix}-delayed`, delayMs: 60_000 }),
      task('', { uniqueId: `${prefix}-debounced`, delayMs: 60_000, debounce: { name: prefix } }),
      task(`${prefix}-free`),
    ];
    const outcomes = async (prefix: string) => (await store.add(some(prefix), 0)).outcomes;
    await outcomes('taken');
    const taken = await worker.take(9);
    expect(taken).toHaveLength(4);
    await outcomes('removed');
    await store.add(tasks(numbered(1_500)), 0);
    await store.add(tasks(numbered(1_200), { key: 'many' }), 0);
    expect(await store.clear()).toBe(2 + 6 + 2_700);
    expect(await store.state()).toMatchObject({ waiting: 0, delayed: 0, active: 4, oldestAt: undefined });
    expect(await store.clear()).toBe(0);
    // Ids of removed tasks are free, those of taken ones are not.
    expect(new Set(await outcomes('removed'))).toEqual(new Set(['added']));
    expect(await outcomes('taken')).toEqual(['duplicate', 'duplicate', 'duplicate', 'added', 'added', 'added']);
    // The key is held by the task that was taken before.
    const next = await worker.take(99);
    expect(next.map((each) => opened(each).header.key)).not.toContain('k');
    const keyed = taken.find((each) => opened(each).header.key === 'k')!;
    const { tasks: freed } = await worker.turn({
      want: 9,
      completions: [{ kind: 'done', fence: keyed.fence, key: 'k', uniqueId: 'taken-key' }],
    });
    expect(freed.map((each) => opened(each).header.id)).toEqual(['removed-key']);
  });
}
