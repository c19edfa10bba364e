import { describe, expect, it } from 'vitest';
import type { ServerDeath } from '../../src/experiments/l21-shared-session/analyse.ts';
import type { StatelessObservations } from '../../src/experiments/l31-stateless/analyse.ts';
import type { LogoutTrial } from '../../src/experiments/logout.ts';
import type { WithoutServer } from '../../src/experiments/server-death.ts';
import type { Status } from '../../src/experiments/wording.ts';
import type { ExperimentResult, Json } from '../../src/results.ts';
import type { Feature } from '../../src/summary/facts.ts';
import { factsOf, type SchemeId } from '../../src/summary/schemes.ts';
import { atEach, loggedOut, without as withoutServer } from '../experiments/made-up.ts';
import { denyList, isolation, older, redisDown, serverLoss, sharedSession, stateless } from './made-up-behaviour.ts';
import { madeUpResults, type Observed, olderUsual, usual } from './made-up-results.ts';

/** `no 1.2`, `yes? 2.1` when it is inferred, `missing 1.3`. */
function told(experiments: readonly ExperimentResult[], scheme: SchemeId, feature: Feature): string {
  const known = factsOf(experiments).find((facts) => facts.scheme === scheme)?.known[feature];
  if (known === undefined) throw new Error(`No facts of ${scheme}.`);
  if (known.status === 'missing') return `missing ${known.experiments.join()}`.trim();
  return `${known.fact.answer}${known.fact.inferred ? '?' : ''} ${known.experiment}`;
}

const answer = (observed: Observed, scheme: SchemeId, feature: Feature) =>
  told(madeUpResults({ ...usual, ...observed }).experiments, scheme, feature);

/** The answers of the two others while redis-3 is dead. */
function dead(others: readonly [Status, Status], userId = 'u-4', ofDead: Status = 'refused'): WithoutServer {
  return withoutServer('redis-3', [...others, ofDead], userId);
}

describe('the facts of a run', () => {
  const { experiments } = madeUpResults(usual);
  const expected: Readonly<Record<string, readonly string[]>> = {
    shared: ['no 1.2', 'yes 2.1', 'yes 3.1', 'yes 3.3', 'yes 2.4'],
    survivesServerLoss: ['no 1.3', 'yes 2.1', 'yes 3.1', 'yes? 3.3', 'yes 2.4'],
    logout: ['yes 1.2', 'yes 2.1', 'no 3.1', 'yes 3.3', 'yes 2.4'],
    refusesInOutage: ['yes? 1.2', 'yes? 2.3', 'no 3.1', 'yes 3.1', 'yes 2.4'],
    scalesOut: ['no? 1.3', 'yes 2.1', 'yes? 3.1', 'yes? 3.3', 'yes 2.4'],
    survivesRestart: ['no 1.3', 'yes 2.1', 'yes 3.1', 'yes? 3.3', 'yes 2.4'],
    dependsOnService: ['no? 1.2', 'yes 2.3', 'no 3.1', 'yes 3.1', 'yes 2.4'],
  };

  it.each(Object.entries(expected))('tell of %s what the experiments saw', (feature, answers) => {
    const schemes = ['sticky', 'redis', 'jwt', 'jwt-deny-list', 'coherent'] as const;
    expect(schemes.map((scheme) => told(experiments, scheme, feature as Feature))).toEqual(answers);
  });

  it('are missing, with the experiment that would tell, when it was not run', () => {
    expect(told([], 'sticky', 'shared')).toBe('missing 1.2');
    expect(told([], 'jwt-deny-list', 'logout')).toBe('missing 3.3');
    expect(told([], 'sticky', 'logout')).toBe('missing 1.2');
    const { experiments: failed } = madeUpResults(usual, { failed: ['1.2'] });
    expect(told(failed, 'sticky', 'shared')).toBe('missing 1.2');
  });

  it('are taken from a second experiment where the first was not run', () => {
    const { '3.3': _, ...without } = usual;
    const { experiments: rest } = madeUpResults(without);
    expect(told(rest, 'jwt-deny-list', 'logout')).toBe('yes 3.1');
    expect(told(rest, 'jwt-deny-list', 'shared')).toBe('yes 3.1');
    expect(told(rest, 'jwt-deny-list', 'survivesServerLoss')).toBe('missing 3.3');
  });
});

describe('observations that go against the usual', () => {
  it.each<[string, Observed, SchemeId, Feature, string]>([
    ['sticky servers that know each other’s sessions', { '1.2': isolation(200) }, 'sticky', 'shared', 'yes 1.2'],
    ['servers that break instead of refusing', { '1.2': isolation(500) }, 'sticky', 'shared', 'unclear 1.2'],
    [
      'sessions that outlive their server',
      { '1.3': serverLoss([200, 200]) },
      'sticky',
      'survivesServerLoss',
      'yes 1.3',
    ],
    ['one of two sessions lost', { '1.3': serverLoss([200, 401]) }, 'sticky', 'survivesServerLoss', 'partly 1.3'],
    [
      'nobody answered after the death',
      { '1.3': serverLoss([502, 502]) },
      'sticky',
      'survivesServerLoss',
      'unclear 1.3',
    ],
    ['nothing lost at the return', { '1.3': serverLoss([200, 200]) }, 'sticky', 'scalesOut', 'yes? 1.3'],
    [
      'a Redis session that only one server knows',
      { '2.1': older(sharedSession({ direct: atEach([200, 401, 401]) })) },
      'redis',
      'survivesServerLoss',
      'no? 2.1',
    ],
    [
      'the profile of another user',
      { '2.1': sharedSession({ direct: atEach([200, 200, 200], 'u-9') }) },
      'redis',
      'shared',
      'unclear 2.1',
    ],
    [
      'servers that let everybody in',
      { '2.1': sharedSession({ anonymous: atEach([200, 200, 200]) }) },
      'redis',
      'shared',
      'unclear 2.1',
    ],
    [
      'a session that works after it was deleted',
      { '2.1': older(sharedSession({ removed: atEach([200, 200, 200]) })) },
      'redis',
      'logout',
      'no? 2.1',
    ],
    [
      'a copy in the servers',
      { '2.1': older(sharedSession({ removed: atEach([200, 401, 401]) })) },
      'redis',
      'survivesRestart',
      'unclear? 2.1',
    ],
    ['profiles that are served without Redis', { '2.3': redisDown(200) }, 'redis', 'dependsOnService', 'no 2.3'],
    ['users that are let in without Redis', { '2.3': redisDown(200) }, 'redis', 'refusesInOutage', 'no? 2.3'],
    [
      'a pure JWT that is refused after the logout',
      { '3.1': stateless({ loggedOut: atEach([401, 401, 401]) }) },
      'jwt',
      'logout',
      'yes 3.1',
    ],
    [
      'a logout that two of three servers know',
      { '3.1': stateless({ loggedOut: atEach([401, 401, 200]) }) },
      'jwt',
      'logout',
      'partly 3.1',
    ],
    [
      'tokens that need Redis',
      { '3.1': stateless({ down: atEach([503, 503, 503]) }) },
      'jwt',
      'dependsOnService',
      'yes 3.1',
    ],
    [
      'tokens that a restart makes worthless',
      { '3.1': stateless({}, { restarted: { server: 'jwt-1', ...atEach([401, 401, 401]) } }) },
      'jwt',
      'survivesRestart',
      'no 3.1',
    ],
    [
      'servers that take any signature',
      { '3.1': stateless({}, { badSignature: atEach([200, 200, 200]) }) },
      'jwt',
      'shared',
      'unclear 3.1',
    ],
    [
      'a deny-list that does not work',
      { '3.3': denyList({ afterLogout: { afterMs: 1, ...atEach([200, 200, 200]) } }) },
      'jwt-deny-list',
      'logout',
      'no 3.3',
    ],
    [
      'a logout that throws out others too; 3.1 tells better',
      { '3.3': denyList({ otherUser: atEach([401, 401, 401]) }) },
      'jwt-deny-list',
      'logout',
      'yes 3.1',
    ],
  ])('%s', (_, observed, scheme, feature, expected) => {
    expect(answer(observed, scheme, feature)).toBe(expected);
  });
});

describe('a logout and a death that were tried', () => {
  const sticky = (logout: LogoutTrial, feature: Feature = 'logout') =>
    answer({ '1.2': { ...isolation(), logout } }, 'sticky', feature);
  const tried = loggedOut('sticky-1', [200, 401, 401]);

  it('tell whether sticky sessions can be logged out, by the server that knew the user', () => {
    expect(sticky(loggedOut('sticky-1', [200, 401, 401], [200, 401, 401]))).toBe('no 1.2');
    expect(sticky(loggedOut('sticky-1', [200, 401, 401], [401, 200, 401]))).toBe('partly 1.2');
    expect(sticky(loggedOut('sticky-1', [200, 401, 401], [401, 'timeout', 401]))).toBe('yes 1.2');
    expect(sticky(loggedOut('sticky-1', [200, 401, 401], ['timeout', 401, 401]))).toBe('unclear 1.2');
  });

  it.each<[string, LogoutTrial]>([
    ['nobody was logged in', loggedOut('sticky-1', [401, 401, 401])],
    ['another user was logged in', { ...tried, before: atEach([200, 401, 401], 'u-9') }],
    ['the logout failed', { ...tried, status: 500 }],
    ['everybody else was logged out too', { ...tried, others: [200, 401] }],
    ['there was nobody else to ask', { ...tried, others: [] }],
  ])('tell nothing when %s', (_, logout) => {
    expect(sticky(logout)).toBe('unclear 1.2');
    expect(answer({ '2.1': sharedSession({ logout }) }, 'redis', 'logout')).toBe('unclear 2.1');
  });

  it('let a logout stand for an outage of Redis only where servers keep what they made', () => {
    expect(sticky(tried, 'refusesInOutage')).toBe('yes? 1.2');
    expect(sticky(loggedOut('sticky-1', [200, 401, 401], [200, 401, 401]), 'refusesInOutage')).toBe('no? 1.2');
    const [first, ...rest] = isolation().held.after;
    const elsewhere = { before: [], after: [{ ...first!, users: ['u-9'] }, ...rest] };
    expect(answer({ '1.2': { ...isolation(), held: elsewhere } }, 'sticky', 'refusesInOutage')).toBe('unclear? 1.2');
  });

  const { death: usualDeath } = sharedSession();
  const redis = (changes: Partial<ServerDeath>, feature: Feature) =>
    answer({ '2.1': sharedSession({ death: { ...usualDeath!, ...changes } }) }, 'redis', feature);

  it.each<[string, Partial<ServerDeath>, string, string]>([
    [
      'sessions that go with their server',
      { killed: dead([401, 401]), balanced: { statuses: [401, 401], servers: [] } },
      'no 2.1',
      'yes 2.1',
    ],
    ['one server that does not know them', { killed: dead([200, 401]) }, 'partly 2.1', 'yes 2.1'],
    // What was tried and went wrong is not covered up by what would follow from the rest.
    ['servers that break', { killed: dead([500, 500]) }, 'unclear 2.1', 'yes 2.1'],
    ['a balancer that breaks', { balanced: { statuses: [200, 502], servers: [null] } }, 'unclear 2.1', 'yes 2.1'],
    ['a balancer that loses the cookie', { balanced: { statuses: [200, 401], servers: [] } }, 'partly 2.1', 'yes 2.1'],
    ['sessions lost at the return', { returned: atEach([200, 200, 401], 'u-4') }, 'yes 2.1', 'partly 2.1'],
    ['another user at the return', { returned: atEach([200, 200, 200], 'u-9') }, 'yes 2.1', 'unclear 2.1'],
    ['another user after the death', { killed: dead([200, 200], 'u-9') }, 'unclear 2.1', 'unclear 2.1'],
    ['a server that did not die', { killed: dead([200, 200], 'u-4', 200) }, 'unclear 2.1', 'unclear 2.1'],
    ['nobody logged in before', { before: atEach([401, 401, 401]) }, 'unclear 2.1', 'unclear 2.1'],
  ])('tell of %s', (_, changes, survives, restarts) => {
    expect(redis(changes, 'survivesServerLoss')).toBe(survives);
    expect(redis(changes, 'survivesRestart')).toBe(restarts);
  });

  it('tell nothing of Redis sessions when servers let everybody in', () => {
    const open = { '2.1': sharedSession({ anonymous: atEach([200, 200, 200]) }) };
    for (const feature of ['logout', 'survivesServerLoss', 'survivesRestart'] as const) {
      expect(answer(open, 'redis', feature)).toBe('unclear 2.1');
    }
  });

  it('tell of tokens whose issuer was killed', () => {
    const jwt = (changes: Partial<StatelessObservations>) =>
      answer({ '3.1': stateless({}, changes) }, 'jwt', 'survivesServerLoss');
    const killed = (statuses: readonly Status[], userId?: string) => ({
      killed: withoutServer('jwt-1', statuses, userId),
    });
    expect(jwt(killed(['refused', 401, 401]))).toBe('no 3.1');
    expect(jwt(killed(['refused', 200, 401]))).toBe('partly 3.1');
    expect(jwt(killed(['refused', 'timeout', 200]))).toBe('unclear 3.1');
    expect(jwt(killed([200, 200, 200]))).toBe('unclear 3.1');
    expect(jwt(killed(['refused', 200, 200], 'u-9'))).toBe('unclear 3.1');
    expect(jwt({ badSignature: atEach([200, 200, 200]) })).toBe('unclear 3.1');
  });
});

describe('observations of another version of the lab', () => {
  it('that did not try a logout and a death fall back to what follows from the rest', () => {
    const { experiments } = madeUpResults(olderUsual);
    expect(told(experiments, 'sticky', 'logout')).toBe('missing 1.2');
    expect(told(experiments, 'sticky', 'refusesInOutage')).toBe('missing 1.2');
    expect(told(experiments, 'sticky', 'shared')).toBe('no 1.2');
    expect(told(experiments, 'redis', 'logout')).toBe('yes? 2.1');
    expect(told(experiments, 'redis', 'survivesServerLoss')).toBe('yes? 2.1');
    expect(told(experiments, 'redis', 'survivesRestart')).toBe('yes? 2.1');
    expect(told(experiments, 'jwt', 'survivesServerLoss')).toBe('yes? 3.1');
    expect(told(experiments, 'jwt', 'survivesRestart')).toBe('yes 3.1');
  });

  const parts = (value: Json, path: readonly string[] = []): string[][] =>
    typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([key, part]) => [[...path, key], ...parts(part as Json, [...path, key])])
      : [];

  function without(value: Json, path: readonly string[], replacement: Json | undefined): Json {
    const copy = structuredClone(value) as Record<string, Json>;
    let place = copy;
    for (const key of path.slice(0, -1)) place = place[key] as Record<string, Json>;
    const last = path.at(-1)!;
    if (replacement === undefined) delete place[last];
    else place[last] = replacement;
    return copy;
  }

  it.each(['1.2', '1.3', '2.1', '2.3', '2.4', '3.1', '3.3'])('never stop the summary of %s, whatever is gone', (id) => {
    const { experiments } = madeUpResults(usual);
    const result = experiments.find((candidate) => candidate.id === id)!;
    // The blocks of 3.3 are many and alike.
    const paths = parts(result.observations).filter(([first, , third]) => first !== 'cost' || Number(third ?? 0) < 2);
    expect(paths.length).toBeGreaterThan(30);
    for (const path of paths) {
      for (const replacement of [undefined, null, 'text', -7, [], {}]) {
        const observations = without(result.observations, path, replacement);
        expect(() => factsOf([{ ...result, observations }]), `${path.join('.')} = ${replacement}`).not.toThrow();
      }
    }
    for (const observations of [null, 'text', 7, [], {}]) {
      const facts = factsOf([{ ...result, observations }]);
      const known = facts.flatMap((scheme) => Object.values(scheme.known)).filter(({ status }) => status === 'known');
      expect(known).toEqual([]);
    }
  });
});
