/** An hour of an application's tasks: of every kind that a queue knows, in fixed shares, the same in every hour. */
import type { AddOptions, Queue } from 'sallyport/queue';

export interface DayTask {
  readonly n: number;
  readonly kind: Kind;
  readonly filler: string;
}

type Kind =
  | 'plain'
  | 'keyed'
  | 'unique'
  | 'urgent'
  | 'delayed'
  | 'debounced'
  | 'retried'
  | 'refused'
  | 'fatal'
  | 'progress'
  | 'cancelled';

/** Of a hundred tasks. */
const shares: Readonly<Record<Kind, number>> = {
  plain: 55,
  keyed: 15,
  unique: 8,
  urgent: 6,
  delayed: 4,
  debounced: 3,
  retried: 4,
  refused: 1,
  fatal: 1,
  progress: 2,
  cancelled: 1,
};

const kinds = Object.entries(shares).flatMap(([kind, share]) => Array.from({ length: share }, () => kind as Kind));
const filler = 'x'.repeat(200);
const underWay = 200;

function taskOf(n: number): DayTask {
  // 37 has no factor in common with 100: neighbours are of different kinds.
  return { n, kind: kinds[(n * 37) % kinds.length] ?? 'plain', filler };
}

/** Names never come again in a later hour, so that whatever is kept by name would pile up. */
function optionsOf({ n, kind }: DayTask, hour: number): AddOptions {
  switch (kind) {
    case 'keyed':
      return { key: `customer ${hour}-${n % 500}` };
    case 'unique':
    case 'cancelled':
      return { id: `order ${hour}-${n}`, ...(kind === 'cancelled' ? { delaySeconds: 0.05 } : {}) };
    case 'urgent':
      return { priority: 1 + (n % 5) };
    case 'delayed':
      return { delaySeconds: 0.02 + (n % 10) / 100 };
    case 'debounced':
      return { debounce: { name: `page ${hour}-${n % 300}` }, delaySeconds: 0.03 };
    default:
      return {};
  }
}

/** Adds an hour's tasks, so many at a time. @returns how many are to run */
export async function addHour(queue: Queue<DayTask>, hour: number, tasks: number): Promise<void> {
  let next = 0;
  const producer = async () => {
    while (next < tasks) {
      const task = taskOf(next++);
      const options = optionsOf(task, hour);
      await queue.add(task, options);
      // Added twice, as producers do that did not hear the answer.
      if (task.kind === 'unique') await queue.add(task, options);
      if (task.kind === 'cancelled') await queue.cancel(`order ${hour}-${task.n}`);
    }
  };
  await Promise.all(Array.from({ length: underWay }, producer));
}
