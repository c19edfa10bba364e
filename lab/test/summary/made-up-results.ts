/** A run of the lab made of made-up observations, told in either language by the experiments themselves. */
import { experimentsIn } from '../../src/experiments/registry.ts';
import type { Language } from '../../src/language.ts';
import type { Json, LabResults, LabSummary } from '../../src/results.ts';
import { notRun, ran } from '../../src/run/experiment-result.ts';
import { summaryOf } from '../../src/summary/summary-of.ts';
import { sampleResults } from '../report/sample-results.ts';
import { denyList, isolation, older, redisDown, serverLoss, sharedSession, stateless } from './made-up-behaviour.ts';
import { staleCopiesObserved } from './made-up-copies.ts';
import { cost, denyListCost, latency, throughput } from './made-up-measurements.ts';

export type Observed = Readonly<Record<string, Json>>;

/** CPU milliseconds per request: what an ordinary run finds, but coherent sessions, which would be recommended too often. */
export const usualCpuMs = {
  sticky: 0.25,
  jwt: 0.2,
  'jwt-uncached': 0.25,
  redis: 0.36,
  coherent: 0.3,
  'sticky-again': 0.25,
} as const;
export const usualBytes = { sticky: 1500, jwt: 1100, redis: 400, coherent: 400 } as const;
/** With the list in Redis and in memory, without it, and without it again. */
export const usualListCpuMs = { jwt: 0.2, 'jwt-deny-list': 0.25, 'jwt-pushed': 0.2, 'jwt-again': 0.2 } as const;

/** Of every experiment that the summary reads. */
export const usual: Observed = {
  '1.2': isolation(),
  '1.3': serverLoss(),
  '2.1': sharedSession(),
  '2.3': redisDown(),
  '2.4': staleCopiesObserved(),
  '3.1': stateless(),
  '3.3': denyList({ cost: denyListCost(usualListCpuMs) }),
  '4.1': latency({ sticky: 0.16, jwt: 0.11, 'jwt-uncached': 0.25, redis: 0.33, coherent: 0.16, 'sticky-again': 0.16 }),
  '4.2': throughput(usualCpuMs),
  '4.3': cost(usualCpuMs, usualBytes),
};

/** The same of a lab that did not try a logout and a death in 1.2, 2.1 and 3.1. */
export const olderUsual: Observed = {
  ...usual,
  '1.2': older(isolation()),
  '2.1': older(sharedSession()),
  '3.1': older(stateless()),
};

export interface MadeUpOptions {
  readonly language?: Language;
  readonly changes?: Partial<LabResults>;
  /** Ids of experiments that were asked for and could not run. */
  readonly failed?: readonly string[];
}

/** @param observed By experiment; those that are not in it were not asked for. */
export function madeUpResults(
  observed: Observed,
  { language = 'en', changes = {}, failed = [] }: MadeUpOptions = {},
): LabResults {
  const experiments = experimentsIn(language).flatMap((experiment) => {
    const observations = observed[experiment.id];
    if (failed.includes(experiment.id)) return [notRun(experiment, { reason: '503' }, 12)];
    return observations === undefined ? [] : [ran(experiment, observations, 1000)];
  });
  const { command } = sampleResults;
  return {
    ...sampleResults,
    language,
    command: language === 'en' ? command : `${command} --lang ${language}`,
    notices: [],
    experiments,
    ...changes,
  };
}

export function madeUpSummary(observed: Observed, options: MadeUpOptions = {}): LabSummary {
  return summaryOf(madeUpResults(observed, options));
}
