/** What the processes of a round are told, besides what each stage tells. */
import type { WorkerStrike } from '../faults/strike.ts';
import type { PlannedTask } from './plan.ts';
import type { QueueAddress, SubjectName } from './subject.ts';

interface QueueOrders {
  readonly subject: SubjectName;
  /** Without the URL, which is that of the process' own link. */
  readonly queue: Omit<QueueAddress, 'url'>;
}

export interface ProducerOrders extends QueueOrders {
  readonly tasks: readonly PlannedTask[];
  readonly addsAtOnce: number;
  readonly schedules: readonly string[];
}

export interface WorkerOrders extends QueueOrders {
  readonly concurrency: number;
  readonly strikes: readonly WorkerStrike[];
}
