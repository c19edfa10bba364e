/** Measures the subjects of a benchmark in turn, in one run, so that what disturbs the machine disturbs all of them. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Benchmark, Metric, Samples } from './benchmark.ts';
import type { Machine } from './machine.ts';
import { type BenchmarkResult, type ResultRow, type SubjectFailure, summarise } from './result.ts';
import { seededRandom } from './seeded-random.ts';

export interface RunOptions {
  readonly quick: boolean;
  readonly seed: number;
  readonly machine: Machine;
  /** Is told before each measurement; rounds are counted from 1. */
  readonly onMeasure?: (subject: string, round: number, rounds: number) => void;
  readonly onFailure?: (failure: SubjectFailure) => void;
}

/**
 * Runs all rounds: each measures every subject once, in an order of its own. A subject that fails is taken out of the
 * remaining rounds and gets no rows; the others go on.
 * @throws RangeError for a benchmark that names an unknown baseline, or something twice
 */
export async function runBenchmark(benchmark: Benchmark, options: RunOptions): Promise<BenchmarkResult> {
  checkBenchmark(benchmark);
  const { quick, seed, machine } = options;
  const startedAt = new Date().toISOString();
  const random = seededRandom(seed);
  const rounds = quick ? benchmark.rounds.quick : benchmark.rounds.full;
  const measured = new Map<string, Samples[]>(benchmark.subjects.map((subject) => [subject, []]));
  const failures: SubjectFailure[] = [];

  for (let round = 1; round <= rounds; round++) {
    for (const subject of random.shuffle(benchmark.subjects)) {
      const samples = measured.get(subject);
      if (samples === undefined) continue;
      options.onMeasure?.(subject, round, rounds);
      try {
        samples.push(await measureOnce(benchmark, subject, round, quick));
      } catch (error) {
        const failure = { subject, round, message: error instanceof Error ? error.message : String(error) };
        measured.delete(subject);
        failures.push(failure);
        options.onFailure?.(failure);
      }
    }
  }
  const rows = benchmark.subjects.flatMap((subject) => rowsOf(benchmark, subject, measured.get(subject) ?? []));
  return { name: benchmark.name, machine, startedAt, mode: quick ? 'quick' : 'full', seed, rows, failures };
}

function rowsOf(benchmark: Benchmark, subject: string, measurements: readonly Samples[]): ResultRow[] {
  if (measurements.length === 0) return [];
  return measuredMetrics(benchmark, subject).map((metric) => {
    const samples = measurements.map((measurement) => measurement[metric.name] ?? Number.NaN);
    return { subject, metric: metric.name, value: summarise(metric, samples), unit: metric.unit, samples };
  });
}

async function measureOnce(benchmark: Benchmark, subject: string, round: number, quick: boolean): Promise<Samples> {
  const closers: (() => unknown)[] = [];
  let over = false;
  const afterwards = (close: () => unknown) => {
    // A measurement that ran out of time may still be opening things.
    if (over) void quietly(close);
    else closers.push(close);
  };
  const { timeoutMs = 60_000 } = benchmark;
  const timer = new AbortController();
  try {
    const samples = await Promise.race([
      benchmark.measure(subject, round, { quick, afterwards }),
      delay(timeoutMs, undefined, { signal: timer.signal }).then(() => {
        throw new Error(`It was not done within ${timeoutMs} ms.`);
      }),
    ]);
    checkSamples(benchmark, subject, samples);
    return samples;
  } finally {
    over = true;
    timer.abort();
    for (const close of closers.reverse()) await quietly(close);
  }
}

const closeTimeoutMs = 10_000;

/** What can not be closed any more must neither hide why the measurement failed nor hold up the other subjects. */
async function quietly(close: () => unknown): Promise<void> {
  const timer = new AbortController();
  await Promise.race([
    (async () => close())().catch(() => {}),
    delay(closeTimeoutMs, undefined, { signal: timer.signal }).catch(() => {}),
  ]);
  timer.abort();
}

function checkSamples(benchmark: Benchmark, subject: string, samples: Samples): void {
  const expected = measuredMetrics(benchmark, subject);
  for (const { name } of expected) {
    if (!Number.isFinite(samples[name])) throw new RangeError(`It gave no number for ${name}.`);
  }
  for (const name of Object.keys(samples)) {
    if (!expected.some((metric) => metric.name === name)) throw new RangeError(`It gave an unknown metric ${name}.`);
  }
}

function measuredMetrics({ metrics, unmeasured = {} }: Benchmark, subject: string): Metric[] {
  return metrics.filter(({ name }) => unmeasured[subject]?.includes(name) !== true);
}

function checkBenchmark({ name, subjects, metrics, unmeasured = {} }: Benchmark): void {
  const twice = firstRepeated(subjects) ?? firstRepeated(metrics.map((metric) => metric.name));
  if (twice !== undefined) throw new RangeError(`Benchmark ${name} names ${twice} twice.`);
  for (const { baseline } of metrics) {
    if (baseline !== undefined && !subjects.includes(baseline)) {
      throw new RangeError(`Benchmark ${name} has no subject ${baseline} to be a baseline.`);
    }
  }
  for (const [subject, names] of Object.entries(unmeasured)) {
    if (!subjects.includes(subject)) throw new RangeError(`Benchmark ${name} has no subject ${subject} to leave out.`);
    for (const absent of names) {
      const metric = metrics.find((candidate) => candidate.name === absent);
      if (metric === undefined) throw new RangeError(`Benchmark ${name} has no metric ${absent} to leave out.`);
      if (metric.baseline === subject) throw new RangeError(`Benchmark ${name} leaves out the baseline of ${absent}.`);
    }
  }
}

function firstRepeated(names: readonly string[]): string | undefined {
  return names.find((name, index) => names.indexOf(name) !== index);
}
