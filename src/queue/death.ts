/** Why a task was given up, as it is kept on a shelf: one line of JSON, then the envelope as it was. */

import type { ErrorReport } from '../failures/error-report.ts';
import { type Envelope, openEnvelope } from './envelope.ts';

/**
 * `exhausted`: all attempts failed. `fatal`, `business`: the class of its error. `worker-lost`: it took too many workers
 * down with it. `undecodable`: it is no task that can be read.
 */
export type DeathReason = 'exhausted' | 'fatal' | 'business' | 'worker-lost' | 'undecodable';

export interface Death {
  readonly reason: DeathReason;
  /** Unix ms. */
  readonly at: number;
  /** How often it lost its worker. */
  readonly losses: number;
  /** Of the last attempt; absent when its worker died. */
  readonly error?: ErrorReport;
}

export function sealDeath(death: Death, envelope: string): string {
  return `${JSON.stringify(death)}\n${envelope}`;
}

export interface Remains {
  readonly death: Death;
  /** `undefined` when it cannot be read. */
  readonly envelope: Envelope | undefined;
  /** As it lay in the queue. */
  readonly raw: string;
}

export function openRemains(record: string): Remains {
  const end = record.indexOf('\n');
  const raw = record.slice(end + 1);
  return { death: JSON.parse(record.slice(0, end)) as Death, envelope: openEnvelope(raw), raw };
}
