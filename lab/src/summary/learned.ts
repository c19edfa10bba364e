/** What went wrong in a run, what it found otherwise than believed, and what it left open. */
import { commandFor, moreThorough } from '../repeat-command.ts';
import type { LabResults, LabSummary } from '../results.ts';
import type { Measured } from './measured.ts';
import type { SchemeFacts } from './schemes.ts';
import type { SummaryWords } from './summary-words.ts';

/** The experiments whose verdicts rest on measured performance. */
function isMeasuring(id: string): boolean {
  return id.startsWith('4.');
}

/** The first finding of each experiment that ran; the headline where there is none. */
export function keyFindings({ experiments }: Pick<LabResults, 'experiments'>): LabSummary['findings'] {
  return experiments
    .filter(({ status }) => status === 'ran')
    .map(({ id, findings: [first], headline }) => ({ experiment: id, text: first ?? headline }))
    .filter(({ text }) => text !== '');
}

export function differences({ experiments }: Pick<LabResults, 'experiments'>): LabSummary['differences'] {
  return experiments.flatMap(({ id, hypotheses }) =>
    hypotheses
      .filter(({ verdict }) => verdict === 'refuted' || verdict === 'conditional')
      .map((hypothesis) => ({ experiment: id, ...hypothesis })),
  );
}

export function problemsOf(
  results: Pick<LabResults, 'command' | 'mode' | 'notices' | 'experiments'>,
  measured: readonly Measured[],
  words: SummaryWords,
): LabSummary['problems'] {
  const { notices, experiments } = results;
  const notRun = experiments
    .filter(({ status }) => status === 'not-run')
    .map(({ id, title, reason = words.problems.noReason, remedy }) => ({
      text: words.problems.notRun(id, title, reason),
      remedy: remedy ?? commandFor([id], results),
    }));
  const controls = measured.flatMap(({ measure, experiment, controlled }) =>
    controlled?.status === 'failed'
      ? [
          {
            text: words.problems.control(measure, experiment, words.ratio(controlled.ratio)),
            remedy: commandFor([experiment], results),
          },
        ]
      : [],
  );
  const undecided = experiments.flatMap(({ id, status, hypotheses }) =>
    isMeasuring(id) && status === 'ran'
      ? hypotheses
          .filter(({ verdict }) => verdict === 'undecided')
          .map(({ id: hypothesis, statement, evidence }) => ({
            text: words.problems.undecided(id, hypothesis, statement, evidence),
          }))
      : [],
  );
  return [...notices.map((text) => ({ text })), ...notRun, ...controls, ...undecided];
}

/** Where to look next: what more samples may decide, what did not run, and what the summary lacks. */
export function openIn(
  results: Pick<LabResults, 'command' | 'mode' | 'experiments'>,
  schemes: readonly SchemeFacts[],
  measured: readonly Measured[],
  { next }: SummaryWords,
): LabSummary['next'] {
  const { experiments } = results;
  const undecided = experiments.flatMap(({ id, status, hypotheses }) =>
    status === 'ran'
      ? hypotheses
          .filter(({ verdict }) => verdict === 'undecided')
          .map((hypothesis) => ({ id, name: `${id} ${hypothesis.id}` }))
      : [],
  );
  const notRun = experiments.filter(({ status }) => status === 'not-run').map(({ id }) => id);
  const lacking = [
    ...schemes.flatMap(({ known }) =>
      Object.values(known).flatMap((one) => (one.status === 'missing' ? one.experiments : [])),
    ),
    ...measured.filter(({ samples }) => samples === undefined).map(({ experiment }) => experiment),
  ];
  const asked = new Set(experiments.map(({ id }) => id));
  const notAsked = distinct(lacking.filter((id) => !asked.has(id))).sort();
  const undecidedIds = distinct(undecided.map(({ id }) => id));
  return [
    ...(undecided.length === 0
      ? []
      : [
          {
            text: next.undecided(undecided.map(({ name }) => name)),
            command: moreThorough(undecidedIds, results),
          },
        ]),
    ...(notRun.length === 0 ? [] : [{ text: next.notRun(notRun), command: commandFor(notRun, results) }]),
    ...(notAsked.length === 0 ? [] : [{ text: next.notAsked(notAsked), command: commandFor(notAsked, results) }]),
  ];
}

function distinct(ids: readonly string[]): string[] {
  return [...new Set(ids)];
}
