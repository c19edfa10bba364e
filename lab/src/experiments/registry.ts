/** All experiments, in the order in which a report shows them. */
import type { Experiment } from './experiment.ts';
import { ipHash } from './l11-ip-hash.ts';
import { isolation } from './l12-isolation.ts';
import { serverLoss } from './l13-server-loss.ts';
import { sharedSession } from './l21-shared-session.ts';
import { slidingTtl } from './l22-sliding-ttl.ts';
import { redisDown } from './l23-redis-down.ts';
import { stateless } from './l31-stateless.ts';
import { tokenExpiry } from './l32-token-expiry.ts';
import { denyList } from './l33-deny-list.ts';

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
