/** All rounds of a run, one after the other; each with every subject that is to be held to the same promises. */

import { seededRandom } from '@sallyport/bench/seeded-random';
import type { StruckFault } from '../faults/strike.ts';
import { didNotStrike, type Violation } from './violation.ts';

export interface RoundOutcome<Findings> {
  readonly findings: Findings;
  /** Faults that the plan had, by name. */
  readonly planned: readonly string[];
  readonly struck: readonly StruckFault[];
}

/** What every proof finds. */
export interface RoundFindings {
  readonly violations: readonly Violation[];
}

/** A round in which nothing was struck proves nothing. It is played again from the same seed: the moment will be another. */
const mostReplays = 4;

/** A field is only ever added. */
export interface RoundReport<Fault extends string = string, Findings = unknown> {
  readonly subject: string;
  readonly round: number;
  readonly fault: Fault;
  readonly ms: number;
  /** Absent when the round could not be run to its end; `problem` says why. */
  readonly outcome?: RoundOutcome<Findings>;
  readonly problem?: string;
  /** How often it was played before, without being struck. */
  readonly replays?: number;
  /** The subject has nothing that this round could be about, e.g. no schedules. */
  readonly noSuchFeature?: true;
}

export interface RoundsOptions<Fault extends string> {
  readonly seed: number;
  readonly rounds: number;
  /** Only this one of the rounds, counted from 1. */
  readonly onlyRound?: number | undefined;
  readonly faults: readonly Fault[];
  readonly subjects: readonly string[];
  readonly onRound?: ((round: number, fault: Fault, subject: string) => void) | undefined;
}

/** @param play One round; `undefined` where the subject has no such feature. */
export async function runRounds<Fault extends string, Findings extends RoundFindings>(
  { seed, rounds, onlyRound, faults, subjects, onRound }: RoundsOptions<Fault>,
  play: (round: number, fault: Fault, subject: string) => Promise<RoundOutcome<Findings> | undefined>,
): Promise<RoundReport<Fault, Findings>[]> {
  const reports: RoundReport<Fault, Findings>[] = [];
  for (const [index, fault] of faultsOf(seed, rounds, faults).entries()) {
    const round = index + 1;
    if (onlyRound !== undefined && round !== onlyRound) continue;
    for (const subject of subjects) {
      onRound?.(round, fault, subject);
      const began = performance.now();
      const about = () => ({ subject, round, fault, ms: Math.round(performance.now() - began) });
      let replays = 0;
      try {
        let outcome = await play(round, fault, subject);
        for (; outcome !== undefined && onlyMissed(outcome) && replays < mostReplays; replays++) {
          outcome = await play(round, fault, subject);
        }
        const report = outcome === undefined ? { ...about(), noSuchFeature: true as const } : { ...about(), outcome };
        reports.push(replays === 0 ? report : { ...report, replays });
      } catch (error) {
        reports.push({ ...about(), problem: error instanceof Error ? error.message : String(error), replays });
      }
    }
  }
  return reports;
}

/** What else was broken must be told, and is not played away. */
function onlyMissed({ findings: { violations } }: RoundOutcome<RoundFindings>): boolean {
  return violations.length > 0 && violations.every(({ rule }) => rule === didNotStrike);
}

/** The faults of each round: all of them, in a new order, before one comes again. */
export function faultsOf<Fault>(seed: number, rounds: number, kinds: readonly Fault[]): Fault[] {
  const random = seededRandom(seed);
  const faults: Fault[] = [];
  while (faults.length < rounds) faults.push(...random.shuffle(kinds));
  return faults.slice(0, rounds);
}

/** Rounds do not depend on each other: each can be repeated alone. */
export function seedOfRound(seed: number, round: number): number {
  return (seed ^ Math.imul(round, 0x9e3779b1)) >>> 0;
}
