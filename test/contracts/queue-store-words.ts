import { expect, it } from 'vitest';
import type { QueueWaiter } from '../../src/queue/store.ts';
import {
  idsOf,
  numbered,
  type QueueStoreSubject,
  release,
  type SuiteSize,
  TestWorker,
  task,
} from './queue-store-subject.ts';

/** How a worker that waits gets word. */
export function itBringsWord(subject: () => QueueStoreSubject, size: SuiteSize): void {
  /** How long it took until word came; fails when none came. */
  async function word(waiter: QueueWaiter, cause: () => Promise<unknown>): Promise<number> {
    let causedAt = Number.POSITIVE_INFINITY;
    const told = waiter.wait(4_000).then((came) => ({ came, at: performance.now() }));
    const caused = cause().then(() => {
      causedAt = performance.now();
    });
    const [{ came, at }] = await Promise.all([told, caused]);
    expect(came).toBe(true);
    return at - causedAt;
  }
  /** A word that was left before is of no interest. */
  async function forgetWords(waiter: QueueWaiter): Promise<void> {
    while (await waiter.wait(1));
  }

  it('is quick when a task comes, comes back or falls due earlier than was known', async () => {
    const store = await subject().open();
    const waiter = store.openWaiter();
    const [one, two] = [new TestWorker(store), new TestWorker(store)];
    await forgetWords(waiter);
    const delays = [await word(waiter, () => store.add([task('a')], 0))];
    const [a] = await one.take(1);
    expect((await two.turn({ want: 1 })).left).toBe(0);
    await forgetWords(waiter);
    delays.push(await word(waiter, () => one.complete(release(a!))));
    await two.take(1);
    await forgetWords(waiter);
    delays.push(await word(waiter, () => two.leave()));
    await one.take(1);
    await store.add([task('late', { delayMs: 60_000 })], 0);
    await forgetWords(waiter);
    await store.add([task('later', { delayMs: 90_000 })], 0);
    expect(await waiter.wait(20)).toBe(false);
    delays.push(await word(waiter, () => store.add([task('soon', { delayMs: 3_000 })], 0)));
    delays.push(await word(waiter, () => store.schedules.put('s', '{}', 0)));
    await store.schedules.remove('s');
    await store.setPaused(true);
    await store.add([task('b')], 0);
    await one.turn({ want: 5 });
    await forgetWords(waiter);
    delays.push(await word(waiter, () => store.setPaused(false)));
    // Looking now and then would take seconds.
    expect(Math.max(...delays)).toBeLessThan(500);
    await waiter.close();
  });

  it('is passed on by a worker that does not take all there is', async () => {
    const store = await subject().open();
    const waiters = numbered(6).map(() => store.openWaiter());
    const seen: string[] = [];
    const workers = waiters.map(async (waiter) => {
      const worker = new TestWorker(store);
      while (seen.length < 6) {
        if (!(await waiter.wait(4_000))) return false;
        const taken = await worker.take(1);
        seen.push(...idsOf(taken));
        // It is busy for good, as its task never ends.
        if (taken.length > 0) return true;
      }
      return false;
    });
    const startedAt = performance.now();
    await store.add(
      numbered(6).map((id) => task(id)),
      0,
    );
    expect(await Promise.all(workers)).toEqual(numbered(6).map(() => true));
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    expect([...seen].sort()).toEqual(numbered(6));
    await Promise.all(waiters.map((waiter) => waiter.close()));
  });

  it('is passed on by a worker that is busy before something falls due', async () => {
    const store = await subject().open();
    const waiter = store.openWaiter();
    const busy = new TestWorker(store);
    await store.add([task('long'), task('soon', { delayMs: 1_000 })], 0);
    expect(await waiter.wait(1_000)).toBe(true);
    expect(await busy.take(1)).toHaveLength(1);
    expect(await waiter.wait(1_000)).toBe(true);
    await waiter.close();
  });

  it('is never lost between a look and a wait', async () => {
    const store = await subject().open();
    const waiter = store.openWaiter();
    const worker = new TestWorker(store);
    await worker.turn();
    let held: readonly { readonly fence: number }[] = [];
    for (let round = 0; round < size.races; round++) {
      const added = round % 3 === 0 ? store.add([task(`r${round}`)], 0) : undefined;
      if (round % 3 === 1) await Promise.resolve();
      const waiting = waiter.wait(2_000);
      await Promise.all([waiting, added ?? store.add([task(`r${round}`)], 0)]);
      expect(await waiting, `round ${round}`).toBe(true);
      const turn = await worker.turn({ want: 5, completions: held.map(({ fence }) => ({ kind: 'done', fence })) });
      held = turn.tasks;
      expect(idsOf(turn.tasks)).toEqual([`r${round}`]);
    }
    await waiter.close();
  });

  it('wakes one waiter for one task', async () => {
    const store = await subject().open();
    const waiters = [store.openWaiter(), store.openWaiter()];
    const waits = waiters.map((waiter) => waiter.wait(400));
    await new Promise((resolve) => setTimeout(resolve, 30));
    await store.add([task('a')], 0);
    expect((await Promise.all(waits)).sort()).toEqual([false, true]);
    await Promise.all(waiters.map((waiter) => waiter.close()));
  });

  it('ends when the waiter or the store is closed', async () => {
    const store = await subject().open();
    const waiter = store.openWaiter();
    const waits = [waiter.wait(60_000)];
    await new Promise((resolve) => setTimeout(resolve, 20));
    const startedAt = performance.now();
    await waiter.close();
    expect(await Promise.all(waits)).toEqual([false]);
    expect(await waiter.wait(60_000)).toBe(false);
    const other = store.openWaiter();
    const wait = other.wait(60_000);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await store.close();
    expect([await wait, await other.wait(60_000)]).toEqual([false, false]);
    expect(performance.now() - startedAt).toBeLessThan(1_500);
  });
}
