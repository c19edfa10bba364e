/** The schemes that the summary compares. One more is one more entry, and its name in the words. */
import type { SubjectName } from '../experiments/comparison/subjects.ts';
import type { ExperimentResult } from '../results.ts';
import { coherentFacts } from './coherent-facts.ts';
import { type Fact, type Feature, features, type Known } from './facts.ts';
import type { FeatureReaders } from './feature-readers.ts';
import { denyListFacts, jwtFacts } from './jwt-facts.ts';
import { type Reader, readFrom } from './observed.ts';
import { redisFacts } from './redis-facts.ts';
import { stickyFacts } from './sticky-facts.ts';

export interface SummaryScheme {
  readonly id: 'sticky' | 'redis' | 'jwt' | 'jwt-deny-list' | 'jwt-pushed' | 'jwt-uncached' | 'coherent';
  /** Its name in the experiments that measure. */
  readonly subject: SubjectName;
  /** Absent for a variant that is only measured: it is in no feature table and is not recommended. */
  readonly features?: FeatureReaders;
  /** Where experiment 4.3 finds what a user adds. `bounded`: only up to a bound, so that it says nothing of a million. */
  readonly memory?: { readonly measure: 'heapBytes' | 'redisBytes'; readonly bounded: boolean };
}

export type SchemeId = SummaryScheme['id'];

export const summarySchemes: readonly SummaryScheme[] = [
  { id: 'sticky', subject: 'sticky', features: stickyFacts, memory: { measure: 'heapBytes', bounded: false } },
  { id: 'redis', subject: 'redis', features: redisFacts, memory: { measure: 'redisBytes', bounded: false } },
  // What the heap grows by is the cache of verified tokens.
  { id: 'jwt', subject: 'jwt', features: jwtFacts, memory: { measure: 'heapBytes', bounded: true } },
  { id: 'jwt-deny-list', subject: 'jwt-deny-list', features: denyListFacts },
  { id: 'jwt-pushed', subject: 'jwt-pushed' },
  { id: 'jwt-uncached', subject: 'jwt-uncached' },
  // In Redis; the copies in the heap are bounded, and as many as are used.
  { id: 'coherent', subject: 'coherent', features: coherentFacts, memory: { measure: 'redisBytes', bounded: false } },
];

/** What a run tells of one scheme. */
export interface SchemeFacts {
  readonly scheme: SchemeId;
  readonly known: Readonly<Record<Feature, Known>>;
}

export function factsOf(experiments: readonly ExperimentResult[]): SchemeFacts[] {
  return summarySchemes.flatMap(({ id, features: readers }) =>
    readers === undefined
      ? []
      : [
          {
            scheme: id,
            known: Object.fromEntries(
              features.map((feature) => [feature, knownFrom(experiments, readers[feature])]),
            ) as Record<Feature, Known>,
          },
        ],
  );
}

function knownFrom(experiments: readonly ExperimentResult[], readers: readonly Reader<Fact>[]): Known {
  const known = readers.flatMap((reader): Extract<Known, { status: 'known' }>[] => {
    const fact = readFrom(experiments, reader);
    return fact === undefined ? [] : [{ status: 'known', experiment: reader.experiment, fact }];
  });
  const [best] = [...known.filter(({ fact }) => fact.answer !== 'unclear'), ...known];
  return best ?? { status: 'missing', experiments: readers.slice(0, 1).map(({ experiment }) => experiment) };
}
