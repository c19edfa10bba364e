/** What producers and workers of a queue write down. */
import type { LifeEntry } from '../ledger.ts';

export type QueueEntry =
  | LifeEntry
  /** A producer asked for it; whether it is stored is not known. */
  | { readonly event: 'asked'; readonly id: string }
  /** The producer was told that it is stored. */
  | { readonly event: 'acked'; readonly id: string; readonly outcome: string }
  | ({ readonly event: 'started' | 'effect' | 'returned' | 'threw' } & AttemptMark)
  /** What the queue told this worker about a task. */
  | { readonly event: Told; readonly id: string }
  | { readonly event: 'lease-lost' }
  /** A task of a schedule; `slotMs` is the time that it stands for. */
  | { readonly event: 'tick'; readonly id: string; readonly schedule: string; readonly slotMs: number };

export interface AttemptMark {
  readonly id: string;
  readonly attempt: number;
  /** Absent where a queue has none. */
  readonly fence?: number;
}

export type Told = 'done' | 'retried' | 'buried' | 'cancelled' | 'stale';
