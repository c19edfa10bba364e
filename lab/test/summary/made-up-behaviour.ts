/** Observations of the experiments on behaviour, as they are when everything goes as usual. */

import type { IsolationObservations } from '../../src/experiments/l12-isolation/analyse.ts';
import type { ServerLossObservations, UserAnswer } from '../../src/experiments/l13-server-loss/figures.ts';
import type { SharedSessionObservations } from '../../src/experiments/l21-shared-session/analyse.ts';
import type { OutageCell, RedisDownObservations } from '../../src/experiments/l23-redis-down/observations.ts';
import type { ModeObservations, StatelessObservations } from '../../src/experiments/l31-stateless/analyse.ts';
import type { DenyListObservations, LookUps } from '../../src/experiments/l33-deny-list/analyse.ts';
import type { TokenKind } from '../../src/experiments/l33-deny-list/measured.ts';
import type { Status } from '../../src/experiments/wording.ts';
import { atEach, loggedOut, without } from '../experiments/made-up.ts';

const direct = (owner: string, statuses: readonly Status[]) =>
  statuses.map((status, index) => ({
    server: `sticky-${index + 1}`,
    status,
    userId: status === 200 ? owner : null,
    error: status === 200 ? null : 'session not found',
  }));

/** As a lab recorded it that did not try these steps yet. */
export function older<Observed extends object>(observed: Observed): Omit<Observed, 'logout' | 'death' | 'killed'> {
  const { logout: _, death: __, killed: ___, ...rest } = observed as Record<string, unknown>;
  return rest as Omit<Observed, 'logout' | 'death' | 'killed'>;
}

/** @param others What a server answers that did not make the session. */
export function isolation(others: Status = 401): IsolationObservations {
  const servers = ['sticky-1', 'sticky-2', 'sticky-3'];
  const trials = servers.map((owner, index) => ({
    userId: `u-${index + 1}`,
    login: 200,
    owner,
    direct: direct(
      `u-${index + 1}`,
      servers.map((server) => (server === owner ? 200 : others)),
    ),
  }));
  const held = (sessions: number) =>
    servers.map((server, index) => ({ server, sessions, users: sessions === 0 ? [] : [`u-${index + 1}`] }));
  return {
    servers,
    login: { status: 200, server: 'sticky-1' },
    direct: { statuses: [200, others, others], answers: trials[0]!.direct },
    held: { before: held(0), after: held(1) },
    trials,
    misrouted: [{ owner: 'sticky-1', server: 'sticky-2', status: others, error: 'session not found' }],
    logout: loggedOut('sticky-1', [200, others, others]),
  };
}

function answers(statuses: Readonly<Record<string, Status>>): UserAnswer[] {
  return Object.entries(statuses).map(([userId, status]) => ({
    userId,
    status,
    server: 'sticky-2',
    tries: 1,
    durationMs: 2,
  }));
}

/** @param afterwards What the two users of the dead server are answered, after its death and after its return. */
export function serverLoss(afterwards: readonly [Status, Status] = [401, 401]): ServerLossObservations {
  const allWell = answers({ 'u-1': 200, 'u-2': 200, 'u-3': 200 });
  const hit = answers({ 'u-1': afterwards[0], 'u-2': afterwards[1], 'u-3': 200 });
  return {
    servers: ['sticky-1', 'sticky-2'],
    failTimeoutMs: 1000,
    users: ['sticky-1', 'sticky-1', 'sticky-2'].map((server, index) => ({
      userId: `u-${index + 1}`,
      address: '192.0.2.1',
      login: 200,
      server,
    })),
    before: allWell,
    killed: {
      server: 'sticky-1',
      killedAtMs: 100,
      samples: [
        { atMs: 90, durationMs: 4, status: 200, server: 'sticky-1', tries: 1 },
        { atMs: 101, durationMs: 4, status: 200, server: 'sticky-2', tries: 2 },
      ],
      afterKill: hit,
      loginsAgain: allWell,
      afterLogin: allWell,
      returnedAfterMs: 1500,
      afterReturn: hit,
    },
    frozen: {
      server: 'sticky-1',
      logins: allWell,
      first: hit,
      second: hit,
      returnedAfterMs: 1000,
      afterThaw: allWell,
    },
  };
}

export function sharedSession(changes: Partial<SharedSessionObservations> = {}): SharedSessionObservations {
  const servers = ['redis-1', 'redis-2', 'redis-3'];
  return {
    userId: 'u-1',
    servers,
    login: { status: 200, server: 'redis-1' },
    keysBefore: 0,
    keys: [
      {
        name: 'sallyport:session:{tag}:…',
        type: 'hash',
        ttlMs: 1_799_000,
        memoryBytes: 300,
        fields: { userId: 'u-1' },
      },
    ],
    direct: atEach([200, 200, 200]),
    anonymous: atEach([401, 401, 401]),
    balanced: {
      statuses: Array.from({ length: 20 }, () => 200),
      servers: Array.from({ length: 20 }, (_, index) => servers[index % 3]!),
    },
    removed: atEach([401, 401, 401]),
    logout: loggedOut('redis-2', [200, 200, 200]),
    death: {
      userId: 'u-4',
      before: atEach([200, 200, 200], 'u-4'),
      killed: without('redis-3', [200, 200, 'refused'], 'u-4'),
      balanced: {
        statuses: [200, 200, 200, 200, 200, 200],
        servers: ['redis-1', 'redis-2', 'redis-1', 'redis-2', 'redis-1', 'redis-2'],
      },
      returned: atEach([200, 200, 200], 'u-4'),
    },
    ...changes,
  };
}

/** @param during What a profile is answered while Redis is down. */
export function redisDown(during: Status = 503): RedisDownObservations {
  const cell = (signal: OutageCell['signal'], after: Status): OutageCell => ({
    persistence: 'save-points',
    signal,
    before: [200, 200],
    outage: (['profile', 'profile', 'login', 'logout'] as const).map((request) => ({
      request,
      round: 1,
      status: request === 'profile' ? during : 503,
      durationMs: 3,
      sinceSignalMs: 12,
    })),
    retryAfterSeconds: 1,
    servedAgainMs: 30,
    after: [after, after],
    newLogin: { status: 200, profileStatus: 200 },
  });
  return {
    cells: [cell('SIGTERM', 200), cell('SIGKILL', 401)],
    frozen: { requestEveryMs: 50, frozenAtMs: 500, thawedAtMs: 1500, samples: [], after: [200, 200] },
  };
}

function mode(name: ModeObservations['mode'], changes: Partial<ModeObservations>): ModeObservations {
  return {
    mode: name,
    up: atEach([200, 200, 200]),
    requests: 30,
    commandCalls: {},
    loggedOut: atEach([200, 200, 200]),
    down: atEach([200, 200, 200]),
    loggedOutDown: atEach([200, 200, 200]),
    loginDown: 200,
    ...changes,
  };
}

/** @param pure How servers without a list behave, where it is not as usual. */
export function stateless(
  pure: Partial<ModeObservations> = {},
  changes: Partial<StatelessObservations> = {},
): StatelessObservations {
  const revoked = atEach([401, 401, 401], 'u-1', 'token revoked');
  const withList = { commandCalls: { mget: 30 }, loggedOut: revoked };
  return {
    servers: ['jwt-1', 'jwt-2', 'jwt-3'],
    user: { userId: 'u-1', username: 'ada', role: 'admin' },
    token: {
      header: { alg: 'HS256', typ: 'JWT' },
      payload: { sub: 'u-1', username: 'ada', role: 'admin', iat: 1_700_000_000, exp: 1_700_007_200 },
    },
    sizes: { tokenBytes: 344, authorizationHeaderBytes: 366, cookieValueBytes: 55, cookieHeaderBytes: 71 },
    profile: { userId: 'u-1', username: 'ada', role: 'admin' },
    redisUp: atEach([200, 200, 200]),
    badSignature: atEach([401, 401, 401], 'u-1', 'invalid signature'),
    redisDown: atEach([200, 200, 200]),
    restarted: { server: 'jwt-1', ...atEach([200, 200, 200]) },
    killed: without('jwt-1', ['refused', 200, 200]),
    modes: [
      mode('none', pure),
      mode('deny-list, refuse', {
        ...withList,
        down: atEach([503, 503, 503]),
        loggedOutDown: atEach([503, 503, 503]),
      }),
      mode('deny-list, accept', withList),
    ],
    ...changes,
  };
}

function lookUp(token: TokenKind, calls: number, error: string | null): LookUps {
  return {
    token,
    requests: 15,
    commandCalls: calls === 0 ? {} : { mget: calls },
    status: error === null ? 200 : 401,
    error,
  };
}

export function denyList(changes: Partial<DenyListObservations> = {}): DenyListObservations {
  const entry = (ttlSeconds: number): DenyListObservations['entry'] => ({
    ttlSeconds,
    key: { name: 'sallyport:token:…', type: 'string', ttlMs: ttlSeconds * 1000 - 700, memoryBytes: 120, fields: {} },
    tokenLeftMs: ttlSeconds * 1000 - 701,
    endsAfterTokenMs: 0,
  });
  return {
    servers: ['jwt-1', 'jwt-2', 'jwt-3'],
    before: atEach([200, 200, 200]),
    keysBefore: 0,
    logoutStatus: 200,
    keysAfter: 1,
    entry: entry(7200),
    afterLogout: { afterMs: 9.5, ...atEach([401, 401, 401], 'u-1', 'token revoked') },
    otherUser: atEach([200, 200, 200], 'u-2'),
    short: {
      entry: entry(30),
      waitedMs: 35_000,
      deletedAfterExpMs: 60,
      existsAfter: false,
      after: atEach([401, 401, 401], 'u-3', 'token expired'),
    },
    lookUps: [
      lookUp('good', 15, null),
      lookUp('logged out', 15, 'token revoked'),
      lookUp('signature altered', 0, 'invalid signature'),
      lookUp('expired', 0, 'token expired'),
      lookUp('expired and logged out', 0, 'token expired'),
    ],
    withoutList: lookUp('good', 0, null),
    ...changes,
  };
}
