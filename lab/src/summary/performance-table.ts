/** What each scheme costs, as a table: a scheme per row, with what may not be concluded from it underneath. */
import { figure } from '../report/figure.ts';
import type { ExperimentResult, SummaryTable } from '../results.ts';
import { comparedOn, type Measured } from './measured.ts';
import { type KnownMemory, memoryOf } from './memory.ts';
import { type PerformanceFigure, performanceOf } from './performance-figures.ts';
import { summarySchemes } from './schemes.ts';
import type { SummaryWords } from './summary-words.ts';

const none = '–';

export function performanceTable(
  experiments: readonly ExperimentResult[],
  measured: readonly Measured[],
  words: SummaryWords,
): SummaryTable {
  const { title, columns } = words.performanceTable;
  return {
    title,
    columns,
    rows: summarySchemes.map((scheme) => {
      const { p50Ms, p99Ms, requestsPerSecond, cpuMicroseconds } = performanceOf(experiments, measured, scheme);
      const memory = memoryOf(experiments, scheme);
      const isBounded = scheme.memory?.bounded === true && memory.status === 'known';
      return [
        words.schemes[scheme.id],
        ...[p50Ms, p99Ms, requestsPerSecond, cpuMicroseconds].map((one) => toldFigure(one, words)),
        memoryFor(10_000, memory, words),
        isBounded ? none : memoryFor(1_000_000, memory, words),
      ];
    }),
    notes: [
      ...(measured.some(({ samples }) => samples !== undefined) ? [words.performanceNotes.method] : []),
      ...boundNotes(experiments, words),
      ...measured.flatMap((source) => openNotes(source, words)),
      words.noExperiment,
    ],
  };
}

function toldFigure(known: PerformanceFigure, { notMeasured, performanceTable: told }: SummaryWords): string {
  if (known.status === 'missing') return notMeasured(known.experiments);
  if (known.status === 'none') return none;
  if (known.status === 'known') return figure(known.value);
  const { compared, experiment } = known;
  return 'ratio' in compared && compared.outcome !== 'control-failed'
    ? told.timesJwt(compared.ratio, experiment)
    : told.notTold(experiment);
}

function memoryFor(users: number, known: KnownMemory, { notMeasured }: SummaryWords): string {
  if (known.status === 'missing') return notMeasured(known.experiments);
  if (known.status === 'not-told') return none;
  return figure((Math.max(0, known.memory.bytesPerUser.slope) * users) / 2 ** 20);
}

/** Memory that is no session's, and how far its figure reaches. */
export function boundNotes(
  experiments: readonly ExperimentResult[],
  { performanceNotes, schemes }: SummaryWords,
): string[] {
  return summarySchemes.flatMap((scheme) => {
    const known = memoryOf(experiments, scheme);
    if (scheme.memory?.bounded !== true || known.status !== 'known') return [];
    return [performanceNotes.bounded(schemes[scheme.id], known.memory.mostUsers)];
  });
}

/** What one experiment leaves open about the order of the schemes. */
function openNotes(source: Measured, { performanceNotes, ratio }: SummaryWords): string[] {
  const { measure, experiment, samples, controlled, pairs } = source;
  if (samples === undefined) return [];
  if (controlled === null) return [performanceNotes.tooFew(measure, experiment)];
  if (controlled.status === 'failed') return [performanceNotes.control(measure, experiment, ratio(controlled.ratio))];
  const open = pairs.flatMap(([subject, baseline]) => {
    const compared = comparedOn([source], subject, baseline);
    return compared.outcome === 'undecided' ? [ratio(compared.ratio)] : [];
  });
  return open.length === 0 ? [] : [performanceNotes.undecided(measure, experiment, open)];
}
