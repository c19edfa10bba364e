/** Which parts of the experiments' observations the summary reads, and what they have to look like. */

import type { IsolationObservations } from '../experiments/l12-isolation/analyse.ts';
import type { ServerLossObservations } from '../experiments/l13-server-loss/figures.ts';
import type { SharedSessionObservations } from '../experiments/l21-shared-session/analyse.ts';
import type { RedisDownObservations } from '../experiments/l23-redis-down/observations.ts';
import type { StaleCopiesObservations } from '../experiments/l24-stale-copies/observations.ts';
import type { StatelessObservations } from '../experiments/l31-stateless/analyse.ts';
import type { DenyListObservations } from '../experiments/l33-deny-list/analyse.ts';
import {
  type Check,
  isAnyOf,
  isAtLeast,
  isListOf,
  isNumber,
  isObject,
  isRecordOf,
  isText,
} from '../report/json-shape.ts';
import type { ObservedShape } from './observed.ts';

export const orNull =
  (check: Check): Check =>
  (value, path) => {
    if (value !== null) check(value, path);
  };
const isStatus = isAnyOf('a status', isNumber, isText);
const isStatuses = isListOf(isStatus);
const isCount = isAtLeast(0);
const isTextOrNull = orNull(isText);
const isAtEach = isObject({ statuses: isStatuses, userIds: isListOf(isTextOrNull) });
const isBalanced = isObject({ statuses: isStatuses, servers: isListOf(isTextOrNull) });
const isLogout = isObject({
  userId: isText,
  server: isText,
  status: isStatus,
  before: isAtEach,
  after: isAtEach,
  others: isStatuses,
});
/** One of the servers is named: restarted, or killed. */
const isAtEachOf = isObject({ server: isText, statuses: isStatuses, userIds: isListOf(isTextOrNull) });
const isDeath = isObject({
  userId: isText,
  before: isAtEach,
  killed: isAtEachOf,
  balanced: isBalanced,
  returned: isAtEach,
});
const isAnswers = isListOf(isObject({ userId: isText, status: isStatus, server: isTextOrNull, durationMs: isCount }));

export const isolationShape: ObservedShape<IsolationObservations> = {
  experiment: '1.2',
  check: isObject(
    {
      direct: isObject({ statuses: isStatuses }),
      held: isObject({
        after: isListOf(isObject({ server: isText, sessions: orNull(isCount), users: isListOf(isText) })),
      }),
      trials: isListOf(
        isObject({
          userId: isText,
          login: isStatus,
          owner: isTextOrNull,
          direct: isListOf(isObject({ server: isText, status: isStatus })),
        }),
      ),
    },
    { logout: isLogout },
  ),
};

export const serverLossShape: ObservedShape<ServerLossObservations> = {
  experiment: '1.3',
  check: isObject({
    users: isListOf(isObject({ userId: isText, server: isTextOrNull })),
    before: isAnswers,
    killed: isObject({
      server: isText,
      killedAtMs: isNumber,
      samples: isListOf(isObject({ atMs: isNumber, durationMs: isCount, status: isStatus, server: isTextOrNull })),
      afterKill: isAnswers,
      loginsAgain: isAnswers,
      afterLogin: isAnswers,
      returnedAfterMs: orNull(isCount),
      afterReturn: isAnswers,
    }),
    frozen: isObject({ first: isAnswers, second: isAnswers }),
  }),
};

export const sharedSessionShape: ObservedShape<SharedSessionObservations> = {
  experiment: '2.1',
  check: isObject(
    {
      userId: isText,
      servers: isListOf(isText),
      login: isObject({ status: isStatus, server: isTextOrNull }),
      direct: isAtEach,
      anonymous: isAtEach,
      balanced: isBalanced,
      removed: isAtEach,
    },
    {
      logout: isLogout,
      death: isDeath,
    },
  ),
};

export const redisDownShape: ObservedShape<RedisDownObservations> = {
  experiment: '2.3',
  check: isObject({
    cells: isListOf(
      isObject({
        before: isStatuses,
        outage: isListOf(isObject({ request: isText, status: isStatus })),
        after: isStatuses,
      }),
    ),
  }),
};

const isAnswerCounts = isObject({ served: isCount, refused: isCount, unavailable: isCount });

export const staleCopiesShape: ObservedShape<StaleCopiesObservations> = {
  experiment: '2.4',
  check: isObject({
    leaseMs: isCount,
    trials: isListOf(
      isObject({
        scheme: isText,
        condition: isText,
        before: isStatus,
        logoutStatus: isStatus,
        staleMs: isCount,
        refusedAfterMs: orNull(isCount),
        answers: isAnswerCounts,
      }),
    ),
    shared: isObject({
      servers: isListOf(isText),
      anonymous: isAtEach,
      balanced: isBalanced,
      death: isDeath,
      outage: isObject({ loggedIn: isStatuses, loggedOut: isStatuses }),
    }),
  }),
};

export const statelessShape: ObservedShape<StatelessObservations> = {
  experiment: '3.1',
  check: isObject(
    {
      servers: isListOf(isText),
      user: isObject({ userId: isText }),
      redisUp: isAtEach,
      badSignature: isAtEach,
      redisDown: isAtEach,
      restarted: isAtEachOf,
      modes: isListOf(
        isObject({
          mode: isText,
          up: isAtEach,
          requests: isCount,
          commandCalls: isRecordOf(isCount),
          loggedOut: isAtEach,
          down: isAtEach,
          loggedOutDown: isAtEach,
        }),
      ),
    },
    { killed: isAtEachOf },
  ),
};

export const denyListShape: ObservedShape<DenyListObservations> = {
  experiment: '3.3',
  check: isObject({
    before: isAtEach,
    logoutStatus: isStatus,
    entry: orNull(isObject({ ttlSeconds: isCount, key: isObject({ ttlMs: isNumber }) })),
    afterLogout: isAtEach,
    otherUser: isAtEach,
    lookUps: isListOf(isObject({ token: isText, requests: isCount, commandCalls: isRecordOf(isCount) })),
  }),
};
