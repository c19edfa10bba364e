/** What is left of a round when it is over; all that the checker knows. */
import type { StruckFault } from '../../faults/strike.ts';
import type { ProcessRecord } from '../../rounds/process-record.ts';
import type { ChannelEntry } from '../ledger-entry.ts';

export type Process = ProcessRecord<ChannelEntry>;

export interface Subscriber {
  readonly name: string;
  /** Its processes, one after the other: each goes on after the last message of the one before. */
  readonly lives: readonly Process[];
}

export interface Evidence {
  readonly publishers: readonly Process[];
  readonly subscribers: readonly Subscriber[];
  /** Names of faults that should have struck. */
  readonly planned: readonly string[];
  readonly faults: readonly StruckFault[];
  /** When all subscribers had the last message; `undefined` when that never came. */
  readonly drainedAt: number | undefined;
  /** At the end: names of the messages that are kept, by id. */
  readonly kept: ReadonlyMap<string, string>;
  /** So many are kept at least. */
  readonly maxLength: number;
  /** Somebody is to be away for so long that a part of what it missed is not kept any more. */
  readonly isTrimmed: boolean;
  /** Subscriptions that Redis still had when all processes had closed. */
  readonly leftSubscriptions: readonly string[];
  readonly leakedKeys: readonly string[];
}
