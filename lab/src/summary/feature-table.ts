/** What each scheme can do, as a table: a feature per row, a scheme per column. */
import type { SummaryTable } from '../results.ts';
import { type Evidence, type Feature, features, type Known } from './facts.ts';
import type { SchemeFacts } from './schemes.ts';
import type { SummaryWords } from './summary-words.ts';

export function featureTable(schemes: readonly SchemeFacts[], words: SummaryWords): SummaryTable {
  const { title, feature: heading, inferred } = words.featureTable;
  const isInferred = schemes.some(({ known }) =>
    features.some((feature) => {
      const one = known[feature];
      return one.status === 'known' && one.fact.inferred;
    }),
  );
  const isUntold = schemes.some(({ known }) =>
    features.some((feature) => {
      const one = known[feature];
      return one.status === 'missing' && one.experiments.length === 0;
    }),
  );
  return {
    title,
    columns: [heading, ...schemes.map(({ scheme }) => words.schemes[scheme])],
    rows: features.map((feature) => [
      words.features[feature].name,
      ...schemes.map(({ known }) => toldKnown(feature, known[feature], words)),
    ]),
    notes: [...(isInferred ? [inferred] : []), ...(isUntold ? [words.noExperiment] : [])],
  };
}

function toldKnown(feature: Feature, known: Known, words: SummaryWords): string {
  return known.status === 'known' ? toldFact(feature, known, words) : words.notMeasured(known.experiments);
}

/** `no · 200 / 401 / 401 (1.2)` */
export function toldFact(
  feature: Feature,
  { experiment, fact }: Pick<Extract<Known, { status: 'known' }>, 'experiment' | 'fact'>,
  words: SummaryWords,
): string {
  return words.fact({
    answer: words.features[feature].answers[fact.answer],
    inferred: fact.inferred,
    evidence: toldEvidence(fact.evidence, words),
    experiment,
  });
}

function toldEvidence<Kind extends Evidence['kind']>(
  evidence: Extract<Evidence, { kind: Kind }>,
  words: SummaryWords,
): string {
  const tell = words.evidence[evidence.kind as Kind] as (of: typeof evidence) => string;
  return tell(evidence);
}
