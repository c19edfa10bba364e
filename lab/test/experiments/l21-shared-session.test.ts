import { describe, expect, test } from 'vitest';
import type { ServerDeath, SharedSessionObservations } from '../../src/experiments/l21-shared-session/analyse.ts';
import { sharedSession } from '../../src/experiments/l21-shared-session/index.ts';
import { inBothLanguages } from './in-both-languages.ts';
import { atEach, loggedOut, verdicts, without } from './made-up.ts';

const analyseSharedSession = inBothLanguages(sharedSession);

const servers = ['redis-1', 'redis-2', 'redis-3'];
const key = {
  name: 'sallyport:session:{tag}:abcdefgh…',
  type: 'hash',
  ttlMs: 29_990,
  memoryBytes: 312,
  fields: { userId: 'u-1', username: 'ada' },
};
const asExpected: SharedSessionObservations = {
  userId: 'u-1',
  servers,
  login: { status: 200, server: 'redis-2' },
  keysBefore: 0,
  keys: [key],
  direct: atEach([200, 200, 200], 'u-1'),
  anonymous: atEach([401, 401, 401]),
  balanced: {
    statuses: Array.from({ length: 20 }, () => 200),
    servers: Array.from({ length: 20 }, (_, index) => servers[index % 3] ?? null),
  },
  removed: atEach([401, 401, 401]),
};
const judged = (changes: Partial<SharedSessionObservations>) =>
  verdicts(analyseSharedSession({ ...asExpected, ...changes }));

describe('experiment 2.1', () => {
  test('confirms all when one key serves all servers', () => {
    expect(judged({})).toEqual({ H1: 'confirmed', H2: 'confirmed', H3: 'confirmed' });
    const { headline, tables, charts, findings } = analyseSharedSession(asExpected);
    expect(headline).toBe('200 / 200 / 200');
    expect(tables[0]?.rows).toContainEqual(['field userId', 'u-1']);
    expect(tables[1]?.rows[2]).toEqual(['with the cookie, key deleted from Redis', 401, 401, 401]);
    expect(charts[0]).toMatchObject({ kind: 'bar', bars: [{ value: 7 }, { value: 7 }, { value: 6 }] });
    expect(findings.join(' ')).toContain('7 / 7 / 6');
  });

  test('H1: no key, a key of somebody else, or a server with a copy of its own', () => {
    expect(judged({ keys: [] }).H1).toBe('refuted');
    expect(judged({ keys: [{ ...key, fields: { userId: 'u-9' } }] }).H1).toBe('refuted');
    expect(judged({ removed: atEach([401, 200, 401]) }).H1).toBe('refuted');
    expect(judged({ removed: atEach([401, 503, 401]) }).H1).toBe('undecided');
  });

  test('H2: a server that does not know the session, or knows another user', () => {
    expect(judged({ direct: atEach([200, 401, 401], 'u-1') }).H2).toBe('refuted');
    expect(judged({ direct: { ...asExpected.direct, userIds: ['u-1', 'u-1', 'u-2'] } }).H2).toBe('refuted');
    expect(judged({ anonymous: atEach([200, 200, 200]) }).H2).toBe('undecided');
  });

  test('H3: a refused request refutes, a balancer that does not take turns leaves it open', () => {
    const statuses = asExpected.balanced.statuses.map((status, index) => (index === 5 ? 401 : status));
    expect(judged({ balanced: { ...asExpected.balanced, statuses } }).H3).toBe('refuted');
    const oneServer = asExpected.balanced.servers.map(() => 'redis-1');
    expect(judged({ balanced: { ...asExpected.balanced, servers: oneServer } }).H3).toBe('undecided');
  });

  test('without a login nothing is decided', () => {
    expect(judged({ login: { status: 503, server: 'redis-2' }, keys: [] })).toEqual({
      H1: 'undecided',
      H2: 'undecided',
      H3: 'undecided',
    });
  });

  test('a request without an answer has a bar of its own', () => {
    const balanced = { statuses: [200, 'timeout'], servers: ['redis-1', null] };
    const [chart] = analyseSharedSession({ ...asExpected, balanced }).charts;
    expect(chart).toMatchObject({ bars: [{ value: 1 }, { value: 0 }, { value: 0 }, { label: 'no answer', value: 1 }] });
  });
});

describe('a logout and a death at the end of experiment 2.1', () => {
  const logout = loggedOut('redis-3', [200, 200, 200]);
  const death: ServerDeath = {
    userId: 'u-1',
    before: atEach([200, 200, 200]),
    killed: without('redis-1', ['refused', 200, 200]),
    balanced: { statuses: [200, 200, 200], servers: ['redis-2', 'redis-3', 'redis-2'] },
    returned: atEach([200, 200, 200]),
  };
  const findingsOf = (changes: Partial<SharedSessionObservations>) => {
    const observations = { ...asExpected, ...changes };
    // Also holds every row against the number of its columns.
    verdicts(analyseSharedSession(observations));
    return analyseSharedSession(observations).findings.slice(analyseSharedSession(asExpected).findings.length);
  };

  test('add rows and findings, and change no verdict', () => {
    const [before, after] = [asExpected, { ...asExpected, logout, death }].map(analyseSharedSession);
    expect(after?.judgements).toEqual(before?.judgements);
    expect(after?.tables[1]?.rows.slice(0, 3)).toEqual(before?.tables[1]?.rows);
    expect(after?.tables[1]?.rows.slice(3)).toEqual([
      ['second user, before the logout', 200, 200, 200],
      ['second user, within 3.5 ms of the logout at redis-3', 401, 401, 401],
      ['last user, logged in by redis-1', 200, 200, 200],
      ['last user, redis-1 killed', 'refused', 200, 200],
      ['last user, redis-1 started again', 200, 200, 200],
    ]);
    expect(findingsOf({ logout, death })).toEqual([
      expect.stringContaining('answered 401 / 401 / 401 within 3.5 ms'),
      expect.stringContaining('with redis-1 killed the others answered 200 / 200 and the balancer 200 ×3'),
    ]);
  });

  test('are told apart: each may be absent', () => {
    expect(findingsOf({ logout })).toHaveLength(1);
    expect(findingsOf({ death })).toHaveLength(1);
  });

  test('say so when a server still serves who logged out, or a session goes with its server', () => {
    const still = loggedOut('redis-3', [200, 200, 200], [200, 401, 401]);
    expect(findingsOf({ logout: still })).toEqual([expect.stringContaining('was not in force at all servers')]);
    for (const changes of [
      { killed: without('redis-1', ['refused', 401, 401]) },
      { balanced: { statuses: [200, 401], servers: ['redis-2', 'redis-3'] } },
      { returned: atEach([401, 200, 200]) },
    ]) {
      expect(findingsOf({ death: { ...death, ...changes } })).toEqual([expect.stringContaining('A session suffered')]);
    }
  });

  test.each<[string, Partial<SharedSessionObservations>]>([
    ['the server did not die', { death: { ...death, killed: without('redis-1', [200, 200, 200]) } }],
    ['nobody was logged in', { death: { ...death, before: atEach([401, 401, 401]) } }],
    ['the profile was another user’s', { death: { ...death, returned: atEach([200, 200, 200], 'u-9') } }],
    ['a server broke', { death: { ...death, killed: without('redis-1', ['refused', 500, 200]) } }],
    ['the logout failed', { logout: { ...logout, status: 503 } }],
    ['others were logged out too', { logout: { ...logout, others: [401, 401, 401] } }],
    ['a server gave no answer', { logout: loggedOut('redis-3', [200, 200, 200], [401, 'timeout', 401]) }],
  ])('are no finding when %s', (_, changes) => {
    expect(findingsOf(changes)).toEqual([]);
  });

  test('are no finding where servers let everybody in', () => {
    const open = { ...asExpected, anonymous: atEach([200, 200, 200]) };
    expect(analyseSharedSession({ ...open, death }).findings).toEqual(analyseSharedSession(open).findings);
  });
});
