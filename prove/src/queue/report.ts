/** What many rounds have shown, in one row per queue and fault. */
import { longest } from '../rounds/recovery.ts';
import { type FaultRow, faultRows } from '../rounds/report-rows.ts';
import type { RoundReport } from '../rounds/run-rounds.ts';
import type { Findings } from './check/check-round.ts';
import { type RoundFault, roundFaults } from './plan.ts';

/** A field is only ever added. */
export interface QueueRow extends FaultRow<RoundFault> {
  /** The queue has nothing that these rounds could be about. */
  readonly noSuchFeature: boolean;
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
}

type QueueRound = RoundReport<RoundFault, Findings>;

export function rowsOf(rounds: readonly QueueRound[]): QueueRow[] {
  return faultRows(rounds, roundFaults, rowOf, ({ violations }) => violations);
}

function rowOf(common: FaultRow<RoundFault>, rounds: readonly QueueRound[], findings: readonly Findings[]): QueueRow {
  const sum = (count: (each: Findings) => number): number => findings.reduce((total, each) => total + count(each), 0);
  const sumKnown = (count: (each: Findings) => number | undefined): number | undefined => {
    return findings.some((each) => count(each) === undefined) ? undefined : sum((each) => count(each) ?? 0);
  };
  return {
    ...common,
    noSuchFeature: rounds.every(({ noSuchFeature }) => noSuchFeature === true),
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
  };
}
