/** What a round of the outage proof saw. Times are in milliseconds on the monotonic clock. */
import type { OutageMode } from './modes.ts';

export interface OutageAnswer {
  /** When it was sent. */
  readonly at: number;
  readonly tookMs: number;
  /** For so long of it this process, which asks and answers, had no turn: the machine was busy with others. */
  readonly stalledMs: number;
  readonly status: number;
  /** How long before it was sent the session had ended, for one that was served all the same. */
  readonly staleMs: number;
  /** Who was asked for: 401 is right for somebody who is leaving or has left, and wrong for anybody else. */
  readonly isLeaving: boolean;
}

export const outageFaults = ['killed', 'frozen', 'half-open', 'slow', 'reset'] as const;
export type OutageFault = (typeof outageFaults)[number];

export interface OutagePhase {
  readonly fault: OutageFault;
  readonly brokenAt: number;
  /** When Redis was back, and answered. */
  readonly mendedAt: number;
  readonly endedAt: number;
}

export interface OutageRound {
  readonly mode: OutageMode;
  readonly leaseMs: number;
  readonly phases: readonly OutagePhase[];
  readonly answers: readonly OutageAnswer[];
  /** Everybody who had not left, asked once more in the end. */
  readonly staying: { readonly asked: number; readonly served: number };
}
