import { describe, expect, it } from 'vitest';
import type { ExperimentResult, Json } from '../../src/results.ts';
import type { Feature } from '../../src/summary/facts.ts';
import { factsOf, type SchemeId } from '../../src/summary/schemes.ts';
import { atEach } from '../experiments/made-up.ts';
import { denyList, isolation, redisDown, serverLoss, sharedSession, stateless } from './made-up-behaviour.ts';
import { madeUpResults, type Observed, usual } from './made-up-results.ts';

/** `no 1.2`, `yes? 2.1` when it is inferred, `missing 1.3`. */
function told(experiments: readonly ExperimentResult[], scheme: SchemeId, feature: Feature): string {
  const known = factsOf(experiments).find((facts) => facts.scheme === scheme)?.known[feature];
  if (known === undefined) throw new Error(`No facts of ${scheme}.`);
  if (known.status === 'missing') return `missing ${known.experiments.join()}`.trim();
  return `${known.fact.answer}${known.fact.inferred ? '?' : ''} ${known.experiment}`;
}

const answer = (observed: Observed, scheme: SchemeId, feature: Feature) =>
  told(madeUpResults({ ...usual, ...observed }).experiments, scheme, feature);

describe('the facts of a run', () => {
  const { experiments } = madeUpResults(usual);
  const expected: Readonly<Record<string, readonly string[]>> = {
    shared: ['no 1.2', 'yes 2.1', 'yes 3.1', 'yes 3.3'],
    survivesServerLoss: ['no 1.3', 'yes? 2.1', 'yes? 3.1', 'yes? 3.3'],
    logout: ['missing', 'yes? 2.1', 'no 3.1', 'yes 3.3'],
    refusesInOutage: ['missing', 'yes? 2.3', 'no 3.1', 'yes 3.1'],
    scalesOut: ['no? 1.3', 'yes 2.1', 'yes? 3.1', 'yes? 3.3'],
    survivesRestart: ['no 1.3', 'yes? 2.1', 'yes 3.1', 'yes? 3.3'],
    dependsOnService: ['no? 1.2', 'yes 2.3', 'no 3.1', 'yes 3.1'],
  };

  it.each(Object.entries(expected))('tell of %s what the experiments saw', (feature, answers) => {
    const schemes = ['sticky', 'redis', 'jwt', 'jwt-deny-list'] as const;
    expect(schemes.map((scheme) => told(experiments, scheme, feature as Feature))).toEqual(answers);
  });

  it('are missing, with the experiment that would tell, when it was not run', () => {
    expect(told([], 'sticky', 'shared')).toBe('missing 1.2');
    expect(told([], 'jwt-deny-list', 'logout')).toBe('missing 3.3');
    expect(told([], 'sticky', 'logout')).toBe('missing');
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
      { '2.1': sharedSession({ direct: atEach([200, 401, 401]) }) },
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
      { '2.1': sharedSession({ removed: atEach([200, 200, 200]) }) },
      'redis',
      'logout',
      'no? 2.1',
    ],
    [
      'a copy in the servers',
      { '2.1': sharedSession({ removed: atEach([200, 401, 401]) }) },
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

describe('observations of another version of the lab', () => {
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

  it.each(['1.2', '1.3', '2.1', '2.3', '3.1', '3.3'])('never stop the summary of %s, whatever is gone', (id) => {
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
