/** All experiments, in the order in which a report shows them. */
import type { Experiment } from './experiment.ts';
import { ipHash } from './l11-ip-hash/index.ts';
import { isolation } from './l12-isolation/index.ts';
import { serverLoss } from './l13-server-loss/index.ts';
import { sharedSession } from './l21-shared-session/index.ts';
import { slidingTtl } from './l22-sliding-ttl/index.ts';
import { redisDown } from './l23-redis-down/index.ts';
import { stateless } from './l31-stateless/index.ts';
import { tokenExpiry } from './l32-token-expiry/index.ts';
import { denyList } from './l33-deny-list/index.ts';

export const experiments: readonly Experiment[] = [
  ipHash,
  isolation,
  serverLoss,
  sharedSession,
  slidingTtl,
  redisDown,
  stateless,
  tokenExpiry,
  denyList,
];
