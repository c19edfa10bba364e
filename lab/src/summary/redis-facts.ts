/** What the experiments tell of sessions in Redis. */

import type { ServerDeath, SharedSessionObservations } from '../experiments/l21-shared-session/analyse.ts';
import type { RedisDownObservations } from '../experiments/l23-redis-down/observations.ts';
import { isUsable, outcomeOf } from '../experiments/l23-redis-down/outcomes.ts';
import { isDeathTold, isNobodyBut } from '../experiments/server-death.ts';
import type { Status } from '../experiments/wording.ts';
import { answerFrom, type Fact, neededFrom, opposite } from './facts.ts';
import type { FeatureReaders } from './feature-readers.ts';
import { afterLogout } from './logout-fact.ts';
import { reader } from './observed.ts';
import { afterKill, withoutMaker } from './server-death.ts';
import { redisDownShape, sharedSessionShape } from './shapes.ts';

/** Whether the servers refuse who has no session; without that their 200 says nothing. */
function isControlled({ login, anonymous }: SharedSessionObservations): boolean {
  return login.status === 200 && answerFrom(anonymous.statuses) === 'no';
}

function afterReturn(observed: SharedSessionObservations, death: ServerDeath): Fact {
  const { killed, returned, userId } = death;
  const isTold = isControlled(observed) && isDeathTold(killed, { ...death, servers: observed.servers });
  return {
    answer: isTold && isNobodyBut(userId, returned) ? answerFrom(returned.statuses) : 'unclear',
    evidence: { kind: 'statuses', statuses: returned.statuses },
    inferred: false,
  };
}

function profilesInOutage({ cells }: RedisDownObservations): Status[] {
  return cells
    .filter(isUsable)
    .flatMap(({ outage }) => outage.filter(({ request }) => request === 'profile').map(({ status }) => status));
}

export const redisFacts: FeatureReaders = {
  shared: [
    reader(sharedSessionShape, (observed) => {
      const { direct, userId } = observed;
      const isSameUser = direct.userIds.every((found) => found === null || found === userId);
      return {
        answer: isControlled(observed) && isSameUser ? answerFrom(direct.statuses) : 'unclear',
        evidence: { kind: 'statuses', statuses: direct.statuses },
        inferred: false,
      };
    }),
  ],
  survivesServerLoss: [
    reader(sharedSessionShape, (observed) => {
      const { direct, servers, login, death } = observed;
      if (death === undefined) {
        const others = direct.statuses.filter((_, index) => servers[index] !== login.server);
        return withoutMaker(others, isControlled(observed));
      }
      const balanced = death.balanced.statuses;
      return afterKill({ ...death, servers, balanced, isControlled: isControlled(observed) });
    }),
  ],
  logout: [
    reader(sharedSessionShape, (observed) => {
      const { logout, removed } = observed;
      const fact: Fact =
        logout === undefined
          ? {
              answer: opposite[answerFrom(removed.statuses)],
              evidence: { kind: 'after-deletion', statuses: removed.statuses },
              inferred: true,
            }
          : afterLogout(logout);
      return isControlled(observed) ? fact : { ...fact, answer: 'unclear' };
    }),
  ],
  refusesInOutage: [
    // Nobody is let in, so nobody who has logged out either.
    reader(redisDownShape, (observed) => {
      const statuses = profilesInOutage(observed);
      return { answer: neededFrom(statuses), evidence: { kind: 'store-down', statuses }, inferred: true };
    }),
  ],
  scalesOut: [
    reader(sharedSessionShape, (observed) => {
      const { statuses, servers } = observed.balanced;
      const seen = new Set(servers.filter((server) => server !== null)).size;
      return {
        answer: isControlled(observed) && seen > 1 ? answerFrom(statuses) : 'unclear',
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
    reader(sharedSessionShape, (observed) => {
      if (observed.death !== undefined) return afterReturn(observed, observed.death);
      // All know the session, and none does once Redis has forgotten it: a server holds nothing that it could lose.
      const holdsNothing = answerFrom(observed.removed.statuses) === 'no';
      const isShared = isControlled(observed) && answerFrom(observed.direct.statuses) === 'yes';
      return {
        answer: holdsNothing && isShared ? 'yes' : 'unclear',
        evidence: { kind: 'no-copy', statuses: observed.removed.statuses },
        inferred: true,
      };
    }),
  ],
  dependsOnService: [
    reader(redisDownShape, (observed) => {
      const statuses = profilesInOutage(observed);
      const lost = observed.cells.filter((cell) => outcomeOf(cell) === 'lost').length;
      return {
        answer: neededFrom(statuses),
        evidence: { kind: 'outage', statuses, lost, cells: observed.cells.length },
        inferred: false,
      };
    }),
  ],
};
