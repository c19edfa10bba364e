/** The samples of the experiments that measure, read for the summary, and comparisons of schemes by them. */
import { controlOf, type JudgedRatio, ratioOf } from '../experiments/comparison/ordering.ts';
import { medianLatencySamples, cpuSamples as serialCpuSamples } from '../experiments/comparison/serial-block.ts';
import { comparedSubjects, isControl, type SubjectName, schemeSubjects } from '../experiments/comparison/subjects.ts';
import { medianSamples } from '../experiments/l41-latency/observations.ts';
import { cpuSamples, rateSamples } from '../experiments/l42-throughput/observations.ts';
import { compare } from '../measure/statistics/compare.ts';
import type { BlockSample } from '../measure/statistics/paired-ratios.ts';
import type { ExperimentResult } from '../results.ts';
import { denyListCostShape, latencyShape, serialCostShape, throughputShape } from './measured-shapes.ts';
import { type Reader, reader, readFrom } from './observed.ts';

export type Measure = 'latency' | 'rate' | 'cpu';

/** Samples of one measure from one experiment, with what was measured in it. */
interface Source {
  readonly measure: Measure;
  /** Figures of one method may be joined across experiments: the same requests, sent in the same way. */
  readonly method: 'serial' | 'load';
  readonly subjects: readonly SubjectName[];
  /** Which of them a report compares. */
  readonly pairs: readonly (readonly [SubjectName, SubjectName])[];
  /** Which program was measured twice. */
  readonly control: 'sticky' | 'jwt';
  readonly samples: Reader<readonly BlockSample[]>;
}

type Beside = Pick<Source, 'subjects' | 'pairs' | 'control'>;

const allSchemes: Beside = {
  subjects: schemeSubjects,
  pairs: comparedSubjects.filter(([subject]) => !isControl(subject)),
  control: 'sticky',
};
const denyList: Beside = {
  subjects: ['jwt', 'jwt-deny-list', 'jwt-pushed', 'jwt-again'],
  pairs: [
    ['jwt-deny-list', 'jwt'],
    ['jwt-pushed', 'jwt'],
  ],
  control: 'jwt',
};

/** The best first: CPU under load includes the balancer, and is what a busy server pays. */
const sources: readonly Source[] = [
  {
    measure: 'latency',
    method: 'serial',
    ...allSchemes,
    samples: reader(latencyShape, (observed) => medianSamples(observed, 'direct')),
  },
  {
    measure: 'latency',
    method: 'serial',
    ...denyList,
    samples: reader(denyListCostShape, ({ cost }) => cost && medianLatencySamples(cost.blocks)),
  },
  {
    measure: 'rate',
    method: 'load',
    ...allSchemes,
    samples: reader(throughputShape, rateSamples),
  },
  {
    measure: 'cpu',
    method: 'load',
    ...allSchemes,
    samples: reader(throughputShape, cpuSamples),
  },
  {
    measure: 'cpu',
    method: 'serial',
    ...allSchemes,
    samples: reader(serialCostShape, ({ cpu }) => serialCpuSamples(cpu)),
  },
  {
    measure: 'cpu',
    method: 'serial',
    ...denyList,
    samples: reader(denyListCostShape, ({ cost }) => cost && serialCpuSamples(cost.blocks)),
  },
];

/** What one experiment measured, and whether its method can be trusted in this run. */
export interface Measured extends Omit<Source, 'samples'> {
  readonly experiment: string;
  /** `undefined` when it was not measured in this run. */
  readonly samples: readonly BlockSample[] | undefined;
  /** `null` when the control was not measured often enough. */
  readonly controlled: { readonly status: 'passed' | 'failed'; readonly ratio: JudgedRatio } | null;
}

export function measuredIn(experiments: readonly ExperimentResult[]): Measured[] {
  return sources.map(({ samples: from, ...source }) => {
    const samples = readFrom(experiments, from);
    const controlled = samples === undefined ? null : attempt(() => controlOf(samples, source.control));
    return { ...source, experiment: from.experiment, samples, controlled };
  });
}

/** How one scheme's figure stands to another's. */
export type Compared =
  | {
      readonly outcome: 'lower' | 'higher' | 'equal' | 'undecided' | 'control-failed';
      readonly ratio: JudgedRatio;
      readonly experiments: readonly string[];
      /** What both were compared with, when they never ran beside each other. */
      readonly through: SubjectName | null;
    }
  /** It was measured, but not often enough. */
  | { readonly outcome: 'too-few'; readonly experiments: readonly string[] }
  /** `experiments`: those that would tell; none when the lab has none that does. */
  | { readonly outcome: 'missing'; readonly experiments: readonly string[] };

/** The subject that every serial comparison has beside the others. */
const common: SubjectName = 'jwt';

export function compareBy(
  measure: Measure,
  measured: readonly Measured[],
  subject: SubjectName,
  baseline: SubjectName,
): Compared {
  const routes = routesOf(
    measured.filter((source) => source.measure === measure),
    subject,
    baseline,
  );
  const route = routes.find((steps) => steps.every(({ samples }) => samples !== undefined));
  if (route === undefined) {
    const [best = []] = routes;
    return {
      outcome: 'missing',
      experiments: best.filter(({ samples }) => samples === undefined).map(({ experiment }) => experiment),
    };
  }
  return comparedOn(route, subject, baseline);
}

/** One experiment that measured both, or two of one method that have a subject in common. */
function routesOf(measured: readonly Measured[], subject: SubjectName, baseline: SubjectName): Measured[][] {
  const having = (name: SubjectName) => measured.filter(({ subjects }) => subjects.includes(name));
  const direct = having(subject).filter(({ subjects }) => subjects.includes(baseline));
  if (direct.length > 0) return direct.map((source) => [source]);
  return having(subject)
    .filter(({ subjects }) => subjects.includes(common))
    .flatMap((first) =>
      having(baseline)
        .filter(({ method, subjects }) => method === first.method && subjects.includes(common))
        .map((second) => [first, second]),
    );
}

/** On one experiment, or on two through what they have in common. */
export function comparedOn(route: readonly Measured[], subject: SubjectName, baseline: SubjectName): Compared {
  const experiments = route.map(({ experiment }) => experiment);
  const [first, second] = route;
  const ratio = attempt(() => {
    if (first?.samples === undefined) return null;
    if (second?.samples === undefined) return ratioOf(first.samples, subject, baseline);
    return joined(ratioOf(first.samples, subject, common), ratioOf(second.samples, baseline, common));
  });
  if (ratio === null || route.some(({ controlled }) => controlled === null)) return { outcome: 'too-few', experiments };
  const isTrusted = route.every(({ controlled }) => controlled?.status === 'passed');
  return {
    outcome: isTrusted ? ratio.comparison : 'control-failed',
    ratio,
    experiments,
    through: second === undefined ? null : common,
  };
}

/**
 * The ratio of two ratios with the same baseline, from independent experiments: on the scale of logarithms the
 * estimates are subtracted, and the reaches of the intervals are added as their squares (Bucher et al., 1997).
 */
function joined(first: JudgedRatio | null, second: JudgedRatio | null): JudgedRatio | null {
  if (first === null || second === null) return null;
  const reach = ({ low, high }: JudgedRatio['interval']) => Math.log(high / low) / 2;
  const estimate = first.interval.estimate / second.interval.estimate;
  const factor = Math.exp(Math.hypot(reach(first.interval), reach(second.interval)));
  const interval = {
    estimate,
    low: estimate / factor,
    high: estimate * factor,
    n: Math.min(first.interval.n, second.interval.n),
    processes: Math.min(first.interval.processes, second.interval.processes),
  };
  return { subject: first.subject, baseline: second.subject, interval, comparison: compare(interval) };
}

/** Samples from a file may be such that no ratio can be made of them. */
function attempt<Value>(make: () => Value | null): Value | null {
  try {
    return make();
  } catch {
    return null;
  }
}
