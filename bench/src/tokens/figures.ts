/** What is measured of one library in one fresh process. */
import type { MeasuredAlgorithm } from './subject.ts';
import type { SubjectName } from './subjects.ts';

/** Travels to the process that measures, as JSON. */
export interface FigureRequest {
  readonly subject: SubjectName;
  readonly algorithm: MeasuredAlgorithm;
  /** How long each rate is taken, in milliseconds, without what is prepared. */
  readonly forMs: number;
  /** Calls that are timed together. */
  readonly blockSize: number;
}

export const algorithms: readonly MeasuredAlgorithm[] = ['HS256', 'ES256', 'EdDSA'];

export const rateNames = ['verifyWarmPerSecond', 'verifyColdPerSecond', 'issuePerSecond'] as const;

export type RateName = (typeof rateNames)[number];
