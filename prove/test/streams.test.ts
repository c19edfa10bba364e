/** Three rounds with real processes, a real Redis and real faults; `npm run prove -- streams` has as many as you like. */
import { describe, expect, it } from 'vitest';
import { reportTable } from '../src/streams/report.ts';
import { runStreamsRounds } from '../src/streams/streams-proof.ts';

describe('event streams under faults', () => {
  it('keep their promises in three rounds', async () => {
    const faults = ['worker-kill', 'worker-freeze', 'join-and-leave'] as const;
    const { rows, rounds } = await runStreamsRounds({ seed: 13, rounds: 3, faults, appendsPerProducer: 60 });
    const problems = rounds.flatMap(({ problem, outcome }) => [problem, ...(outcome?.findings.violations ?? [])]);
    expect(problems.filter((problem) => problem !== undefined)).toEqual([]);
    expect(rows.map(({ fault }) => fault)).toEqual(faults);
    for (const row of rows) {
      const planned = row.fault === 'join-and-leave' ? 0 : 1;
      expect(row).toMatchObject({ rounds: 1, planned, struck: planned, lost: 0, stuck: 0 });
      expect(row.stored).toBeGreaterThanOrEqual(120);
      expect(row.trimmed).toBeGreaterThan(0);
      expect(row.duplicates).toBeLessThanOrEqual(row.duplicatesBound);
    }

    // Each fault has left its mark on the events, too: something was taken from the consumer that was hit.
    const [killed, frozen] = rows;
    expect(killed?.begunAnewMs).toBeGreaterThan(0);
    expect(frozen?.staleRefused).toBeGreaterThan(0);
    expect(reportTable(rows)).toContain('worker-freeze');
  }, 60_000);
});
