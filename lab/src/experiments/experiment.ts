import type { HypothesisResult, Json, ResultChart, ResultTable, Verdict } from '../results.ts';
import type { LabContext } from './context.ts';

type Requirement = 'redis' | 'balancer';

export interface Hypothesis {
  readonly id: 'H1' | 'H2' | 'H3';
  readonly statement: string;
}

export interface Judgement {
  readonly id: Hypothesis['id'];
  readonly verdict: Verdict;
  readonly evidence: string;
}

/** What a report says about one experiment; computed from the observations alone, so a report can be rebuilt. */
export interface Analysis {
  readonly headline: string;
  readonly tables: readonly ResultTable[];
  readonly charts: readonly ResultChart[];
  readonly judgements: readonly Judgement[];
  readonly findings: readonly string[];
}

/** What an experiment says before it has run. */
export interface ExperimentTexts {
  readonly title: string;
  readonly question: string;
  readonly hypotheses: readonly Hypothesis[];
  /** What it does, step by step. */
  readonly design: readonly string[];
  /** What it can not show. */
  readonly limits: readonly string[];
}

/**
 * One question put to real servers. `run` does and records, and draws no conclusion; `analyse` is a pure function of
 * what was recorded, and does nothing else. What it says is in one language.
 */
export interface Experiment<Observations extends Json = Json> extends ExperimentTexts {
  readonly id: string;
  readonly requires: readonly Requirement[];
  run(context: LabContext): Promise<Observations>;
  analyse(observations: Observations): Analysis;
}

/** Joins the statements of the hypotheses with the judgements on them, in the order of the statements. */
export function hypothesisResults(
  hypotheses: readonly Hypothesis[],
  judgements: readonly Judgement[],
): HypothesisResult[] {
  return hypotheses.map(({ id, statement }) => {
    const judgement = judgements.find((candidate) => candidate.id === id);
    return judgement === undefined
      ? { id, statement, verdict: 'not-run', evidence: '' }
      : { id, statement, verdict: judgement.verdict, evidence: judgement.evidence };
  });
}
