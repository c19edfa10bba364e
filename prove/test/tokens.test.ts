/** A round with real processes, a real Redis and real faults; `npm run prove -- tokens` has as many as you like. */
import { describe, expect, it } from 'vitest';
import { reportTable } from '../src/tokens/report.ts';
import { runTokensRounds } from '../src/tokens/tokens-proof.ts';

describe('pushed revocation under faults', () => {
  it('accepts nothing after the lease, with Redis killed twice and a link that swallows everything', async () => {
    const { rows, rounds } = await runTokensRounds({ seed: 3, rounds: 1, faults: ['burst'], tokens: 800 });
    const problems = rounds.flatMap(({ problem, outcome }) => [problem, ...(outcome?.findings.violations ?? [])]);
    expect(problems.filter((problem) => problem !== undefined)).toEqual([]);
    expect(rows).toMatchObject([
      { fault: 'burst', rounds: 1, planned: 3, struck: 3, revoked: 800, acceptedAfterLease: 0 },
    ]);
    expect(rows[0]?.delayMs?.max).toBeGreaterThan(0);
    expect(reportTable(rows)).toContain('burst');
  }, 60_000);
});
