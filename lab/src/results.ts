/** The shape of results.json. A field is only ever added within one schema version. */
import type { Language } from './language.ts';

export const schemaVersion = 1;

export type Verdict = 'confirmed' | 'refuted' | 'conditional' | 'undecided' | 'not-run';

/** Anything JSON can hold: observations are raw samples, written as they were seen. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

export interface ResultTable {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

export interface HypothesisResult {
  readonly id: string;
  readonly statement: string;
  readonly verdict: Verdict;
  /** One sentence with the figures that decided it. */
  readonly evidence: string;
}

/** A chart as data, drawn when the report is written. */
export type ResultChart =
  | {
      readonly kind: 'line';
      readonly title: string;
      readonly xTitle: string;
      readonly yTitle: string;
      readonly series: readonly { readonly name: string; readonly points: readonly (readonly [number, number])[] }[];
      /** Moments worth a vertical line, e.g. "access". */
      readonly marks?: readonly { readonly x: number; readonly label: string }[];
      readonly note?: string;
    }
  | {
      readonly kind: 'bar';
      readonly title: string;
      readonly xTitle: string;
      readonly yTitle: string;
      readonly bars: readonly { readonly label: string; readonly value: number; readonly group?: string }[];
      readonly note?: string;
    };

/** Why the lab itself did not run an experiment, or stopped it, so that it can be told in every language. */
export type NotRunCause =
  | { readonly kind: 'interrupted' }
  | { readonly kind: 'timed-out'; readonly afterSeconds: number }
  | { readonly kind: 'program-missing'; readonly program: string };

export interface ExperimentResult {
  readonly id: string;
  readonly title: string;
  readonly question: string;
  readonly status: 'ran' | 'not-run';
  /** Why it did not run, and the line that mends it. */
  readonly reason?: string;
  /** What `reason` says in words; absent when the reason is an error's message. */
  readonly cause?: NotRunCause;
  /** The mending line by itself when it is a command, e.g. `sudo apt-get install redis-server`. */
  readonly remedy?: string;
  readonly durationMs: number;
  /** The one number a reader should take away, e.g. "200 / 401 / 401". */
  readonly headline: string;
  /** What was done, step by step, in the order it was done. */
  readonly design: readonly string[];
  readonly observations: Json;
  readonly tables: readonly ResultTable[];
  readonly charts: readonly ResultChart[];
  readonly hypotheses: readonly HypothesisResult[];
  readonly findings: readonly string[];
  /** What this run can not show. */
  readonly limits: readonly string[];
}

export interface Environment {
  readonly os: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly versions: Readonly<Record<string, string>>;
  /** `nginx`, or `built-in` when nginx is not on the machine. */
  readonly balancer: 'nginx' | 'built-in';
}

/** A table of the summary, and what has to be said under it. */
export interface SummaryTable extends ResultTable {
  readonly notes: readonly string[];
}

/** Which scheme the measured facts speak for. */
export interface Recommendation {
  /** The same in every language, e.g. `shop`. */
  readonly id: string;
  /** By size of project, or by kind of application. */
  readonly by: 'size' | 'application';
  readonly kind: string;
  /** What such an application needs, in words. */
  readonly needs: string;
  /**
   * `either`: nothing that was measured tells the schemes apart; `none`: no scheme has all that is needed; `undecided`:
   * something was not measured in this run.
   */
  readonly outcome: 'one' | 'either' | 'none' | 'undecided';
  /** Ids of the schemes that are recommended; of those still in question when it is undecided. */
  readonly schemes: readonly string[];
  readonly choice: string;
  /** Each with its figures and the experiment they come from. */
  readonly reasons: readonly string[];
  /** What the choice does not have, and what the run could not tell about it. */
  readonly cautions: readonly string[];
  /** What would decide it. */
  readonly command?: string;
}

/** What all experiments of a run say together; computed from their results alone. */
export interface LabSummary {
  readonly recommendations: readonly Recommendation[];
  readonly features: SummaryTable;
  readonly performance: SummaryTable;
  /** What is claimed of the schemes, beside what was measured. */
  readonly claims: SummaryTable;
  /** The key finding of each experiment that ran. */
  readonly findings: readonly { readonly experiment: string; readonly text: string }[];
  /** Hypotheses that did not hold, or not always. */
  readonly differences: readonly (HypothesisResult & { readonly experiment: string })[];
  /** What went wrong, and how it was solved or can be. */
  readonly problems: readonly { readonly text: string; readonly remedy?: string }[];
  /** What this run left open, and the command that looks there. */
  readonly next: readonly { readonly text: string; readonly command: string }[];
}

export interface LabResults {
  readonly schemaVersion: number;
  /** The language of all texts below. @default 'en' */
  readonly language?: Language;
  readonly startedAt: string;
  readonly durationMs: number;
  readonly seed: number;
  /** 1 = real times; 0.1 = every time to live and pause divided by ten. */
  readonly timeScale: number;
  readonly mode: 'default' | 'quick' | 'full';
  /** The command that repeats this run. */
  readonly command: string;
  /** True when Ctrl-C ended the run early. */
  readonly interrupted: boolean;
  readonly environment: Environment;
  /** Ports moved, programs installed, servers that did not come up: what happened on the way. */
  readonly notices: readonly string[];
  readonly experiments: readonly ExperimentResult[];
  /** Of the lab's own schemes; absent when the run was on a target. */
  readonly summary?: LabSummary;
}
