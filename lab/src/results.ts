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
}
