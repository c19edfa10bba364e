import { describe, expect, test } from 'vitest';
import type { Access, SlidingTtlObservations, Visit } from '../../src/experiments/l22-sliding-ttl/analyse.ts';
import { slidingTtl } from '../../src/experiments/l22-sliding-ttl/index.ts';
import { inBothLanguages } from './in-both-languages.ts';
import { verdicts } from './made-up.ts';

const analyseSlidingTtl = inBothLanguages(slidingTtl);

const ttlMs = 3000;

function access(atMs: number, changes: Partial<Access> = {}): Access {
  return { atMs, status: 200, ttlBeforeMs: 1500, ttlAfterMs: 2996, elapsedMs: 5, ...changes };
}

function visit(accesses: readonly Access[], changes: Partial<Visit> = {}): Visit {
  const samples = [
    [100, 2998],
    [1000, 2100],
    [5000, -2],
  ] as const;
  return {
    loginAtMs: 100,
    loginStatus: 200,
    absoluteMs: 43_200_000,
    ttlMs: 2998,
    samples,
    accesses,
    goneAtMs: 5000,
    ...changes,
  };
}

const refused = { status: 401, ttlBeforeMs: -2, ttlAfterMs: -2 };
const asExpected: SlidingTtlObservations = {
  ttlMs,
  sampleEveryMs: 20,
  visitor: visit([access(1100, { ttlBeforeMs: 2000 }), access(4600, refused)]),
  active: visit(
    [1600, 3100, 4600, 6100, 7600, 9100].map((atMs) => access(atMs)),
    { goneAtMs: null },
  ),
  idle: [
    { expiresAtMs: 3100, deletedAtMs: 3180, statusAfter: 401 },
    { expiresAtMs: 3110, deletedAtMs: 3115, statusAfter: 401 },
  ],
  capped: visit([access(1600), access(3100), access(4600), access(6400, refused)], { absoluteMs: 6000 }),
};
const judged = (changes: Partial<SlidingTtlObservations>) => verdicts(analyseSlidingTtl({ ...asExpected, ...changes }));

describe('experiment 2.2', () => {
  test('access resets, an active user stays up to the cap, an idle one goes', () => {
    expect(judged({})).toEqual({ H1: 'confirmed', H2: 'conditional', H3: 'confirmed' });
    const { headline, tables, charts } = analyseSlidingTtl(asExpected);
    expect(headline).toBe('back to 2.996 s of 3 s at an access');
    expect(tables[0]?.rows.map((row) => row.at(-1))).toEqual([200, '–', 200, 401]);
    expect(tables[0]?.rows[1]).toEqual(['1 s later, before the access', 2, 2, '–']);
    expect(tables[2]?.rows).toEqual([
      [1, 80, 401],
      [2, 5, 401],
    ]);
    const [chart] = charts;
    if (chart?.kind !== 'line') throw new Error('The TTL is drawn as a line.');
    expect(chart.series[0]?.points.at(-1)).toEqual([5, 0]);
    expect(chart.marks?.map(({ label }) => label)).toEqual(['login', 'access', 'asked again: 401', 'key gone']);
  });

  test('H1: an access that leaves the TTL as it was, or renews it by less than the whole', () => {
    const { active } = asExpected;
    const others = active.accesses.slice(1);
    const with1 = (first: Access) => judged({ active: { ...active, accesses: [first, ...others] } }).H1;
    expect(with1(access(1600, { ttlAfterMs: 1495 }))).toBe('refuted');
    expect(with1(access(1600, { ttlAfterMs: 2500 }))).toBe('refuted');
    // A slow request explains what is missing; one that failed explains nothing.
    expect(with1(access(1600, { ttlAfterMs: 2500, elapsedMs: 510 }))).toBe('confirmed');
    expect(with1(access(1600, { status: 503, ttlAfterMs: 1490 }))).toBe('undecided');
  });

  test('H1: without an access to a living session nothing is decided', () => {
    const nobody = { visitor: visit([access(4600, refused)]), active: visit([]) };
    const { judgements } = analyseSlidingTtl({ ...asExpected, ...nobody });
    expect(judgements[0]?.verdict).toBe('undecided');
  });

  test('H2: logged out although active', () => {
    const accesses = asExpected.active.accesses.map((seen, index) => (index === 3 ? { ...seen, ...refused } : seen));
    expect(judged({ active: visit(accesses) }).H2).toBe('refuted');
  });

  test('H2: a user who was not active, or not for long enough, shows nothing', () => {
    expect(judged({ active: visit([access(1600), access(4700), access(9200)]) }).H2).toBe('undecided');
    expect(judged({ active: visit([access(1600), access(3100)]) }).H2).toBe('undecided');
    const accesses = asExpected.active.accesses.map((seen, index) =>
      index === 3 ? { ...seen, status: 'timeout' } : seen,
    );
    expect(judged({ active: visit(accesses) }).H2).toBe('undecided');
  });

  test('H2: without the cap in sight an active user stays', () => {
    expect(judged({ capped: visit([access(1600), access(3100)], { absoluteMs: 6000 }) }).H2).toBe('confirmed');
    // Refused before the cap, so not by it.
    expect(judged({ capped: visit([access(1600), access(3100, refused)], { absoluteMs: 6000 }) }).H2).toBe('confirmed');
  });

  test('H3: still there, gone too early, or never seen to go', () => {
    const [first] = asExpected.idle;
    if (first === undefined) throw new Error('There is an idle user.');
    expect(judged({ idle: [{ ...first, statusAfter: 200 }] }).H3).toBe('refuted');
    expect(judged({ idle: [{ ...first, deletedAtMs: 3000 }] }).H3).toBe('refuted');
    expect(judged({ idle: [{ ...first, deletedAtMs: 3900 }] }).H3).toBe('undecided');
    expect(judged({ idle: [{ ...first, deletedAtMs: null }] }).H3).toBe('undecided');
    expect(judged({ idle: [{ ...first, statusAfter: 'timeout' }] }).H3).toBe('undecided');
    expect(judged({ idle: [] }).H3).toBe('undecided');
  });
});
