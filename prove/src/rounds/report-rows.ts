/** What rows of all proofs have in common: one for each subject and fault, over many rounds. */
import type { RoundReport } from './run-rounds.ts';
import type { Violation } from './violation.ts';

/** A field is only ever added. */
export interface FaultRow<Fault extends string = string> {
  readonly subject: string;
  readonly fault: Fault;
  readonly rounds: number;
  /** Faults that really broke something, of those that were planned. */
  readonly struck: number;
  readonly planned: number;
  /** Times that a round was played again because its fault had found nothing to break. */
  readonly replays: number;
  readonly violations: readonly (Violation & { readonly round: number })[];
}

type Report<Fault extends string, Findings> = RoundReport<Fault, Findings>;

/** @param faults in the order of the rows */
export function faultRows<Fault extends string, Findings, Row>(
  rounds: readonly Report<Fault, Findings>[],
  faults: readonly Fault[],
  rowOf: (common: FaultRow<Fault>, rounds: readonly Report<Fault, Findings>[], findings: readonly Findings[]) => Row,
  violationsOf: (findings: Findings) => readonly Violation[],
): Row[] {
  const subjects = [...new Set(rounds.map(({ subject }) => subject))];
  return subjects.flatMap((subject) =>
    faults.flatMap((fault) => {
      const own = rounds.filter((round) => round.subject === subject && round.fault === fault);
      if (own.length === 0) return [];
      const outcomes = own.flatMap(({ outcome }) => (outcome === undefined ? [] : [outcome]));
      const common: FaultRow<Fault> = {
        subject,
        fault,
        rounds: own.length,
        struck: outcomes.reduce((total, { struck }) => total + struck.filter(({ traces }) => traces > 0).length, 0),
        planned: outcomes.reduce((total, { planned }) => total + planned.length, 0),
        replays: own.reduce((total, { replays = 0 }) => total + replays, 0),
        violations: own.flatMap(({ round, outcome, problem }) => [
          ...(outcome === undefined ? [] : violationsOf(outcome.findings)).map((each) => ({ ...each, round })),
          ...(problem === undefined ? [] : [{ rule: 'round failed', detail: problem, round }]),
        ]),
      };
      return [
        rowOf(
          common,
          own,
          outcomes.map(({ findings }) => findings),
        ),
      ];
    }),
  );
}

/** The first cells of a row. */
export function faultCells({ fault, rounds, struck, planned, replays }: FaultRow): string[] {
  const again = replays === 0 ? '' : `, ${replays} again`;
  return [fault, String(rounds), planned === 0 ? '–' : `${struck} of ${planned}${again}`];
}
