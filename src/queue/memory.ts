import { type Clock, systemClock } from '../clock.ts';
import { openEnvelope } from './envelope.ts';
import { checkQueueName } from './keys.ts';
import { addTasks, emptyQueue, forgetId, type MemoryQueue } from './memory-queue.ts';
import { memorySchedules } from './memory-schedules.ts';
import { leave, takeTurn } from './memory-turn.ts';
import type { StoredTask } from './memory-waiting.ts';
import type { NewTask, QueueState, QueueStore } from './store.ts';

export interface MemoryQueueStoreOptions {
  readonly name: string;
  /** @default the system's clock */
  readonly clock?: Clock;
}

const unlimited = Number.POSITIVE_INFINITY;

/**
 * Keeps a queue in this process: for development, tests and a single server. A restart loses its tasks, and no other
 * process sees them; a durability that is asked for is that of this memory. Each method runs in one turn of the event
 * loop, which makes it atomic.
 * @throws InvalidOptionError for a name that Redis would refuse as well
 */
export function memoryQueueStore({ name, clock = systemClock }: MemoryQueueStoreOptions): QueueStore {
  checkQueueName(name);
  const queue = emptyQueue(clock);
  const { waiting, delayed, ids, cancelled, mark, shelves } = queue;
  const add = (tasks: readonly NewTask[]) => addTasks(queue, tasks, unlimited);
  const schedules = memorySchedules(clock, { wake: () => mark.leave(), add });

  /** A task that was given up may have an id that is still retained, and only a task in the queue stands in its way. */
  function addAgain(task: NewTask): boolean {
    if (task.uniqueId !== undefined) {
      if (ids.isLasting(task.uniqueId)) return false;
      ids.delete(task.uniqueId);
    }
    // Whoever was cancelled after it had died is not whoever runs now.
    const id = openEnvelope(task.envelope)?.header.id;
    if (id !== undefined) cancelled.delete(id);
    return add([task])[0] !== 'duplicate';
  }

  return {
    add: async (tasks, maxWaiting, _durability, together) => {
      const room = maxWaiting > 0 ? maxWaiting - waiting.size - delayed.size : unlimited;
      return { outcomes: addTasks(queue, tasks, room, together), durable: true };
    },
    turn: async (turn) => takeTurn(queue, turn, schedules),
    leave: async (worker, order) => leave(queue, worker, order),
    openWaiter: () => mark.openWaiter(),

    setPaused: async (paused) => {
      queue.paused = paused;
      if (!paused) mark.leave();
    },
    cancel: async (id, ttlMs) => queue.cancelled.set(id, true, clock.now() + ttlMs),
    results: async (wanted) => wanted.map((id) => queue.results.get(id)?.value ?? null),
    setProgress: async (id, value, ttlMs) => queue.progress.set(id, value, clock.now() + Math.max(1, ttlMs)),
    progress: async (id) => queue.progress.get(id)?.value ?? null,
    state: async () => stateOf(queue),
    peek: async (limit, order) => waiting.peek(limit, order).map(({ envelope }) => envelope),
    clear: async () => clear(queue),
    schedules,
    shelf: (shelf) => shelves[shelf].open(clock, addAgain),
    close: async () => mark.close(),
  };
}

function clear(queue: MemoryQueue): number {
  const held = [...queue.workers.values()].flatMap((worker) => [...worker.held.values()]);
  const removed: StoredTask[] = queue.waiting.clear(held.flatMap(({ key }) => (key === undefined ? [] : [key])));
  for (const item of queue.delayed.items) if (item.kind !== 'debounced') removed.push(item.task);
  for (const { task } of queue.debounced.values()) removed.push(task);
  queue.delayed.clear();
  queue.debounced.clear();
  for (const { uniqueId } of removed) forgetId(queue, uniqueId);
  return removed.length;
}

function stateOf(queue: MemoryQueue): QueueState {
  const now = queue.clock.now();
  let oldestAt: number | undefined;
  for (const { envelope } of queue.waiting.eldest()) {
    const at = openEnvelope(envelope)?.header.at;
    if (at !== undefined && (oldestAt === undefined || at < oldestAt)) oldestAt = at;
  }
  const workers = [...queue.workers].map(([worker, { held, leaseUntil }]) => ({
    worker,
    active: held.size,
    leaseLeftMs: leaseUntil - now,
  }));
  return {
    waiting: queue.waiting.size,
    delayed: queue.delayed.size,
    active: workers.reduce((sum, { active }) => sum + active, 0),
    dead: queue.shelves.dead.size,
    business: queue.shelves.business.size,
    paused: queue.paused,
    workers,
    oldestAt,
    now,
    lastMinute: queue.counts.lastMinute(now),
  };
}
