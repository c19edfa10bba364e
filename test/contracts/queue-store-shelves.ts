import { expect, it } from 'vitest';
import type { QueueStore, ShelfEntry, TakenTask } from '../../src/queue/store.ts';
import {
  bury,
  idsOf,
  numbered,
  opened,
  type QueueStoreSubject,
  TestWorker,
  task,
  tasks,
} from './queue-store-subject.ts';

/** What was given up, and what is added again and again. */
export function itKeepsShelvesAndSchedules(subject: () => QueueStoreSubject): void {
  async function buryAll(store: QueueStore, ids: readonly string[]): Promise<TakenTask[]> {
    const worker = new TestWorker(store);
    await store.add(tasks(ids), 0);
    const taken = await worker.take(9_999);
    await worker.complete(...taken.map((each) => bury(each)));
    await worker.leave();
    return [...taken];
  }

  it('lists what was given up by pages, the latest first, also those of one moment', async () => {
    const store = await subject().open();
    const shelf = store.shelf('dead');
    const ids = numbered(25);
    await buryAll(store, ids.slice(0, 12));
    await subject().advance(5);
    await buryAll(store, ids.slice(12));
    for (const removes of [false, true]) {
      const seen: ShelfEntry[] = [];
      for (;;) {
        const last = seen.at(-1);
        const page = await shelf.list(4, last === undefined ? undefined : { at: last.at, id: last.id });
        if (page.length === 0) break;
        seen.push(...page);
        // The entry that the next page begins after may be gone by then.
        if (removes) expect(await shelf.remove([page.at(-1)!.id])).toBe(1);
      }
      expect(seen.map(({ id }) => id).sort()).toEqual([...ids].sort());
      expect(seen.map(({ at }) => at)).toEqual(seen.map(({ at }) => at).sort((a, b) => b - a));
    }
    const [entry] = await shelf.list(1);
    expect(await shelf.get(entry!.id)).toEqual(entry);
    expect(await shelf.get('nobody')).toBeUndefined();
    expect((await store.state()).dead).toBe(25 - 7);
    expect(await store.shelf('business').list(9)).toEqual([]);
    expect(await shelf.list(0)).toEqual([]);
    expect(await shelf.list(0, entry)).toEqual([]);
  });

  it('puts an entry where it belongs when its task is given up again', async () => {
    const store = await subject().open();
    const shelf = store.shelf('dead');
    await buryAll(store, ['a', 'b']);
    const page = await shelf.list(9);
    await subject().advance(5);
    await shelf.redrive([{ id: 'a', task: task('a') }]);
    await buryAll(store, []);
    expect((await shelf.list(9)).map(({ id }) => id)).toEqual(['a', 'b']);
    expect((await store.state()).dead).toBe(2);
    // A reader who was at the old place goes on from there.
    const old = page.find(({ id }) => id === 'a')!;
    const rest = await shelf.list(9, old);
    expect(rest.every(({ id }) => id === 'b')).toBe(true);
    expect(await shelf.get('a')).toMatchObject({ id: 'a' });
  });

  it('keeps every task that was given up, also several of one id', async () => {
    const store = await subject().open();
    const shelf = store.shelf('dead');
    const worker = new TestWorker(store, { maxLosses: 0 });
    const fences: number[] = [];
    for (const payload of [1, 2]) {
      await store.add([task('a', { payload })], 0);
      const [taken] = await worker.take(1);
      fences.push(taken!.fence);
      await worker.complete(bury(taken!));
      await subject().advance(5);
    }
    await store.add([task('a', { payload: 3 })], 0);
    const mortal = new TestWorker(store, { leaseMs: 20 });
    fences.push((await mortal.take(1))[0]!.fence);
    await subject().advance(40);
    expect((await worker.turn()).recovered).toBe(1);
    const entries = await shelf.list(9);
    expect(entries.map(({ id }) => id)).toEqual([`a#${fences[2]}`, `a#${fences[1]}`, 'a']);
    expect(entries.map(({ record }) => record.split('\n').at(-1))).toEqual(['3', '2', '1']);
    expect((await store.state()).dead).toBe(3);
    expect(await shelf.redrive([{ id: `a#${fences[1]}`, task: task('a', { payload: 2 }) }])).toBe(1);
    expect(await shelf.remove(['a'])).toBe(1);
    expect((await shelf.list(9)).map(({ id }) => id)).toEqual([`a#${fences[2]}`]);
    expect(opened((await worker.take(1))[0]!).payload).toBe('2');
  });

  it('redrives each entry once, however many operators want it', async () => {
    const store = await subject().open();
    const shelf = store.shelf('dead');
    await buryAll(store, numbered(700));
    const again = numbered(700).map((id) => ({ id, task: task(id) }));
    const counts = await Promise.all([shelf.redrive(again), shelf.redrive([...again].reverse()), shelf.redrive(again)]);
    expect(counts.reduce((sum, n) => sum + n, 0)).toBe(700);
    expect(await store.state()).toMatchObject({ dead: 0, waiting: 700 });
    const worker = new TestWorker(store);
    expect(new Set(idsOf(await worker.take(999))).size).toBe(700);
    expect(await shelf.redrive(again)).toBe(0);
  });

  it('redrives a task whose id is retained, and leaves one whose id is in the queue', async () => {
    const store = await subject().open();
    const shelf = store.shelf('business');
    const worker = new TestWorker(store);
    const unique = task('', { uniqueId: 'u' });
    await store.add([unique], 0);
    const [taken] = await worker.take(1);
    await worker.complete(bury(taken!, { shelf: 'business', uniqueId: 'u', retainMs: 60_000 }));
    expect((await store.add([unique], 0)).outcomes).toEqual(['duplicate']);
    expect(await shelf.redrive([{ id: 'u', task: unique }])).toBe(1);
    const [again] = await worker.take(1);
    await worker.complete(bury(again!, { shelf: 'business', uniqueId: 'u' }));
    expect((await store.add([unique], 0)).outcomes).toEqual(['added']);
    expect(await shelf.redrive([{ id: 'u', task: unique }])).toBe(0);
    expect(await shelf.get('u')).toBeDefined();
    expect(await store.state()).toMatchObject({ waiting: 1, business: 1 });
  });

  it('runs what is redriven, although its task was cancelled after it had died', async () => {
    const store = await subject().open();
    const shelf = store.shelf('dead');
    const worker = new TestWorker(store);
    await store.add([task('plain'), task('', { uniqueId: 'u' })], 0);
    const taken = await worker.take(2);
    await worker.complete(bury(taken[0]!), bury(taken[1]!, { uniqueId: 'u' }));
    await store.cancel('plain', 60_000);
    await store.cancel('u', 60_000);
    const again = [
      { id: 'plain', task: task('plain') },
      { id: 'u', task: task('', { uniqueId: 'u' }) },
    ];
    expect(await shelf.redrive(again)).toBe(2);
    const turn = await worker.turn({ want: 2 });
    expect([idsOf(turn.tasks), turn.cancelledIds]).toEqual([['plain', 'u'], []]);
  });

  it('removes entries by id, by number and by age', async () => {
    const store = await subject().open();
    const shelf = store.shelf('dead');
    await buryAll(store, numbered(1_200, 'old'));
    await subject().advance(400);
    await buryAll(store, numbered(10, 'new'));
    expect(await shelf.remove(['old0', 'nobody', 'old1'])).toBe(2);
    expect(await shelf.remove([])).toBe(0);
    expect(await shelf.trim({ maxCount: 1_100 })).toBe(108);
    expect(await shelf.trim({ maxCount: 1_100, maxAgeMs: 60_000 })).toBe(0);
    expect(await shelf.trim({ maxAgeMs: 350 })).toBe(1_090);
    expect((await shelf.list(99)).map(({ id }) => id).sort()).toEqual(numbered(10, 'new').sort());
    expect(await shelf.trim({ maxCount: 0 })).toBe(10);
    expect((await store.state()).dead).toBe(0);
  });

  it('fires a schedule once, however many workers see that it is due', async () => {
    const store = await subject().open();
    const { schedules } = store;
    const { now } = await store.state();
    await schedules.put('nightly', '{"v":1}', now + 250);
    await schedules.put('yearly', '{"v":2}', now + 600_000);
    const worker = new TestWorker(store);
    const early = await worker.turn();
    expect(early.dueSchedules).toEqual([]);
    expect(early.nextDueMs).toBeLessThanOrEqual(250);
    expect(await schedules.fire('yearly', '{"v":2}', now + 600_000, now + 700_000, [task('early')])).toBe(false);
    await subject().advance(260);
    expect(await worker.turn()).toMatchObject({ dueSchedules: ['nightly'], nextDueMs: 0 });
    const fired = await Promise.all(
      numbered(10).map((id) => schedules.fire('nightly', '{"v":1}', now + 250, now + 500_000, [task(id), task(id)])),
    );
    expect(fired.filter(Boolean)).toHaveLength(1);
    const turn = await worker.turn({ want: 9 });
    expect([turn.tasks.length, turn.dueSchedules]).toEqual([2, []]);
    const { now: before } = await store.state();
    const got = await schedules.get(['nightly', 'nobody']);
    expect(got.schedules).toEqual([{ spec: '{"v":1}', nextAt: now + 500_000 }, undefined]);
    expect(got.now).toBeGreaterThanOrEqual(before);
    expect(got.now).toBeLessThanOrEqual((await store.state()).now);
    expect((await schedules.list()).map(({ name }) => name)).toEqual(['nightly', 'yearly']);
    // The same one again, from a server that started when the slot had not fired: it stays where it is.
    await schedules.put('nightly', '{"v":1}', now + 250);
    expect((await schedules.get(['nightly'])).schedules).toEqual([{ spec: '{"v":1}', nextAt: now + 500_000 }]);
    // One that was replaced meanwhile is not what the worker saw.
    await schedules.put('nightly', '{"v":3}', now + 500_000);
    expect(await schedules.fire('nightly', '{"v":1}', now + 500_000, now + 900_000, [])).toBe(false);
    expect(await schedules.remove('nightly')).toBe(true);
    expect(await schedules.remove('nightly')).toBe(false);
    expect(await schedules.fire('nightly', '{"v":3}', now + 500_000, now + 900_000, [])).toBe(false);
  });
}
