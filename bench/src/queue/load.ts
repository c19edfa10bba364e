/** How tasks are given to a queue. */
import { setTimeout as delay } from 'node:timers/promises';
import { payloadOf } from './payload.ts';
import type { QueueSubject } from './subject.ts';

export const addsUnderWay = 100;
export const groupSize = 500;

/** `addsUnderWay` adds at a time, each awaited by itself. @param from First number of the tasks. @default 0 */
export async function addEach(queue: QueueSubject, tasks: number, from: number = 0): Promise<void> {
  let next = from;
  const producer = async () => {
    while (next < from + tasks) await queue.add(payloadOf(next++));
  };
  await Promise.all(Array.from({ length: addsUnderWay }, producer));
}

/** One group after the other. */
export async function addGroups(queue: QueueSubject, tasks: number): Promise<void> {
  for (let from = 0; from < tasks; from += groupSize) {
    const size = Math.min(groupSize, tasks - from);
    await queue.addMany(Array.from({ length: size }, (_, index) => payloadOf(from + index)));
  }
}

/**
 * Adds at a rate, whatever becomes of them.
 * @param onAdd Is told right before a task is given to the library.
 */
export async function addAtRate(
  queue: QueueSubject,
  { tasks, perSecond }: { tasks: number; perSecond: number },
  onAdd: (n: number) => void,
): Promise<void> {
  const startedAt = performance.now();
  const adds: Promise<unknown>[] = [];
  for (let n = 0; n < tasks; n++) {
    const dueInMs = startedAt + (n * 1000) / perSecond - performance.now();
    if (dueInMs > 0) await delay(dueInMs);
    onAdd(n);
    adds.push(queue.add(payloadOf(n)));
  }
  await Promise.all(adds);
}
