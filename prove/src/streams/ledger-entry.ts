/** What producers and consumers of a stream write down. */
import type { LifeEntry } from '../ledger.ts';
import type { GroupName } from './plan.ts';

export type StreamEntry =
  | LifeEntry
  /** A producer asked for it; whether it is in the stream is not known. */
  | { readonly event: 'asked'; readonly name: string }
  /** The producer was told that it is there. */
  | { readonly event: 'acked'; readonly name: string; readonly id: string; readonly outcome: string }
  /** The producer was told that nobody knows, and it did not ask again. */
  | { readonly event: 'ambiguous'; readonly name: string }
  | ({ readonly event: 'started' | 'returned' | 'threw' } & DeliveryMark)
  /** @param applied false: Redis said that it had been applied before */
  | ({ readonly event: 'effect'; readonly applied: boolean } & DeliveryMark)
  /** What the stream told this process about an event. */
  | { readonly event: Told; readonly group: GroupName; readonly id: string }
  | { readonly event: 'trimmed'; readonly entries: number }
  /** Everything stood still in this process, or Redis was so slow: leases may lapse. */
  | { readonly event: 'slow'; readonly forMs: number };

export interface DeliveryMark {
  readonly group: GroupName;
  readonly id: string;
  readonly name: string;
  readonly deliveries: number;
}

export type Told = 'done' | 'retried' | 'buried' | 'stale';
