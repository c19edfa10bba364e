import { describe, expect, test } from 'vitest';
import type { SharedSessionObservations } from '../../src/experiments/l21-shared-session/analyse.ts';
import { sharedSession } from '../../src/experiments/l21-shared-session/index.ts';
import { inBothLanguages } from './in-both-languages.ts';
import { atEach, verdicts } from './made-up.ts';

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
