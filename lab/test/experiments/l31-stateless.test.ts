import { describe, expect, test } from 'vitest';
import type { ModeObservations, StatelessObservations } from '../../src/experiments/l31-stateless/analyse.ts';
import { stateless } from '../../src/experiments/l31-stateless/index.ts';
import { inBothLanguages } from './in-both-languages.ts';
import { atEach, verdicts, without } from './made-up.ts';

const analyseStateless = inBothLanguages(stateless);

const good = atEach([200, 200, 200]);
const revoked = atEach([401, 401, 401], 'u-2', 'token revoked');
const away = atEach([503, 503, 503], 'u-1', 'service unavailable');
const user = { userId: 'u-1', username: 'ada', role: 'member' };

const pure: ModeObservations = {
  mode: 'none',
  up: good,
  requests: 30,
  commandCalls: {},
  loggedOut: atEach([200, 200, 200], 'u-2'),
  down: good,
  loggedOutDown: atEach([200, 200, 200], 'u-2'),
  loginDown: 200,
};
const refusing: ModeObservations = {
  ...pure,
  mode: 'deny-list, refuse',
  commandCalls: { mget: 30 },
  loggedOut: revoked,
  down: away,
  loggedOutDown: away,
};
const accepting: ModeObservations = {
  ...refusing,
  mode: 'deny-list, accept',
  down: good,
  loggedOutDown: pure.loggedOut,
};
const asExpected: StatelessObservations = {
  servers: ['jwt-1', 'jwt-2', 'jwt-3'],
  user,
  token: {
    header: { alg: 'HS256', kid: 'lab', typ: 'JWT' },
    payload: { username: 'ada', role: 'member', sub: 'u-1', iat: 1_700_000_000, exp: 1_700_007_200, jti: 'j-1' },
  },
  sizes: { tokenBytes: 312, authorizationHeaderBytes: 334, cookieValueBytes: 55, cookieHeaderBytes: 71 },
  profile: user,
  redisUp: good,
  badSignature: atEach([401, 401, 401], 'u-1', 'invalid signature'),
  redisDown: good,
  restarted: { server: 'jwt-2', ...good },
  modes: [pure, refusing, accepting],
};
const judged = (changes: Partial<StatelessObservations>) => verdicts(analyseStateless({ ...asExpected, ...changes }));

describe('experiment 3.1', () => {
  test('a pure JWT needs neither Redis nor the server that issued it', () => {
    expect(judged({})).toEqual({ H1: 'confirmed', H2: 'confirmed', H3: 'confirmed' });
    const { headline, tables, charts, findings } = analyseStateless(asExpected);
    expect(headline).toBe('200 / 200 / 200 with Redis down');
    expect(tables[1]?.rows).toContainEqual(['payload', 'sub', 'u-1']);
    expect(tables[2]?.rows.map((row) => row.slice(1, 5))).toEqual([
      [0, '200 / 200 / 200', '200 / 200 / 200', '200 / 200 / 200'],
      [1, '401 / 401 / 401', '503 / 503 / 503', '503 / 503 / 503'],
      [1, '401 / 401 / 401', '200 / 200 / 200', '200 / 200 / 200'],
    ]);
    expect(charts[0]).toMatchObject({ bars: [{ value: 55 }, { value: 312 }] });
    expect(findings.join(' ')).toContain('312 bytes with each request instead of 55');
    expect(findings.join(' ')).toContain('Nor can anybody be logged out');
  });

  test('H1: a profile that does not come from the token', () => {
    const { role: _, ...payload } = asExpected.token.payload;
    expect(judged({ token: { ...asExpected.token, payload } }).H1).toBe('refuted');
    expect(judged({ profile: { ...user, role: 'admin' } }).H1).toBe('refuted');
    expect(judged({ profile: { userId: null, username: null, role: null } }).H1).toBe('undecided');
  });

  test('H2: a look-up, a refusal without Redis, or a signature that does not matter', () => {
    expect(judged({ modes: [{ ...pure, commandCalls: { exists: 30 } }] }).H2).toBe('refuted');
    expect(judged({ redisDown: atEach([200, 503, 200]) }).H2).toBe('refuted');
    expect(judged({ badSignature: atEach([401, 200, 401]) }).H2).toBe('refuted');
    expect(judged({ modes: [refusing] }).H2).toBe('undecided');
    expect(judged({ redisUp: atEach([200, 'refused', 200]) }).H2).toBe('undecided');
  });

  test('H3: a token lost at the restart, or taken for another user', () => {
    expect(judged({ restarted: { server: 'jwt-2', ...atEach([200, 401, 200]) } }).H3).toBe('refuted');
    expect(judged({ restarted: { server: 'jwt-2', ...atEach([200, 200, 200], 'u-9') } }).H3).toBe('refuted');
    expect(judged({ redisUp: atEach([401, 401, 401]) }).H3).toBe('undecided');
  });

  test('says that logout works only where it does', () => {
    const { findings } = analyseStateless({ ...asExpected, modes: [{ ...pure, loggedOut: revoked }] });
    expect(findings.join(' ')).not.toContain('Nor can anybody be logged out');
  });

  test('the death of the issuer adds a row and a finding, and changes no verdict', () => {
    const killed = without('jwt-2', [200, 'refused', 200]);
    const [before, after] = [asExpected, { ...asExpected, killed }].map(analyseStateless);
    expect(judged({ killed })).toEqual({ H1: 'confirmed', H2: 'confirmed', H3: 'confirmed' });
    expect(after?.judgements).toEqual(before?.judgements);
    expect(after?.tables[0]?.rows.slice(4)).toEqual([['jwt-2 killed, Redis still down', 200, 'refused', 200]]);
    const told = after?.findings.filter((finding) => !before?.findings.includes(finding));
    expect(told).toEqual([expect.stringContaining('with jwt-2 killed and Redis down the others answered 200 / 200.')]);
  });

  test('the death of the issuer is told as it was, and not at all where it shows nothing', () => {
    const toldOf = (changes: Partial<StatelessObservations>) =>
      analyseStateless({ ...asExpected, ...changes }).findings.filter((finding) => finding.includes('killed'));
    expect(toldOf({ killed: without('jwt-2', [200, 'refused', 401]) })).toEqual([
      expect.stringContaining('did not outlive'),
    ]);
    const killed = without('jwt-2', [200, 'refused', 200]);
    expect(toldOf({})).toEqual([]);
    expect(toldOf({ killed: without('jwt-2', [200, 200, 200]) })).toEqual([]);
    expect(toldOf({ killed: without('jwt-2', [200, 'refused', 'timeout']) })).toEqual([]);
    expect(toldOf({ killed: without('jwt-2', [200, 'refused', 200], 'u-9') })).toEqual([]);
    expect(toldOf({ killed, redisUp: atEach([200, 401, 200]) })).toEqual([]);
    expect(toldOf({ killed, badSignature: good })).toEqual([]);
  });
});
