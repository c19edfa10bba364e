/** What the experiments tell of JSON Web Tokens, without and with a list of those that were logged out. */
import type { ModeObservations, StatelessObservations } from '../experiments/l31-stateless/analyse.ts';
import type { RevocationMode } from '../experiments/l31-stateless/revocation-mode.ts';
import type { DenyListObservations } from '../experiments/l33-deny-list/analyse.ts';
import { type Answer, answerFrom, type Fact, neededFrom } from './facts.ts';
import type { FeatureReaders } from './feature-readers.ts';
import { type Reader, reader } from './observed.ts';
import { afterKill, withoutMaker } from './server-death.ts';
import { denyListShape, statelessShape } from './shapes.ts';

function inMode(mode: RevocationMode, fact: (observed: ModeObservations) => Fact): Reader<Fact> {
  return reader(statelessShape, ({ modes, badSignature }) => {
    const observed = modes.find((candidate) => candidate.mode === mode);
    if (observed === undefined) return undefined;
    // Servers that take any token tell nothing by taking a good one.
    const isControlled = answerFrom(badSignature.statuses) === 'no';
    return isControlled ? fact(observed) : { ...fact(observed), answer: 'unclear' };
  });
}

function perRequest(calls: { readonly [command: string]: number }, requests: number): number {
  return requests === 0 ? 0 : Object.values(calls).reduce((sum, count) => sum + count, 0) / requests;
}

/** Whether a logout counts, from what the token was answered afterwards. */
function logoutFrom(statuses: ModeObservations['loggedOut']['statuses']): Answer {
  return neededFrom(answerFrom(statuses) === 'unclear' ? [] : statuses);
}

const withoutList = 'none' satisfies RevocationMode;
const withList = 'deny-list, refuse' satisfies RevocationMode;

const sharedIn = (mode: RevocationMode): Reader<Fact> =>
  inMode(mode, ({ up: { statuses } }) => ({
    answer: answerFrom(statuses),
    evidence: { kind: 'statuses', statuses },
    inferred: false,
  }));

const logoutIn = (mode: RevocationMode): Reader<Fact> =>
  inMode(mode, ({ up, loggedOut: { statuses } }) => ({
    answer: answerFrom(up.statuses) === 'yes' ? logoutFrom(statuses) : 'unclear',
    evidence: { kind: 'after-logout', statuses },
    inferred: false,
  }));

const refusesIn = (mode: RevocationMode): Reader<Fact> =>
  inMode(mode, ({ loggedOutDown: { statuses } }) => ({
    answer: neededFrom(statuses),
    evidence: { kind: 'logged-out-store-down', statuses },
    inferred: false,
  }));

const scalesIn = (mode: RevocationMode): Reader<Fact> =>
  inMode(mode, ({ up: { statuses }, commandCalls, requests }) => ({
    answer: answerFrom(statuses),
    evidence: { kind: 'commands', statuses, perRequest: perRequest(commandCalls, requests) },
    inferred: true,
  }));

const dependsIn = (mode: RevocationMode): Reader<Fact> =>
  inMode(mode, ({ up, down: { statuses } }) => ({
    answer: answerFrom(up.statuses) === 'yes' ? neededFrom(statuses) : 'unclear',
    evidence: { kind: 'store-down', statuses },
    inferred: false,
  }));

/** The servers that did not issue the token: without the one that did, or else while all were alive. */
function othersOf({ servers, redisUp, restarted, killed, badSignature, user }: StatelessObservations): Fact {
  if (killed === undefined) {
    const others = redisUp.statuses.filter((_, index) => servers[index] !== restarted.server);
    return withoutMaker(others, true);
  }
  const isControlled = answerFrom(badSignature.statuses) === 'no';
  return afterKill({ ...user, servers, before: redisUp, killed, isControlled, balanced: null });
}

export const jwtFacts: FeatureReaders = {
  shared: [sharedIn(withoutList)],
  survivesServerLoss: [reader(statelessShape, othersOf)],
  logout: [logoutIn(withoutList)],
  refusesInOutage: [refusesIn(withoutList)],
  scalesOut: [scalesIn(withoutList)],
  survivesRestart: [
    reader(statelessShape, ({ redisUp, restarted: { statuses, userIds }, user }) => {
      const isSameUser = userIds.every((found) => found === null || found === user.userId);
      const isUsable = answerFrom(redisUp.statuses) === 'yes' && isSameUser;
      return {
        answer: isUsable ? answerFrom(statuses) : 'unclear',
        evidence: { kind: 'statuses', statuses },
        inferred: false,
      };
    }),
  ],
  dependsOnService: [dependsIn(withoutList)],
};

/** One of the servers issued the token and one was told of the logout; all know both, so none of them alone keeps it. */
function keptByNoServer({ before, afterLogout }: DenyListObservations): Fact {
  const { statuses } = before;
  const isTold = answerFrom(afterLogout.statuses) === 'no';
  return {
    answer: isTold ? answerFrom(statuses) : 'unclear',
    evidence: {
      kind: 'others-served',
      served: Math.max(0, statuses.filter((status) => status === 200).length - 1),
      of: Math.max(0, statuses.length - 1),
    },
    inferred: true,
  };
}

export const denyListFacts: FeatureReaders = {
  shared: [
    reader(denyListShape, ({ before: { statuses } }) => ({
      answer: answerFrom(statuses),
      evidence: { kind: 'statuses', statuses },
      inferred: false,
    })),
    sharedIn(withList),
  ],
  survivesServerLoss: [reader(denyListShape, keptByNoServer)],
  logout: [
    reader(denyListShape, ({ before, otherUser, logoutStatus, afterLogout: { statuses } }) => {
      const others = answerFrom([...before.statuses, ...otherUser.statuses]);
      return {
        answer: logoutStatus === 200 && others === 'yes' ? logoutFrom(statuses) : 'unclear',
        evidence: { kind: 'after-logout', statuses },
        inferred: false,
      };
    }),
    logoutIn(withList),
  ],
  refusesInOutage: [refusesIn(withList)],
  scalesOut: [
    reader(denyListShape, ({ before: { statuses }, lookUps }) => {
      const good = lookUps.find(({ token }) => token === 'good');
      if (good === undefined) return undefined;
      return {
        answer: answerFrom(statuses),
        evidence: { kind: 'commands', statuses, perRequest: perRequest(good.commandCalls, good.requests) },
        inferred: true,
      };
    }),
    scalesIn(withList),
  ],
  survivesRestart: [reader(denyListShape, keptByNoServer)],
  dependsOnService: [dependsIn(withList)],
};
