/** What is left of a round when it is over; all that the checker knows. */
import type { StruckFault } from '../../faults/strike.ts';
import type { ProcessRecord } from '../../rounds/process-record.ts';
import type { QueueEntry } from '../ledger-entry.ts';
import type { PlannedTask } from '../plan.ts';
import type { LeftTask, SubjectPromises } from '../subject.ts';

export type Process = ProcessRecord<QueueEntry>;

interface Whereabouts {
  /** Keys of Redis that have the task, of whatever kind. */
  readonly keys: readonly string[];
  /** One of them holds tasks that are still to be done. */
  readonly isHeld: boolean;
}

export interface Evidence {
  readonly promises: SubjectPromises;
  readonly leaseMs: number;
  readonly tasks: readonly PlannedTask[];
  readonly schedules: readonly string[];
  readonly producers: readonly Process[];
  readonly workers: readonly Process[];
  /** Names of faults that should have struck. */
  readonly planned: readonly string[];
  readonly faults: readonly StruckFault[];
  readonly shelves: readonly LeftTask[];
  /** When nothing was open any more; `undefined` when that never came. */
  readonly drainedAt: number | undefined;
  /** Where in Redis the tasks are that have neither been worked through nor given up. */
  readonly whereabouts: ReadonlyMap<string, Whereabouts>;
  readonly leakedKeys: readonly string[];
}
