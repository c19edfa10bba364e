/** What a benchmark is: subjects, metrics, and one way to measure a subject once. */
import type { ProgramName } from '@sallyport/lab/cluster';

export interface Metric {
  readonly name: string;
  /** What is counted, e.g. `bytes`, `µs`, `trials`. */
  readonly unit: string;
  readonly better: 'lower' | 'higher';
  /** The subject that ratios are to; without one the metric has none. */
  readonly baseline?: string;
  /** How the samples become the value; `sum` is for samples of 0 or 1. @default 'median' */
  readonly summary?: 'median' | 'sum';
}

/** One number per metric of the benchmark, but for those that the subject is declared to have none of. */
export type Samples = Readonly<Record<string, number>>;

interface BenchmarkContext {
  /** A short run that shows that everything works: fewer rounds, less data. */
  readonly quick: boolean;
  /**
   * Registers what must be closed when this measurement is over, however it ends. The last registered is closed
   * first; one that fails does not keep the others from being closed.
   */
  afterwards(close: () => unknown): void;
}

export interface Benchmark {
  /** What is typed after `npm run bench --`. */
  readonly name: string;
  readonly title: string;
  readonly subjects: readonly string[];
  readonly metrics: readonly Metric[];
  /** Metrics that a subject has no figure for, by its nature: no sample is expected, and none is taken. @default none */
  readonly unmeasured?: Readonly<Record<string, readonly string[]>>;
  readonly rounds: { readonly quick: number; readonly full: number };
  /** Longest time for one measurement; a subject that hangs fails after it. @default 60000 */
  readonly timeoutMs?: number;
  /** Servers that must be on the machine. */
  readonly programs: readonly ProgramName[];
  /** npm packages whose versions belong beside the figures. */
  readonly packages: readonly string[];
  /** Measures one subject in a fresh state and gives every metric a sample that is not `unmeasured`. A rejection takes the subject out. */
  measure(subject: string, round: number, context: BenchmarkContext): Promise<Samples>;
}
