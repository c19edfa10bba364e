import type { Fact, Feature } from './facts.ts';
import type { Reader } from './observed.ts';

/** For each feature the experiments that tell, the best first; none when the lab has none. */
export type FeatureReaders = Readonly<Record<Feature, readonly Reader<Fact>[]>>;
