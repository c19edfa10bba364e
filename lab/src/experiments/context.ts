import type { RunningScheme, SchemeName, SchemeOptions } from '../schemes/running-scheme.ts';
import type { SeededRandom } from './seeded-random.ts';

/** What an experiment is given to work with. */
export interface LabContext {
  readonly mode: 'default' | 'quick' | 'full';
  /** 1 = real times, 0.1 = a tenth. */
  readonly timeScale: number;
  /** A stream of its own per experiment, from the run's seed and the experiment's id. */
  readonly random: SeededRandom;
  /** Aborted by Ctrl-C; waits reject then. */
  readonly signal: AbortSignal;
  /** A duration of the real experiment in this run's time. */
  scaled(ms: number): number;
  /** Waits a duration that was scaled before; rejects at once when the run is interrupted. */
  wait(ms: number): Promise<void>;
  /** Chooses by mode: fewer repetitions in a quick run, many more in a full one. */
  count(choices: { readonly quick: number; readonly default: number; readonly full: number }): number;
  /** Says what is going on, for the live progress. */
  progress(message: string): void;
  /** A remark for the report: a moved port, something unusual. */
  notice(message: string): void;
  /** Starts a scheme; the lab stops it when the experiment ends, however it ends. */
  startScheme(scheme: SchemeName, options?: SchemeOptions): Promise<RunningScheme>;
}
