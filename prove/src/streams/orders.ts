/** What the processes of a round are told, besides what each stage tells. */
import type { WorkerStrike } from '../faults/strike.ts';
import type { PlannedAppend, PlannedConsumer, WorkerClient } from './plan.ts';

interface StreamOrders {
  readonly stream: string;
  readonly deadlineMs: number;
}

export interface ProducerOrders extends StreamOrders {
  readonly appends: readonly PlannedAppend[];
  readonly appendsAtOnce: number;
}

export interface WorkerOrders extends StreamOrders {
  readonly workerClient: WorkerClient;
  readonly consumers: readonly PlannedConsumer[];
  readonly claimAfterMs: number;
  readonly strikes: readonly WorkerStrike[];
  readonly stayMs: number;
}
