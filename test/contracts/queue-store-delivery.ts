import { expect, it } from 'vitest';
import type { TakenTask } from '../../src/queue/store.ts';
import {
  bury,
  done,
  fencesOf,
  idsOf,
  numbered,
  opened,
  type QueueStoreSubject,
  release,
  retry,
  type SuiteSize,
  TestWorker,
  task,
  tasks,
} from './queue-store-subject.ts';

/** Who gets a task, and what becomes of it. */
export function itDelivers(subject: () => QueueStoreSubject, size: SuiteSize): void {
  it('gives each task to exactly one of ten workers, under fences that rise', async () => {
    const store = await subject().open();
    const ids = numbered(size.tasks);
    const produced = (async () => {
      for (let from = 0; from < ids.length; from += 500) await store.add(tasks(ids.slice(from, from + 500)), 0);
    })();
    const seen: TakenTask[] = [];
    await Promise.all(
      Array.from({ length: 10 }, async (_, index) => {
        const worker = new TestWorker(store);
        let held: readonly TakenTask[] = [];
        let highest = 0;
        while (seen.length < ids.length) {
          const turn = await worker.turn({ want: 20 + index, completions: held.map(done) });
          held = turn.tasks;
          seen.push(...held);
          if (held.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
          for (const { fence } of held) {
            expect(fence).toBeGreaterThan(highest);
            highest = fence;
          }
        }
        await worker.complete(...held.map(done));
        expect(await worker.leave()).toBe(0);
      }),
    );
    await produced;
    expect(idsOf(seen).sort()).toEqual([...ids].sort());
    expect(new Set(fencesOf(seen)).size).toBe(ids.length);
    expect(await store.state()).toMatchObject({ waiting: 0, delayed: 0, active: 0, workers: [], dead: 0 });
  });

  it('takes the first or the last one first', async () => {
    const store = await subject().open();
    await store.add(tasks(numbered(6)), 0);
    expect(await store.peek(3, 'fifo')).toHaveLength(3);
    const first = new TestWorker(store);
    expect(idsOf(await first.take(2))).toEqual(['t0', 't1']);
    const last = new TestWorker(store, { order: 'lifo' });
    expect(idsOf((await store.peek(2, 'lifo')).map((envelope) => ({ envelope })))).toEqual(['t5', 't4']);
    expect(idsOf(await last.take(2))).toEqual(['t5', 't4']);
    expect(await last.leave()).toBe(2);
    expect(idsOf(await last.turn({ joins: true, want: 9 }).then((turn) => turn.tasks))).toEqual([
      't5',
      't4',
      't3',
      't2',
    ]);
  });

  it('does with a task what its worker tells, once, however often it is told', async () => {
    const store = await subject().open();
    const worker = new TestWorker(store);
    await store.add(tasks(numbered(5)), 0);
    const [ended, again, buried, refused, given] = (await worker.take(5)) as [
      TakenTask,
      TakenTask,
      TakenTask,
      TakenTask,
      TakenTask,
    ];
    const completions = [
      done(ended),
      retry(again, { envelope: again.envelope.replace('null', '"second"') }),
      bury(buried),
      bury(refused, { shelf: 'business', record: '{"reason":"business"}' }),
      release(given),
    ];
    for (let time = 0; time < 3; time++) await worker.complete(...completions);
    expect(await store.state()).toMatchObject({ waiting: 2, active: 0, dead: 1, business: 1 });
    expect(await store.state()).toMatchObject({ lastMinute: { added: 5, finished: 3, retried: 1 } });
    const [first, second] = await worker.take(2);
    expect([idsOf([first!, second!]), opened(second!).payload]).toEqual([['t4', 't1'], '"second"']);
    expect(first!.fence).toBeGreaterThan(given.fence);
    const [entry] = await store.shelf('business').list(9);
    expect(entry?.record).toBe(`{"reason":"business"}\n${refused.envelope}`);
  });

  it('puts released tasks back in front, in the order they were taken', async () => {
    for (const order of ['fifo', 'lifo'] as const) {
      const store = await subject().open();
      const worker = new TestWorker(store, { order });
      await store.add(tasks(numbered(6)), 0);
      const taken = await worker.take(4);
      const [ended, ...rest] = taken;
      await worker.complete(release(rest[1]!), done(ended!), release(rest[0]!), release(rest[2]!));
      expect(idsOf(await worker.take(3))).toEqual(idsOf(rest));
    }
  });

  it('recovers the tasks of silent workers, in their order, and refuses what these tell later', async () => {
    const store = await subject().open();
    await store.add(tasks(numbered(9)), 0);
    const [one, two] = [new TestWorker(store, { leaseMs: 250 }), new TestWorker(store, { leaseMs: 250 })];
    const [first] = await one.take(2);
    await two.take(2);
    await one.take(1);
    const idle = new TestWorker(store, { leaseMs: 250 });
    await idle.turn();
    await subject().advance(270);
    const heir = new TestWorker(store);
    const { tasks: taken, recovered } = await heir.turn({ want: 20 });
    expect(recovered).toBe(5);
    expect(idsOf(taken)).toEqual(numbered(9));
    expect(taken.map((each) => opened(each).losses)).toEqual([1, 1, 1, 1, 1, 0, 0, 0, 0]);
    expect(await one.outcome({ want: 5, completions: [done(first!)] })).toEqual({ lost: true });
    expect(await two.leave()).toBe(-1);
    expect(await idle.outcome()).toEqual({ lost: true });
    // A fence is no use under another name either.
    await heir.complete(done(first!));
    expect(await store.state()).toMatchObject({ waiting: 0, active: 9 });
  });

  it('keeps the tasks of a worker that speaks again before anybody has looked', async () => {
    const store = await subject().open();
    await store.add(tasks(['a']), 0);
    const worker = new TestWorker(store, { leaseMs: 50 });
    const [taken] = await worker.take(1);
    await subject().advance(70);
    expect((await worker.complete(done(taken!))).recovered).toBe(0);
    expect(await store.state()).toMatchObject({ active: 0, waiting: 0 });
  });

  it('gives up a task that has lost too many workers', async () => {
    const store = await subject().open();
    await store.add([task('poison', { key: 'k', uniqueId: 'poison' }), task('next', { key: 'k' })], 0);
    for (let losses = 0; losses <= 2; losses++) {
      const victim = new TestWorker(store, { leaseMs: 20, maxLosses: 2 });
      const [taken] = await victim.take(5);
      expect(opened(taken!)).toMatchObject({ losses, header: { id: 'poison' } });
      await subject().advance(40);
    }
    const heir = new TestWorker(store, { maxLosses: 2 });
    expect(idsOf(await heir.take(5))).toEqual(['next']);
    const [entry] = await store.shelf('dead').list(5);
    expect(entry?.id).toBe('poison');
    const [why, envelope] = [entry!.record.split('\n', 1)[0]!, entry!.record.slice(entry!.record.indexOf('\n') + 1)];
    expect(JSON.parse(why)).toEqual({ reason: 'worker-lost', at: entry!.at, losses: 3 });
    expect(opened({ envelope }).losses).toBe(3);
    expect(await store.add([task('', { uniqueId: 'poison' })], 0)).toMatchObject({ outcomes: ['added'] });
  });

  it('tells a worker that missed an answer what it holds', async () => {
    const store = await subject().open();
    await store.add(tasks(numbered(6)), 0);
    const worker = new TestWorker(store);
    const [first, second] = await worker.take(2);
    const missed = await worker.take(2);
    const turn = await worker.turn({ want: 1, completions: [done(second!)], known: fencesOf([first!, second!]) });
    expect(turn.held).toEqual(missed);
    expect(idsOf(turn.tasks)).toEqual(['t4']);
    const knowing = await worker.turn({ known: fencesOf([first!, ...missed, ...turn.tasks]) });
    expect(knowing.held).toEqual([]);
    const newcomer = new TestWorker(store);
    const lost = await newcomer.take(1);
    expect((await newcomer.turn({ joins: true, known: [] })).held).toEqual(lost);
  });

  it('gives back at once what a worker that leaves holds', async () => {
    const store = await subject().open();
    await store.add(tasks(numbered(4)), 0);
    const worker = new TestWorker(store);
    await worker.take(3);
    expect(await worker.leave()).toBe(3);
    expect(await worker.leave()).toBe(-1);
    expect(await worker.outcome({ want: 1 })).toEqual({ lost: true });
    const heir = new TestWorker(store);
    const taken = await heir.take(9);
    expect(idsOf(taken)).toEqual(numbered(4));
    expect(taken.every((each) => opened(each).losses === 0)).toBe(true);
  });
}
