/** The figures a report adds up from its experiments: verdicts by kind, time by group, what ran. */

import { commandFor } from '../repeat-command.ts';
import type { ExperimentResult, LabResults, Verdict } from '../results.ts';
import type { RunFacts } from './i18n/words.ts';
import { verdictOrder } from './verdict-mark.ts';

interface ExperimentGroup {
  /** The part of the ids before the dot. */
  readonly group: string;
  readonly experiments: readonly ExperimentResult[];
  readonly durationMs: number;
}

export interface RunFigures {
  readonly run: RunFacts;
  /** One entry per verdict, in the order of {@link verdictOrder}, zeros included. */
  readonly counts: readonly (readonly [Verdict, number])[];
  /** How many hypotheses the experiment with the most of them has: the columns of the verdict table. */
  readonly hypothesisColumns: number;
  readonly groups: readonly ExperimentGroup[];
  readonly notRun: readonly ExperimentResult[];
  /** Time of the run that belongs to no experiment. */
  readonly outsideMs: number;
}

function grouped(experiments: readonly ExperimentResult[]): ExperimentGroup[] {
  const groups = new Map<string, ExperimentResult[]>();
  for (const experiment of experiments) {
    const group = experiment.id.split('.')[0] ?? '';
    groups.set(group, [...(groups.get(group) ?? []), experiment]);
  }
  return [...groups].map(([group, members]) => ({
    group,
    experiments: members,
    durationMs: members.reduce((sum, { durationMs }) => sum + durationMs, 0),
  }));
}

export function runFigures(results: LabResults): RunFigures {
  const { experiments, environment } = results;
  const verdicts = experiments.flatMap(({ hypotheses }) => hypotheses.map(({ verdict }) => verdict));
  const groups = grouped(experiments);
  const notRun = experiments.filter(({ status }) => status === 'not-run');
  return {
    run: {
      ran: experiments.length - notRun.length,
      asked: experiments.length,
      mode: results.mode,
      timeScale: results.timeScale,
      seed: results.seed,
      durationMs: results.durationMs,
      balancer: environment.balancer,
      os: environment.os,
      cores: environment.cores,
    },
    counts: verdictOrder.map((verdict) => [verdict, verdicts.filter((found) => found === verdict).length] as const),
    hypothesisColumns: Math.max(1, ...experiments.map(({ hypotheses }) => hypotheses.length)),
    groups,
    notRun,
    outsideMs: Math.max(0, results.durationMs - groups.reduce((sum, { durationMs }) => sum + durationMs, 0)),
  };
}

/** The command that repeats one experiment; one that asks nothing itself is drawn from the whole run. */
export function repeatCommand({ id, hypotheses }: ExperimentResult, results: LabResults): string {
  return hypotheses.length === 0 ? results.command : commandFor([id], results);
}
