/** All experiments, in the order in which a report shows them. */
import type { Experiment } from './experiment.ts';
import { ipHash } from './l11-ip-hash.ts';
import { isolation } from './l12-isolation.ts';
import { serverLoss } from './l13-server-loss.ts';

export const experiments: readonly Experiment[] = [ipHash, isolation, serverLoss];
