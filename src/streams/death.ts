/** Why an event was given up, as it is kept with the entry. */
import type { ErrorReport } from '../failures/error-report.ts';

/**
 * `exhausted`: all deliveries failed. `fatal`, `business`: the class of its error. `consumer-lost`: the last of its
 * consumers died with it. `undecodable`: it is no event that can be read.
 */
export type DeathReason = 'exhausted' | 'fatal' | 'business' | 'consumer-lost' | 'undecodable';

export interface Death {
  readonly reason: DeathReason;
  /** Of the event. */
  readonly id: string;
  readonly deliveries: number;
  readonly error?: ErrorReport;
}
