/** What a queue in this process consists of, and how tasks come into it. */
import type { Clock } from '../clock.ts';
import { ExpiringMap } from '../expiring-map.ts';
import { type DelayedEntry, DelayedHeap } from './memory-delayed.ts';

import { MinuteCounts } from './memory-rates.ts';
import { MemoryShelf } from './memory-shelf.ts';
import { WakeMark } from './memory-waiter.ts';
import { type StoredTask, WaitingTasks } from './memory-waiting.ts';
import type { AddOutcome, NewTask, ShelfName } from './store.ts';

export interface MemoryWorker {
  leaseUntil: number;
  /** By fence, in the order they were taken. */
  readonly held: Map<number, StoredTask>;
}

/** `first`: a task to be tried again, which holds its key meanwhile. `debounced`: whatever then has this name. */
type Delayed =
  | { readonly kind: 'task' | 'first'; readonly task: StoredTask }
  | { readonly kind: 'debounced'; readonly name: string };

interface Debounced {
  readonly task: StoredTask;
  readonly since: number;
  readonly entry: DelayedEntry<Delayed>;
}

export interface MemoryQueue {
  readonly clock: Clock;
  readonly waiting: WaitingTasks;
  readonly delayed: DelayedHeap<Delayed>;
  readonly debounced: Map<string, Debounced>;
  readonly ids: ExpiringMap<true>;
  readonly cancelled: ExpiringMap<true>;
  readonly results: ExpiringMap<string>;
  readonly progress: ExpiringMap<string>;
  readonly workers: Map<string, MemoryWorker>;
  readonly shelves: Readonly<Record<ShelfName, MemoryShelf>>;
  readonly counts: MinuteCounts;
  readonly mark: WakeMark;
  paused: boolean;
  /** Begins at the time, so that fences rise over restarts too. */
  lastFence: number;
  /** The theoretical arrival time of the generic cell rate algorithm. */
  rateArrival: number;
}

export function emptyQueue(clock: Clock): MemoryQueue {
  return {
    clock,
    waiting: new WaitingTasks(),
    delayed: new DelayedHeap(),
    debounced: new Map(),
    ids: new ExpiringMap(clock),
    cancelled: new ExpiringMap(clock),
    results: new ExpiringMap(clock),
    progress: new ExpiringMap(clock),
    workers: new Map(),
    shelves: { dead: new MemoryShelf(), business: new MemoryShelf() },
    counts: new MinuteCounts(),
    mark: new WakeMark(),
    paused: false,
    lastFence: Math.floor(clock.now() * 1000),
    rateArrival: 0,
  };
}

/**
 * @param room How many more may wait.
 * @param together How many tasks, one number after the other, are added together or not at all.
 */
export function addTasks(
  queue: MemoryQueue,
  tasks: readonly NewTask[],
  room: number,
  together?: readonly number[],
): AddOutcome[] {
  const outcomes: AddOutcome[] = [];
  let added = 0;
  let isReady = false;
  const sizes = together?.values();
  let left = 0;
  let isRefused = false;
  for (const task of tasks) {
    if (sizes !== undefined && left-- === 0) {
      const size = sizes.next().value ?? 1;
      left = size - 1;
      isRefused = room - added < size;
    }
    const outcome = addOne(queue, task, isRefused ? 0 : room - added);
    if (outcome === 'added') {
      added++;
      isReady ||= !isLater(task);
    }
    outcomes.push(outcome);
  }
  queue.counts.count(queue.clock.now(), 'added', added);
  if (isReady) queue.mark.leave();
  return outcomes;
}

/** Is free again after a time. */
export function forgetId({ ids, clock }: MemoryQueue, id: string | undefined, retainMs = 0): void {
  if (id === undefined || !ids.isLasting(id)) return;
  if (retainMs > 0) ids.set(id, true, clock.now() + retainMs);
  else ids.delete(id);
}

function isLater({ delayMs = 0, debounce }: NewTask): boolean {
  return debounce !== undefined || delayMs > 0;
}

function addOne(queue: MemoryQueue, task: NewTask, room: number): AddOutcome {
  const { uniqueId, delayMs = 0, debounce } = task;
  if (uniqueId !== undefined && queue.ids.get(uniqueId) !== undefined) return 'duplicate';
  const known = debounce === undefined ? undefined : queue.debounced.get(debounce.name);
  if (room < 1 && known === undefined) return 'full';
  if (uniqueId !== undefined) {
    queue.ids.set(uniqueId, true, Number.POSITIVE_INFINITY);
    // Whoever was cancelled under this id before is another.
    queue.cancelled.delete(uniqueId);
  }
  if (debounce !== undefined) return addDebounced(queue, task, debounce, known);
  if (delayMs > 0) delay(queue, Math.ceil(delayMs), { kind: 'task', task });
  else queue.waiting.append(task);
  return 'added';
}

function addDebounced(
  queue: MemoryQueue,
  task: NewTask,
  { name, maxDelayMs = 0 }: NonNullable<NewTask['debounce']>,
  known: Debounced | undefined,
): AddOutcome {
  const now = queue.clock.now();
  const since = known?.since ?? now;
  const wanted = now + Math.ceil(task.delayMs ?? 0);
  const dueAt = maxDelayMs > 0 ? Math.max(now, Math.min(wanted, since + Math.ceil(maxDelayMs))) : wanted;
  if (known === undefined) {
    const entry = delay(queue, dueAt - now, { kind: 'debounced', name });
    queue.debounced.set(name, { task, since, entry });
    return 'added';
  }
  forgetId(queue, known.task.uniqueId);
  wakeEarlier(queue, dueAt);
  queue.delayed.move(known.entry, dueAt);
  queue.debounced.set(name, { task, since, entry: known.entry });
  return 'replaced';
}

function delay(queue: MemoryQueue, ms: number, item: Delayed): DelayedEntry<Delayed> {
  const dueAt = queue.clock.now() + ms;
  wakeEarlier(queue, dueAt);
  return queue.delayed.add(dueAt, item);
}

/** What falls due before all others falls due before any worker expects it. */
function wakeEarlier({ delayed, mark }: MemoryQueue, dueAt: number): void {
  if (delayed.first === undefined || dueAt < delayed.first.dueAt) mark.leave();
}
