/** What many rounds have shown, in one row per queue and fault. */
import type { RoundReport } from '../rounds/run-rounds.ts';
import type { Findings } from './check/check-round.ts';
import type { Violation } from './check/evidence.ts';
import { type RoundFault, roundFaults } from './plan.ts';

/** A field is only ever added. */
export interface QueueRow {
  readonly subject: string;
  readonly fault: RoundFault;
  /** The queue has nothing that these rounds could be about. */
  readonly noSuchFeature: boolean;
  readonly rounds: number;
  /** Faults that really broke something, of those that were planned. */
  readonly struck: number;
  readonly planned: number;
  readonly tasks: number;
  readonly lost: number;
  readonly stuck: number;
  readonly ambiguous: number;
  readonly duplicates: number;
  /** This and the next are `undefined` where a queue accepts the end of a task from anybody. */
  readonly duplicatesBound: number | undefined;
  readonly staleRefused: number | undefined;
  readonly unplannedLapses: number;
  readonly firings: number;
  readonly nextEffectMs: number | undefined;
  readonly begunAnewMs: number | undefined;
  readonly drainedMs: number | undefined;
  readonly violations: readonly (Violation & { readonly round: number })[];
}

type QueueRound = RoundReport<RoundFault, Findings>;

export function rowsOf(rounds: readonly QueueRound[]): QueueRow[] {
  const subjects = [...new Set(rounds.map(({ subject }) => subject))];
  return subjects.flatMap((subject) =>
    roundFaults.flatMap((fault) => {
      const own = rounds.filter((round) => round.subject === subject && round.fault === fault);
      return own.length === 0 ? [] : [rowOf(subject, fault, own)];
    }),
  );
}

function rowOf(subject: string, fault: RoundFault, rounds: readonly QueueRound[]): QueueRow {
  const outcomes = rounds.flatMap(({ outcome }) => (outcome === undefined ? [] : [outcome]));
  const findings = outcomes.map((outcome) => outcome.findings);
  const sum = (count: (each: Findings) => number): number => findings.reduce((total, each) => total + count(each), 0);
  const sumKnown = (count: (each: Findings) => number | undefined): number | undefined => {
    return findings.some((each) => count(each) === undefined) ? undefined : sum((each) => count(each) ?? 0);
  };
  return {
    subject,
    fault,
    noSuchFeature: rounds.every(({ noSuchFeature }) => noSuchFeature === true),
    rounds: rounds.length,
    struck: outcomes.reduce((total, { struck }) => total + struck.filter(({ traces }) => traces > 0).length, 0),
    planned: outcomes.reduce((total, { planned }) => total + planned.length, 0),
    tasks: sum(({ stored }) => stored),
    lost: sum(({ lost }) => lost),
    stuck: sum(({ stuck }) => stuck),
    ambiguous: sum(({ ambiguous }) => ambiguous),
    duplicates: sum(({ duplicates }) => duplicates),
    duplicatesBound: sumKnown(({ duplicatesBound }) => duplicatesBound),
    staleRefused: sumKnown(({ staleRefused }) => staleRefused),
    unplannedLapses: sum(({ unplannedLapses }) => unplannedLapses),
    firings: sum(({ firings }) => firings),
    nextEffectMs: longest(findings.map(({ recovery }) => recovery.nextEffectMs)),
    begunAnewMs: longest(findings.map(({ recovery }) => recovery.begunAnewMs)),
    drainedMs: longest(findings.map(({ recovery }) => recovery.drainedMs)),
    violations: rounds.flatMap(({ round, outcome, problem }) => [
      ...(outcome?.findings.violations ?? []).map((violation) => ({ ...violation, round })),
      ...(problem === undefined ? [] : [{ rule: 'round failed', detail: problem, round }]),
    ]),
  };
}

function longest(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((ms) => ms !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}
