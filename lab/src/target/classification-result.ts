/** The classification in the shape of an experiment's result, so that reports show it like everything else. */
import type { ExperimentResult } from '../results.ts';
import type { Classified, TargetClassification } from './classification.ts';
import type { ClassificationWords } from './words/classification.ts';

/** The id that stands before all others in a report. */
export const classificationId = '0.1';

export function classificationResult(
  classification: TargetClassification,
  words: ClassificationWords,
): ExperimentResult {
  const { title, question, design, limits, table } = words;
  const written = writtenAnswers(classification, words);
  const ran = written.some(({ classified }) => classified.value !== 'not-run');
  return {
    id: classificationId,
    title,
    question,
    status: ran ? 'ran' : 'not-run',
    ...(ran ? {} : { reason: words.nothingRan }),
    durationMs: 0,
    headline: ran ? headlineOf(classification, words) : '',
    design,
    observations: null,
    tables: ran
      ? [
          {
            ...table,
            rows: written.map(({ property, classified, answer }) => [
              words.properties[property],
              answer,
              'reason' in classified ? classified.reason : classified.evidence,
              classified.experiment,
            ]),
          },
        ]
      : [],
    charts: [],
    hypotheses: [],
    findings: [],
    limits,
  };
}

interface WrittenAnswer {
  readonly property: keyof TargetClassification;
  readonly classified: Classified<unknown>;
  readonly answer: string;
}

function writtenAnswers(classification: TargetClassification, words: ClassificationWords): WrittenAnswer[] {
  const { shared, survivesNodeDeath, survivesNodeRestart, expiry, logoutEffective, idChangesAtLogin } = classification;
  const { staleAcceptsAfterLogout, statusWhenStoreIsDown } = classification;
  const row = <Value>(
    property: keyof TargetClassification,
    classified: Classified<Value>,
    written: (value: Value) => string,
  ): WrittenAnswer => ({
    property,
    classified,
    answer: 'reason' in classified ? words.notRun : written(classified.value),
  });
  return [
    row('shared', shared, words.answer),
    row('survivesNodeDeath', survivesNodeDeath, words.answer),
    row('survivesNodeRestart', survivesNodeRestart, words.answer),
    row('expiry', expiry, (kind) => words.expiry[kind]),
    row('logoutEffective', logoutEffective, words.answer),
    row('staleAcceptsAfterLogout', staleAcceptsAfterLogout, words.stale),
    row('idChangesAtLogin', idChangesAtLogin, words.answer),
    row('statusWhenStoreIsDown', statusWhenStoreIsDown, ({ stopped, frozen }) => words.storeDown(stopped, frozen)),
  ];
}

function headlineOf(
  { shared, survivesNodeDeath, expiry, logoutEffective }: TargetClassification,
  words: ClassificationWords,
): string {
  const parts = [
    'reason' in shared ? undefined : words.headline.shared(shared.value),
    'reason' in survivesNodeDeath ? undefined : words.headline.survivesNodeDeath(survivesNodeDeath.value),
    'reason' in expiry ? undefined : words.expiry[expiry.value],
    'reason' in logoutEffective ? undefined : words.headline.logoutEffective(logoutEffective.value),
  ];
  return words.join(parts.filter((part) => part !== undefined));
}
