/** Some rounds with real processes, a real Redis and a real Cluster; `npm run prove -- sessions` has as many as you like. */
import { describe, expect, it } from 'vitest';
import { checkRound, type LoginRound } from '../src/sessions/check-round.ts';
import { planRound, roundFaults } from '../src/sessions/plan.ts';
import { reportTable } from '../src/sessions/report.ts';
import { runSessionsRounds } from '../src/sessions/sessions-proof.ts';

describe('simultaneous logins of one user', () => {
  it('keep to the limits in five rounds, on one Redis and on a Cluster of six', async () => {
    const { rows, rounds } = await runSessionsRounds({ seed: 7, rounds: 5 });
    const problems = rounds.flatMap(({ problem, outcome }) => [problem, ...(outcome?.findings.violations ?? [])]);
    expect(problems.filter((problem) => problem !== undefined)).toEqual([]);
    expect(rows).toHaveLength(2 * roundFaults.length);
    for (const row of rows) {
      expect(row).toMatchObject({ rounds: 1, logins: 50, ghosts: 0 });
      if (row.fault === 'server-kill') expect(row).toMatchObject({ struck: 1, live: 1 });
      else expect(row.answered).toBe(50);
      if (row.fault === 'refused') expect(row).toMatchObject({ live: 1, refused: 49 });
      if (row.fault === 'one-per-type') expect(row).toMatchObject({ live: 1, evicted: 49 });
      if (row.fault === 'revoke-all') expect(row.revoked).toBeGreaterThanOrEqual(25);
    }
    expect(reportTable(rows)).toContain('one-per-type');
  }, 180_000);
});

describe('the check of a round', () => {
  const good: LoginRound = {
    fault: 'one-per-type',
    logins: 2,
    before: [],
    answers: [
      { status: 'signed-in', id: 'a' },
      { status: 'signed-in', id: 'b' },
    ],
    found: new Map([
      ['a', 'evicted'],
      ['b', 'live'],
    ]),
    keys: { live: ['B'], listed: ['B'] },
    shown: 1,
    revoked: undefined,
  };
  const rules = (over: Partial<LoginRound>) => checkRound({ ...good, ...over }).violations.map(({ rule }) => rule);
  const bothLive = new Map([
    ['a', 'live'],
    ['b', 'live'],
  ]);

  it.each<[string, Partial<LoginRound>, string[]]>([
    ['nothing', {}, []],
    [
      'two winners',
      { found: bothLive, keys: { live: ['A', 'B'], listed: ['A', 'B'] }, shown: 2 },
      ['winners', 'winners'],
    ],
    [
      'no winner',
      {
        found: new Map([
          ['a', 'evicted'],
          ['b', 'evicted'],
        ]),
        keys: { live: [], listed: [] },
        shown: 0,
      },
      ['winners', 'winners'],
    ],
    ['a ghost', { keys: { live: ['B'], listed: ['A', 'B'] } }, ['ghost in the index']],
    ['a session that is not listed', { keys: { live: ['B'], listed: [] }, shown: 0 }, ['session not listed', 'list']],
    [
      'a loser who is not told',
      {
        found: new Map([
          ['a', 'missing'],
          ['b', 'live'],
        ]),
      },
      ['not told why'],
    ],
    [
      'a login that failed',
      { answers: [...good.answers, { status: 'failed', message: 'x' }], logins: 3 },
      ['login failed', 'not told why'],
    ],
    [
      'a session that outlived its revocation',
      {
        fault: 'revoke-all',
        before: good.answers,
        found: bothLive,
        keys: { live: ['A', 'B'], listed: ['A', 'B'] },
        shown: 2,
        revoked: 0,
      },
      ['not revoked'],
    ],
  ])('finds %s', (_, over, expected) => {
    expect(rules(over)).toEqual(expected);
  });

  it('belongs to a plan that a seed repeats', () => {
    for (const fault of roundFaults) {
      const plan = planRound(5, 3, fault, 10);
      expect(planRound(5, 3, fault, 10)).toEqual(plan);
      expect(plan.afterAnswers).toBeLessThan(5);
    }
  });
});
