/** Three rounds with real processes, a real Redis and real faults; `npm run prove -- queue` has as many as you like. */
import { describe, expect, it } from 'vitest';
import { runQueueRounds } from '../src/queue/queue-proof.ts';
import { reportTable } from '../src/queue/report-table.ts';

describe('the queue under faults', () => {
  it('keeps its promises in three rounds', async () => {
    const faults = ['worker-kill', 'worker-freeze', 'redis-kill'] as const;
    const { rows, rounds } = await runQueueRounds({
      seed: 13,
      rounds: 3,
      faults,
      subjects: ['sallyport'],
      tasksPerProducer: 120,
    });
    const problems = rounds.flatMap(({ problem, outcome }) => [problem, ...(outcome?.findings.violations ?? [])]);
    expect(problems.filter((problem) => problem !== undefined)).toEqual([]);
    expect(rows.map(({ fault }) => fault)).toEqual(faults);
    for (const row of rows) {
      expect(row).toMatchObject({ rounds: 1, planned: 1, struck: 1, tasks: 240, lost: 0, stuck: 0 });
      expect(row.duplicates).toBeLessThanOrEqual(row.duplicatesBound ?? 0);
    }

    // Each fault has left its mark on the tasks, too: something was taken from the worker that was hit.
    const [killed, frozen, restarted] = rows;
    expect(killed?.begunAnewMs).toBeGreaterThan(0);
    expect(frozen?.staleRefused).toBeGreaterThan(0);
    const [outage] = rounds.find(({ fault }) => fault === 'redis-kill')?.outcome?.struck ?? [];
    expect(outage?.processes).toHaveLength(5);
    expect(restarted?.nextEffectMs).toBeGreaterThanOrEqual(0);
    expect(reportTable(rows)).toContain('worker-freeze');
  }, 60_000);
});
