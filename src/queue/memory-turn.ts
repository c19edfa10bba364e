/** One turn of a worker: the same steps as in work.lua. */

import { openEnvelope } from './envelope.ts';
import { forgetId, type MemoryQueue, type MemoryWorker } from './memory-queue.ts';
import type { StoredTask } from './memory-waiting.ts';
import type { Completion, QueueOrder, TakenTask, Turn, TurnOutcome } from './store.ts';

/** A worker that is busy leaves word of what falls due within this time. */
const soonMs = 5_000;
const mostDueAtOnce = 500;

export function takeTurn(
  queue: MemoryQueue,
  turn: Turn,
  schedules: { due(): string[]; nextAt(): number | undefined },
): TurnOutcome {
  const now = queue.clock.now();
  const worker = queue.workers.get(turn.worker) ?? (turn.joins ? { leaseUntil: 0, held: new Map() } : undefined);
  if (worker === undefined) return { lost: true };
  worker.leaseUntil = now + Math.ceil(turn.leaseMs);
  queue.workers.set(turn.worker, worker);

  const known = turn.known === undefined ? undefined : new Set(turn.known);
  const held = known === undefined ? [] : heldBy(worker).filter(({ fence }) => !known.has(fence));
  complete(queue, worker, turn.completions, turn.order);
  const recovered = recover(queue, turn);
  comeDue(queue);

  const want = queue.paused ? 0 : turn.want;
  const taken = queue.waiting.take(Math.min(want, allowedByRate(queue, turn.rate)), turn.order);
  const tasks = taken.map((task) => {
    const fence = ++queue.lastFence;
    worker.held.set(fence, task);
    return { fence, envelope: task.envelope };
  });
  const rateWaitMs = countAgainstRate(queue, turn.rate, taken.length);
  const nextAt = earliest(queue.delayed.first?.dueAt, schedules.nextAt());
  const nextDueMs = nextAt === undefined ? undefined : Math.max(0, nextAt - now);
  const left = queue.waiting.ready;
  const isFull = taken.length >= want;
  const isDueSoon = isFull && nextDueMs !== undefined && nextDueMs < soonMs;
  if (!queue.paused && ((left > 0 && (rateWaitMs === 0 || isFull)) || isDueSoon)) queue.mark.leave();
  return {
    lost: false,
    tasks,
    held,
    nextDueMs,
    rateWaitMs,
    paused: queue.paused,
    left,
    recovered,
    cancelledIds: cancelledOf(queue, worker),
    dueSchedules: schedules.due(),
  };
}

/** Puts back what the worker holds. @returns how many; -1 for one that is not known */
export function leave(queue: MemoryQueue, name: string, order: QueueOrder): number {
  const worker = queue.workers.get(name);
  if (worker === undefined) return -1;
  queue.workers.delete(name);
  for (const task of [...worker.held.values()].reverse()) queue.waiting.putBack(task, order);
  // It may have taken the mark that was to wake a worker.
  queue.mark.leave();
  return worker.held.size;
}

function heldBy(worker: MemoryWorker): TakenTask[] {
  return [...worker.held].map(([fence, { envelope }]) => ({ fence, envelope }));
}

function complete(
  queue: MemoryQueue,
  worker: MemoryWorker,
  completions: readonly Completion[],
  order: QueueOrder,
): void {
  const released: { readonly fence: number; readonly task: StoredTask }[] = [];
  let finished = 0;
  for (const completion of completions) {
    const { kind, fence } = completion;
    const task = worker.held.get(fence);
    if (task === undefined) continue;
    worker.held.delete(fence);
    if (kind === 'release') released.push({ fence, task });
    else if (kind === 'retry') retry(queue, task, completion);
    else {
      finished++;
      end(queue, task, completion);
    }
  }
  queue.counts.count(queue.clock.now(), 'finished', finished);
  // The last one first, so that they lie in front in the order in which they were taken.
  released.sort((a, b) => b.fence - a.fence);
  for (const { task } of released) queue.waiting.putBack(task, order);
}

function end(queue: MemoryQueue, task: StoredTask, completion: Completion & { readonly kind: 'done' | 'bury' }): void {
  const now = queue.clock.now();
  if (completion.kind === 'bury') {
    const { shelf, id, record } = completion;
    const entry = { id, at: now, record: `${record.split('\n', 1)[0]}\n${task.envelope}` };
    queue.shelves[shelf].put(entry, completion.fence);
  } else {
    const { cancelledId, result } = completion;
    if (cancelledId !== undefined) queue.cancelled.delete(cancelledId);
    if (result !== undefined) queue.results.set(result.id, result.value, now + Math.max(1, result.ttlMs));
  }
  queue.waiting.letGo(completion.key);
  forgetId(queue, completion.uniqueId, completion.retainMs);
}

function retry(
  queue: MemoryQueue,
  { uniqueId, priority = 0 }: StoredTask,
  { key, delayMs, envelope }: Completion & { readonly kind: 'retry' },
): void {
  queue.counts.count(queue.clock.now(), 'retried', 1);
  const task = { envelope, priority, ...(uniqueId === undefined ? {} : { uniqueId }) };
  // It stays the first of its key, which is held until it has come due: the order inside the key is kept.
  if (delayMs > 0) {
    const dueAt = queue.clock.now() + Math.ceil(delayMs);
    queue.delayed.add(dueAt, key === undefined ? { kind: 'task', task } : { kind: 'first', task: { ...task, key } });
  } else if (key === undefined) queue.waiting.append(task);
  else queue.waiting.putFirst({ ...task, key });
}

/** Tasks of lapsed workers go back to the front, in their order, but for those that have lost too many workers. */
function recover(queue: MemoryQueue, { order, maxLosses }: Turn): number {
  const now = queue.clock.now();
  const lost: { readonly fence: number; readonly task: StoredTask }[] = [];
  for (const [name, { leaseUntil, held }] of queue.workers) {
    if (leaseUntil >= now) continue;
    for (const [fence, task] of held) lost.push({ fence, task });
    queue.workers.delete(name);
  }
  lost.sort((a, b) => b.fence - a.fence);
  for (const { fence, task } of lost) {
    const parts = /^(\d+)( [\s\S]*)$/.exec(task.envelope);
    const losses = Number(parts?.[1] ?? 0) + 1;
    const envelope = parts === null ? task.envelope : `${losses}${parts[2]}`;
    if (parts !== null && losses <= maxLosses) queue.waiting.putBack({ ...task, envelope }, order);
    else
      giveUp(queue, { ...task, envelope }, fence, { reason: parts ? 'worker-lost' : 'undecodable', at: now, losses });
  }
  return lost.length;
}

function giveUp(queue: MemoryQueue, task: StoredTask, fence: number, why: object): void {
  const id = openEnvelope(task.envelope)?.header.id ?? `fence-${fence}`;
  const now = queue.clock.now();
  queue.shelves.dead.put({ id, at: now, record: `${JSON.stringify(why)}\n${task.envelope}` }, fence);
  queue.waiting.letGo(task.key);
  forgetId(queue, task.uniqueId);
  queue.counts.count(now, 'finished', 1);
}

function comeDue(queue: MemoryQueue): void {
  const now = queue.clock.now();
  for (let n = 0; n < mostDueAtOnce; n++) {
    const { first } = queue.delayed;
    if (first === undefined || first.dueAt > now) return;
    const item = queue.delayed.shift()!;
    if (item.kind === 'debounced') {
      const debounced = queue.debounced.get(item.name);
      queue.debounced.delete(item.name);
      if (debounced !== undefined) queue.waiting.append(debounced.task);
    } else if (item.kind === 'first' && item.task.key !== undefined) {
      queue.waiting.putFirst({ ...item.task, key: item.task.key });
    } else queue.waiting.append(item.task);
  }
}

/** Never further ahead than a burst, also when the clock was set back or the limit was another. */
function arrivalOf(queue: MemoryQueue, { everyMs, burst }: NonNullable<Turn['rate']>): number {
  const now = queue.clock.now();
  return Math.max(now, Math.min(queue.rateArrival, now + burst * everyMs));
}

function allowedByRate(queue: MemoryQueue, rate: Turn['rate']): number {
  if (rate === undefined) return Number.POSITIVE_INFINITY;
  const { everyMs, burst } = rate;
  return Math.floor((queue.clock.now() + burst * everyMs - arrivalOf(queue, rate)) / everyMs + 1e-6);
}

/** @returns how long it takes until another is allowed */
function countAgainstRate(queue: MemoryQueue, rate: Turn['rate'], taken: number): number {
  if (rate === undefined) return 0;
  const { everyMs, burst } = rate;
  queue.rateArrival = arrivalOf(queue, rate) + taken * everyMs;
  return Math.max(0, Math.ceil(queue.rateArrival - (burst - 1) * everyMs - queue.clock.now() - 1e-6));
}

function cancelledOf({ cancelled }: MemoryQueue, worker: MemoryWorker): string[] {
  if (cancelled.size === 0) return [];
  return [...worker.held.values()].flatMap(({ envelope }) => {
    const id = openEnvelope(envelope)?.header.id;
    return id !== undefined && cancelled.get(id) !== undefined ? [id] : [];
  });
}

function earliest(one: number | undefined, other: number | undefined): number | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return Math.min(one, other);
}
