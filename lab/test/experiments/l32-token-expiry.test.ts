import { describe, expect, test } from 'vitest';
import type {
  Forgery,
  ForgeryKind,
  SkewedToken,
  TokenExpiryObservations,
  TokenLife,
} from '../../src/experiments/l32-token-expiry/analyse.ts';
import { tokenExpiry } from '../../src/experiments/l32-token-expiry/index.ts';
import type { Status } from '../../src/experiments/wording.ts';
import { inBothLanguages } from './in-both-languages.ts';
import { atEach, verdicts } from './made-up.ts';

const analyseTokenExpiry = inBothLanguages(tokenExpiry);

const expired = atEach([401, 401, 401], 'u-1', 'token expired');
const good = atEach([200, 200, 200]);

function forgery(kind: ForgeryKind, status: Status = 401): Forgery {
  return { kind, ...atEach([status, status, status], 'u-1', 'invalid signature') };
}

function skew(offsetSeconds: number, hasNotBefore: boolean, answer = good): SkewedToken {
  return { offsetSeconds, hasNotBefore, expiresInSeconds: 5 + offsetSeconds - 0.4, ...answer };
}

function life(phaseMs: number, changes: Partial<TokenLife> = {}): TokenLife {
  return {
    phaseMs,
    iatSeconds: 1_700_000_000,
    expSeconds: 1_700_000_005,
    expAfterMs: 5000 - phaseMs,
    acceptedUntilMs: 5000 - phaseMs - 20,
    refusedFromMs: 5000 - phaseMs + 10,
    error: 'token expired',
    ...changes,
  };
}

const asExpected: TokenExpiryObservations = {
  servers: ['jwt-1', 'jwt-2', 'jwt-3'],
  ttlSeconds: 5,
  pollMs: 25,
  walk: [
    { afterMs: 2, ...good },
    { afterMs: 3001, ...good },
    { afterMs: 6002, ...expired },
  ],
  lives: [life(500), life(50), life(950)],
  forgeries: [forgery('exp edited'), forgery('role edited'), forgery('alg none'), forgery('another key')],
  skews: [
    skew(-6, false, expired),
    skew(-1, false),
    skew(0, true),
    skew(2, false),
    skew(2, true, atEach([401, 401, 401], 'u-1', 'token claim refused: nbf')),
  ],
};
const judged = (changes: Partial<TokenExpiryObservations>) =>
  verdicts(analyseTokenExpiry({ ...asExpected, ...changes }));

describe('experiment 3.2', () => {
  test('exp is there, is checked, and is the end', () => {
    expect(judged({})).toEqual({ H1: 'confirmed', H2: 'confirmed', H3: 'confirmed' });
    const { headline, tables, charts, findings } = analyseTokenExpiry(asExpected);
    expect(headline).toBe('a 5 s token lived 4.045 s to 4.945 s');
    expect(tables[0]?.rows[2]).toEqual(['6.002 s', 401, 401, 401, 'token expired']);
    expect(tables[1]?.rows[0]).toEqual([500, 5, 4495, 15, 4500, 'token expired']);
    expect(tables[3]?.rows.map((row) => row.slice(0, 3))).toEqual([
      ['6 s slow', 'no', 401],
      ['1 s slow', 'no', 200],
      ['right', 'yes', 200],
      ['2 s fast', 'no', 200],
      ['2 s fast', 'yes', 401],
    ]);
    const [chart] = charts;
    if (chart?.kind !== 'line') throw new Error('The lives are drawn as a line.');
    expect(chart.series[0]?.points).toEqual([
      [50, 4945],
      [500, 4495],
      [950, 4045],
    ]);
    expect(findings.join(' ')).toContain('All 4 kinds of forgery were refused');
    expect(findings.join(' ')).toContain('2 s fast is accepted');
  });

  test('H1: a token that says another end', () => {
    expect(judged({ lives: [life(50), life(500, { expSeconds: 1_700_000_065 })] }).H1).toBe('refuted');
    expect(judged({ lives: [] }).H1).toBe('undecided');
  });

  test('H2: an expired token or a moved exp that is accepted', () => {
    expect(judged({ skews: [skew(-6, false), ...asExpected.skews.slice(1)] }).H2).toBe('refuted');
    const moved = [forgery('exp edited', 200), ...asExpected.forgeries.slice(1)];
    expect(judged({ forgeries: moved }).H2).toBe('refuted');
    expect(analyseTokenExpiry({ ...asExpected, forgeries: moved }).findings.join(' ')).toContain(
      'Forged tokens were accepted: exp moved by an hour',
    );
    expect(judged({ forgeries: [] }).H2).toBe('undecided');
    expect(judged({ skews: asExpected.skews.slice(1) }).H2).toBe('undecided');
  });

  test('H3: accepted after its end', () => {
    const [first, second] = asExpected.walk;
    if (first === undefined || second === undefined) throw new Error('The walk has three steps.');
    expect(judged({ walk: [first, second, { afterMs: 6000, ...atEach([401, 200, 401]) }] }).H3).toBe('refuted');
    expect(judged({ lives: [life(50), life(500, { acceptedUntilMs: 4600, refusedFromMs: 4650 })] }).H3).toBe('refuted');
  });

  test('H3: what was not seen is not decided', () => {
    expect(judged({ lives: [life(50, { refusedFromMs: null, error: null })] }).H3).toBe('undecided');
    expect(judged({ lives: [life(50, { refusedFromMs: 4000, acceptedUntilMs: 3900 })] }).H3).toBe('undecided');
    expect(judged({ walk: [{ afterMs: 2, ...atEach([503, 503, 503]) }, ...asExpected.walk.slice(1)] })).toMatchObject({
      H2: 'undecided',
      H3: 'undecided',
    });
    expect(judged({ walk: asExpected.walk.slice(0, 2) }).H3).toBe('undecided');
  });
});
