/** What the experiments tell of coherent sessions. */
import { atOnceMs } from '../experiments/l24-stale-copies/analyse.ts';
import {
  isTold,
  type SharedTrials,
  type StaleCopiesObservations,
  trialsOf,
} from '../experiments/l24-stale-copies/observations.ts';
import { isDeathTold, isNobodyBut } from '../experiments/server-death.ts';
import { type Answer, answerFrom, type Fact, neededFrom } from './facts.ts';
import type { FeatureReaders } from './feature-readers.ts';
import { reader } from './observed.ts';
import { afterKill } from './server-death.ts';
import { staleCopiesShape } from './shapes.ts';

/** Whether the servers refuse who has no session; without that their 200 says nothing. */
function isControlled({ anonymous }: SharedTrials): boolean {
  return answerFrom(anonymous.statuses) === 'no';
}

/** At once is what an experiment on logout can tell from nothing; behind a silent link it is the lease. */
function logoutOf(observed: StaleCopiesObservations): Fact {
  const trials = (['idle', 'load'] as const).flatMap((condition) => trialsOf(observed, 'coherent', condition));
  const longestMs = Math.max(0, ...trials.map(({ staleMs }) => staleMs));
  const late = trials.filter(({ staleMs, refusedAfterMs }) => refusedAfterMs === null || staleMs > atOnceMs(observed));
  let answer: Answer = 'unclear';
  if (trials.length > 0 && trials.every(isTold)) {
    answer = late.length === 0 ? 'yes' : late.length === trials.length ? 'no' : 'partly';
  }
  return { answer, evidence: { kind: 'stale-after-logout', longestMs, trials: trials.length }, inferred: false };
}

export const coherentFacts: FeatureReaders = {
  shared: [
    reader(staleCopiesShape, ({ shared }) => {
      const { before, userId } = shared.death;
      const isTold = isControlled(shared) && isNobodyBut(userId, before);
      return {
        answer: isTold ? answerFrom(before.statuses) : 'unclear',
        evidence: { kind: 'statuses', statuses: before.statuses },
        inferred: false,
      };
    }),
  ],
  survivesServerLoss: [
    reader(staleCopiesShape, ({ shared }) => {
      const { death, servers } = shared;
      const balanced = death.balanced.statuses;
      return afterKill({ ...death, servers, balanced, isControlled: isControlled(shared) });
    }),
  ],
  logout: [reader(staleCopiesShape, logoutOf)],
  refusesInOutage: [
    reader(staleCopiesShape, ({ shared }) => {
      const statuses = shared.outage.loggedOut;
      return { answer: neededFrom(statuses), evidence: { kind: 'store-down', statuses }, inferred: false };
    }),
  ],
  scalesOut: [
    reader(staleCopiesShape, ({ shared }) => {
      const { statuses, servers } = shared.balanced;
      const seen = new Set(servers.filter((server) => server !== null)).size;
      return {
        answer: isControlled(shared) && seen > 1 ? answerFrom(statuses) : 'unclear',
        evidence: {
          kind: 'balanced',
          served: statuses.filter((status) => status === 200).length,
          of: statuses.length,
          servers: seen,
        },
        inferred: false,
      };
    }),
  ],
  survivesRestart: [
    reader(staleCopiesShape, ({ shared }) => {
      const { death, servers } = shared;
      const isTold = isControlled(shared) && isDeathTold(death.killed, { ...death, servers });
      return {
        answer: isTold && isNobodyBut(death.userId, death.returned) ? answerFrom(death.returned.statuses) : 'unclear',
        evidence: { kind: 'statuses', statuses: death.returned.statuses },
        inferred: false,
      };
    }),
  ],
  dependsOnService: [
    reader(staleCopiesShape, ({ shared }) => {
      const statuses = shared.outage.loggedIn;
      return { answer: neededFrom(statuses), evidence: { kind: 'store-down', statuses }, inferred: false };
    }),
  ],
};
