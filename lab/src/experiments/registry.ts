/** All experiments, in the order in which a report shows them. */
import type { Language } from '../language.ts';
import type { Experiment } from './experiment.ts';
import type { ExperimentIn } from './in-each-language.ts';
import { ipHash } from './l11-ip-hash/index.ts';
import { isolation } from './l12-isolation/index.ts';
import { serverLoss } from './l13-server-loss/index.ts';
import { sharedSession } from './l21-shared-session/index.ts';
import { slidingTtl } from './l22-sliding-ttl/index.ts';
import { redisDown } from './l23-redis-down/index.ts';
import { staleCopies } from './l24-stale-copies/index.ts';
import { stateless } from './l31-stateless/index.ts';
import { tokenExpiry } from './l32-token-expiry/index.ts';
import { denyList } from './l33-deny-list/index.ts';
import { latency } from './l41-latency/index.ts';
import { throughput } from './l42-throughput/index.ts';
import { cost } from './l43-cost/index.ts';

const experiments: readonly ExperimentIn[] = [
  ipHash,
  isolation,
  serverLoss,
  sharedSession,
  slidingTtl,
  redisDown,
  staleCopies,
  stateless,
  tokenExpiry,
  denyList,
  latency,
  throughput,
  cost,
];

/** The ids that `--only` may name. */
export const experimentIds: readonly string[] = experiments.map((inLanguage) => inLanguage('en').id);

export function experimentsIn(language: Language): readonly Experiment[] {
  return experiments.map((inLanguage) => inLanguage(language));
}
