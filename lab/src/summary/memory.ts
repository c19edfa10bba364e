/** What one more user costs in memory, by the slope that experiment 4.3 measured. */
import { compare } from '../measure/statistics/compare.ts';
import { type Slope, slopeBySize } from '../measure/statistics/slope.ts';
import type { ExperimentResult } from '../results.ts';
import { memoryShape } from './measured-shapes.ts';
import { reader, readFrom } from './observed.ts';
import type { SummaryScheme } from './schemes.ts';

export interface UserMemory {
  readonly bytesPerUser: Slope;
  /** The most users that were logged in. */
  readonly mostUsers: number;
}

/** What is known of a scheme's memory; `missing` names the experiments that would tell. */
export type KnownMemory =
  | { readonly status: 'known'; readonly memory: UserMemory }
  /** It was looked for, and the system did not tell. */
  | { readonly status: 'not-told' }
  | { readonly status: 'missing'; readonly experiments: readonly string[] };

export function memoryOf(experiments: readonly ExperimentResult[], { subject, memory }: SummaryScheme): KnownMemory {
  if (memory === undefined) return { status: 'missing', experiments: [] };
  const points = reader(memoryShape, (observed) =>
    observed.memory.flatMap((point) => {
      const value = point[memory.measure];
      return point.subject !== subject || value === null ? [] : [{ size: point.size, value }];
    }),
  );
  const found = readFrom(experiments, points);
  if (found === undefined) return { status: 'missing', experiments: [points.experiment] };
  if (new Set(found.map(({ size }) => size)).size < 2) return { status: 'not-told' };
  const mostUsers = Math.max(...found.map(({ size }) => size));
  return { status: 'known', memory: { bytesPerUser: slopeBySize(found), mostUsers } };
}

/** Whether one scheme takes less memory than another, with the same margin as every other comparison. */
export function compareMemory(
  { bytesPerUser: { interval: of } }: UserMemory,
  { bytesPerUser: { interval: to } }: UserMemory,
): 'lower' | 'higher' | 'equal' | 'undecided' {
  if (of === null || to === null) return 'undecided';
  // A slope that may be nothing has no ratio; it is less than one that is surely something, and the other way round.
  if (of.low <= 0 || to.low <= 0) {
    if (of.high < to.low) return 'lower';
    return to.high < of.low ? 'higher' : 'undecided';
  }
  return compare({ low: of.low / to.high, high: of.high / to.low });
}
