/** What is left of a round when it is over; all that the checker knows. */
import type { StruckFault } from '../../faults/strike.ts';
import type { ProcessRecord } from '../../rounds/process-record.ts';
import type { StreamEntry } from '../ledger-entry.ts';
import type { GroupName, PlannedAppend } from '../plan.ts';

export type Process = ProcessRecord<StreamEntry>;

export interface LeftDead {
  readonly group: GroupName;
  readonly name: string;
  readonly reason: string;
}

export interface Evidence {
  readonly claimAfterMs: number;
  readonly appends: readonly PlannedAppend[];
  readonly producers: readonly Process[];
  readonly workers: readonly Process[];
  /** Names of faults that should have struck. */
  readonly planned: readonly string[];
  readonly faults: readonly StruckFault[];
  /** Consumers left and others joined. */
  readonly isChanging: boolean;
  /** When nothing was left to be read or acknowledged; `undefined` when that never came. */
  readonly drainedAt: number | undefined;
  readonly dead: readonly LeftDead[];
  /** In Redis, by the group `counted`: how often each event was applied. */
  readonly applied: ReadonlyMap<string, number>;
  /** Ids that are in the stream. */
  readonly kept: ReadonlySet<string>;
  /** Consumers that a group still knew, long after they had gone or when all had closed. */
  readonly unforgotten: readonly string[];
  /** Entries that were pending when all consumers had closed. */
  readonly pendingAtEnd: readonly string[];
  /** Entries that a last trimming left beyond what it was asked for. */
  readonly untrimmed: number;
  readonly leakedKeys: readonly string[];
}
