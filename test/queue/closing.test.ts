/** Workers that are closed. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { memoryQueueStore } from '../../src/queue/memory.ts';
import { createQueue, type Queue } from '../../src/queue/queue.ts';
import type { QueueStore, TurnOutcome } from '../../src/queue/store.ts';

interface Order {
  readonly n: number;
}

/** A promise, and what resolves it. */
function gate(): { readonly passed: Promise<void>; open(): void } {
  let open = () => {};
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { passed, open: () => open() };
}

describe('closing a worker', () => {
  let queue: Queue<Order>;
  afterEach(() => queue.close({ deadlineMs: 0 }));

  it('tells what ended while a turn was under way at the deadline, and gives back only the rest', async () => {
    const memory = memoryQueueStore({ name: 'orders' });
    const answer = gate();
    const sent = gate();
    /** The store is far away: the turn that tells of the first task is answered late. */
    const turn: QueueStore['turn'] = async (asked): Promise<TurnOutcome> => {
      const outcome = await memory.turn(asked);
      if (asked.completions.some(({ kind }) => kind === 'done')) {
        sent.open();
        await answer.passed;
      }
      return outcome;
    };
    queue = createQueue<Order>('orders', { ...memory, turn });
    await queue.addMany([{ n: 0 }, { n: 1 }, { n: 2 }]);
    const gates = [gate(), gate(), gate()];
    const worker = queue.process(({ payload: { n } }) => gates[n]!.passed, { concurrency: 3 });
    await expect.poll(() => worker.active).toBe(3);
    gates[0]!.open();
    await sent.passed;
    gates[1]!.open();
    await expect.poll(() => worker.active).toBe(1);
    const closed = worker.close({ deadlineMs: 1 });
    // The deadline has passed: the third one is taken from its handler.
    await expect.poll(() => worker.active).toBe(0);
    answer.open();
    await closed;
    expect(await queue.state()).toMatchObject({ waiting: 1, active: 0, lastMinute: { finished: 2 } });
  });

  it('refuses a deadline that no timer can keep', async () => {
    queue = createQueue<Order>('orders', memoryQueueStore({ name: 'orders' }));
    const worker = queue.process(() => {});
    for (const deadlineMs of [Number.POSITIVE_INFINITY, 2 ** 31, -1, Number.NaN]) {
      const refused = expect.objectContaining({ code: 'ERR_INVALID_OPTION', option: 'deadlineMs' });
      await expect(worker.close({ deadlineMs }), String(deadlineMs)).rejects.toThrowError(refused);
    }
    // It still works.
    await queue.add({ n: 1 });
    await expect.poll(() => queue.state()).toMatchObject({ waiting: 0, active: 0 });
  });
});

it('a queue that is closed has forgotten the workers and watches that were closed before', async () => {
  const opened = createQueue<Order>('orders', memoryQueueStore({ name: 'orders' }));
  const workers = [opened.process(() => {}), opened.process(() => {})];
  const watches = [opened.watch(), opened.watch()];
  await workers[0]!.close();
  watches[0]!.stop();
  const closings = workers.map((worker) => vi.spyOn(worker, 'close'));
  const stops = watches.map((watch) => vi.spyOn(watch, 'stop'));
  await opened.close();
  expect(closings.map(({ mock }) => mock.calls.length)).toEqual([0, 1]);
  expect(stops.map(({ mock }) => mock.calls.length)).toEqual([0, 1]);
});
