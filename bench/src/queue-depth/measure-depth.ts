/** What adding, working and keeping cost while a number of tasks waits. */
import type { Samples } from '../benchmark.ts';
import { collectGarbage } from '../collect-garbage.ts';
import { addEach, addGroups, groupSize } from '../queue/load.ts';
import { payloadOf } from '../queue/payload.ts';
import { openSallyport } from '../queue/sallyport.ts';
import type { QueueSubject } from '../queue/subject.ts';
import { observeRedis } from '../redis-counters.ts';

/** Travels to the process that measures, as JSON. */
export interface DepthRequest {
  readonly url: string;
  /** Tasks that wait all the time. */
  readonly waiting: number;
  /** Tasks that are added, and as many that are worked on, for the rates. */
  readonly tasks: number;
}

const concurrency = 100;

/** @throws Error when a task was lost or run twice */
export async function measureDepth({ url, waiting, tasks }: DepthRequest): Promise<Samples> {
  const observer = observeRedis(url);
  try {
    const warm = await openSallyport(url, 'warm-up');
    await addEach(warm, 5_000);
    await workAt(warm, 5_000, 5_000);
    await warm.close();
    await observer.empty();

    const queue = await openSallyport(url, 'bench');
    const emptyBytes = await observer.settledMemoryBytes();
    await addGroups(queue, waiting);
    const memoryBytesPerTask = ((await observer.settledMemoryBytes()) - emptyBytes) / waiting;
    collectGarbage();
    const processSeconds = await workAt(queue, waiting, tasks);
    collectGarbage();
    const startedAt = performance.now();
    await addEach(queue, tasks, waiting + tasks);
    const addSeconds = (performance.now() - startedAt) / 1000;
    const left = await queue.remaining();
    if (left !== waiting + tasks) throw new Error(`Of ${waiting + tasks} tasks that should wait there are ${left}.`);
    await queue.close();
    return { addPerSecond: tasks / addSeconds, processPerSecond: tasks / processSeconds, memoryBytesPerTask };
  } finally {
    observer.close();
  }
}

/**
 * Works on some tasks of a queue that holds `waiting`, numbered from 0, and adds a group for each group that was done,
 * so that it stays as full as it was. Resolves with the seconds that took.
 */
async function workAt(queue: QueueSubject, waiting: number, tasks: number): Promise<number> {
  const ran = new Uint8Array(waiting + tasks);
  const refills: Promise<void>[] = [];
  let done = 0;
  let added = 0;
  let allDone = () => {};
  const finished = new Promise<void>((resolve) => {
    allDone = resolve;
  });
  const refill = () => {
    const size = Math.min(groupSize, tasks - added);
    if (size === 0) return;
    refills.push(queue.addMany(Array.from({ length: size }, (_, index) => payloadOf(waiting + added + index))));
    added += size;
  };
  const startedAt = performance.now();
  let endedAt = startedAt;
  const worker = queue.work(concurrency, async ({ n }) => {
    ran[n] = (ran[n] ?? 0) + 1;
    done++;
    if (done % groupSize === 0) refill();
    if (done === tasks) {
      endedAt = performance.now();
      allDone();
    }
  });
  await finished;
  await worker.stop();
  await Promise.all(refills);
  while (added < tasks) {
    refill();
    await Promise.all(refills);
  }
  // The worker went on while it was being stopped; what it did then is made good here, not timed.
  const left = await queue.remaining();
  if (left + done !== waiting + tasks || ran.some((runs) => runs > 1)) {
    throw new Error(`Of ${waiting + tasks} tasks ${done} ran and ${left} are left; one may have run twice.`);
  }
  await addMissing(queue, waiting - left, waiting + tasks);
  return (endedAt - startedAt) / 1000;
}

async function addMissing(queue: QueueSubject, missing: number, from: number): Promise<void> {
  if (missing > 0) await queue.addMany(Array.from({ length: missing }, (_, index) => payloadOf(from + index)));
}
