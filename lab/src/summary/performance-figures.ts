/** What was measured of one scheme: its figures beside the other schemes, or its ratio to JWT where it ran apart. */
import { median } from '../measure/statistics/quantile.ts';
import type { ExperimentResult } from '../results.ts';
import { type Compared, comparedOn, type Measure, type Measured } from './measured.ts';
import { latencyShape } from './measured-shapes.ts';
import { reader, readFrom } from './observed.ts';
import type { SummaryScheme } from './schemes.ts';

export type PerformanceFigure =
  | { readonly status: 'known'; readonly value: number; readonly experiment: string }
  /** It ran, and there is no figure. */
  | { readonly status: 'none'; readonly experiment: string }
  /** `experiments`: those that would tell; none when the lab has none that does. */
  | { readonly status: 'missing'; readonly experiments: readonly string[] }
  | { readonly status: 'apart'; readonly compared: Compared; readonly experiment: string };

export interface PerformanceFigures {
  readonly p50Ms: PerformanceFigure;
  readonly p99Ms: PerformanceFigure;
  readonly requestsPerSecond: PerformanceFigure;
  /** Of the application, the balancer and Redis together. */
  readonly cpuMicroseconds: PerformanceFigure;
}

/** All requests of a subject together, sent one after the other straight to a server. */
const latencies = reader(latencyShape, ({ pooled }) =>
  pooled.flatMap(({ way, subject, latency }) =>
    way === 'direct' && latency !== null ? [{ subject, p50: latency.p50Ms, p99: latency.p99Ms }] : [],
  ),
);

export function performanceOf(
  experiments: readonly ExperimentResult[],
  measured: readonly Measured[],
  { subject }: SummaryScheme,
): PerformanceFigures {
  const pooled = readFrom(experiments, latencies);
  const latency = pooled?.find((entry) => entry.subject === subject);
  return {
    p50Ms: figureFrom('latency', measured, subject, pooled && latency?.p50),
    p99Ms: withoutApart(figureFrom('latency', measured, subject, pooled && latency?.p99)),
    requestsPerSecond: figureFrom('rate', measured, subject, medianOf('rate', measured, subject)),
    cpuMicroseconds: figureFrom('cpu', measured, subject, medianOf('cpu', measured, subject, 1000)),
  };
}

/** The experiment that measured all schemes beside each other comes first. */
function sourceOf(measure: Measure, measured: readonly Measured[]): Measured | undefined {
  return measured.find((source) => source.measure === measure);
}

function medianOf(measure: Measure, measured: readonly Measured[], subject: string, factor = 1): number | undefined {
  const samples = sourceOf(measure, measured)?.samples ?? [];
  const values = samples.filter((sample) => sample.subject === subject).map(({ value }) => value);
  return values.length === 0 ? undefined : median(values) * factor;
}

function figureFrom(
  measure: Measure,
  measured: readonly Measured[],
  subject: SummaryScheme['subject'],
  value: number | undefined,
): PerformanceFigure {
  const main = sourceOf(measure, measured);
  if (main?.subjects.includes(subject) === true) {
    const { experiment } = main;
    if (main.samples === undefined) return { status: 'missing', experiments: [experiment] };
    return value === undefined ? { status: 'none', experiment } : { status: 'known', value, experiment };
  }
  const own = measured.find((source) => source.measure === measure && source.subjects.includes(subject));
  if (own === undefined) return { status: 'missing', experiments: [] };
  if (own.samples === undefined) return { status: 'missing', experiments: [own.experiment] };
  return { status: 'apart', compared: comparedOn([own], subject, 'jwt'), experiment: own.experiment };
}

/** Comparisons are of medians. */
function withoutApart(figure: PerformanceFigure): PerformanceFigure {
  return figure.status === 'apart' ? { status: 'missing', experiments: [] } : figure;
}
