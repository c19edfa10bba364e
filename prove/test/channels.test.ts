/** Three rounds with real processes, a real Redis and real faults; `npm run prove -- channels` has as many as you like. */
import { describe, expect, it } from 'vitest';
import { runChannelsRounds } from '../src/channels/channels-proof.ts';
import { reportTable } from '../src/channels/report.ts';

describe('durable channels under faults', () => {
  it('keep their promises in three rounds', async () => {
    const faults = ['worker-kill', 'redis-kill', 'trimmed'] as const;
    const { rows, rounds } = await runChannelsRounds({ seed: 13, rounds: 3, faults, messagesPerPublisher: 250 });
    const problems = rounds.flatMap(({ problem, outcome }) => [problem, ...(outcome?.findings.violations ?? [])]);
    expect(problems.filter((problem) => problem !== undefined)).toEqual([]);
    expect(rows.map(({ fault }) => fault)).toEqual(faults);
    for (const row of rows) {
      expect(row).toMatchObject({ rounds: 1, planned: 1, struck: 1, missed: 0, twice: 0 });
      expect(row.received + row.trimmed).toBe(3 * row.published);
    }

    const [killed, restarted, trimmed] = rows;
    expect(killed).toMatchObject({ published: 500, trimmed: 0 });
    expect(restarted).toMatchObject({ trimmed: 0 });
    expect(restarted?.nextMessageMs).toBeGreaterThan(0);
    expect(trimmed?.gaps).toBeGreaterThan(0);
    expect(trimmed?.trimmed).toBeGreaterThan(0);
    expect(reportTable(rows)).toContain('redis-kill');
  }, 60_000);
});
