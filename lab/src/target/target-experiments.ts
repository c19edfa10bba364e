/** All experiments on a target, in the order in which they are run and shown. */
import type { Experiment } from '../experiments/experiment.ts';
import type { Language } from '../language.ts';
import { asDescribed } from './probes/t02-as-described/index.ts';
import { affinity } from './probes/t11-affinity/index.ts';
import { sharedSession } from './probes/t12-shared-session/index.ts';
import { nodeDeath } from './probes/t13-node-death/index.ts';
import { expiry } from './probes/t22-expiry/index.ts';
import { storeOutage } from './probes/t23-store-outage/index.ts';
import { nodeRestart } from './probes/t31-node-restart/index.ts';
import { forgedToken } from './probes/t32-forged-token/index.ts';
import { logout } from './probes/t33-logout/index.ts';
import { fixation } from './probes/t51-fixation/index.ts';
import type { TargetExperiment } from './target-experiment.ts';
import type { TargetUnderTest } from './target-under-test.ts';

const experiments: readonly TargetExperiment[] = [
  asDescribed,
  affinity,
  sharedSession,
  nodeDeath,
  expiry,
  storeOutage,
  nodeRestart,
  forgedToken,
  logout,
  fixation,
];

/** The ids that `only` may name. */
export const targetExperimentIds: readonly string[] = experiments.map(({ id }) => id);

/** @param only Ids, in any order. @default all */
export function targetExperiments(
  target: TargetUnderTest,
  only: readonly string[] = targetExperimentIds,
): Experiment[] {
  return experiments.filter(({ id }) => only.includes(id)).map((experiment) => experiment.on(target));
}

/** All of them, for observations that were made before. */
export function targetExperimentsToTell(language: Language): Experiment[] {
  return experiments.map((experiment) => experiment.toTell(language));
}
