import { describe, expect, it } from 'vitest';
import type { Findings } from '../src/queue/check/check-round.ts';
import { rowsOf } from '../src/queue/report.ts';
import { reportTable } from '../src/queue/report-table.ts';
import { type RoundReport, runRounds } from '../src/rounds/run-rounds.ts';
import { check, nothing, process, struck } from './made-up-round.ts';

const round = (number: number, findings: Findings, subject = 'sallyport'): RoundReport<'link-reset', Findings> => ({
  subject,
  round: number,
  fault: 'link-reset',
  ms: 1,
  outcome: { findings, planned: ['link-reset'], struck: [struck('link-reset', 'w', 900)] },
});

describe('the report', () => {
  const faults = [struck('link-reset', 'w', 900)];

  it('adds up rounds, keeps the longest times, and names what was broken with its round', () => {
    const [row] = rowsOf([round(3, check({ faults })), round(9, check({ faults, workers: [], drainedAt: 950 }))]);
    expect(row).toMatchObject({ rounds: 2, struck: 2, planned: 2, tasks: 2, lost: 1, drainedMs: 100 });
    expect(row?.violations).toEqual([{ rule: 'lost', detail: 'a (in Redis: nowhere)', round: 9 }]);
    expect(reportTable([row!])).toContain('sallyport, link-reset: lost: a (in Redis: nowhere) (round 9)');
  });

  it('does not count a fault that broke nothing', () => {
    const unnoticed = round(1, check({ faults }));
    const outcome = { ...unnoticed.outcome!, struck: faults.map((fault) => ({ ...fault, traces: 0 })) };
    expect(rowsOf([{ ...unnoticed, outcome }])).toMatchObject([{ struck: 0, planned: 1 }]);
  });

  it('has a round that could not be run as broken', async () => {
    const play = () => Promise.reject(new Error('no port'));
    const reports = await runRounds<'link-reset', Findings>(
      { seed: 1, rounds: 1, faults: ['link-reset'], subjects: ['sallyport'] },
      play,
    );
    expect(rowsOf(reports)).toMatchObject([
      { rounds: 1, tasks: 0, violations: [{ rule: 'round failed', detail: 'no port', round: 1 }] },
    ]);
  });

  it('plays a round again whose fault found nothing to break, until it does, and says so', async () => {
    const unstruck = { findings: check({ planned: ['link-reset'] }), planned: ['link-reset'], struck: [] };
    const { outcome } = round(1, check({ faults }));
    const played = [unstruck, unstruck, outcome!];
    const options = { seed: 1, rounds: 1, faults: ['link-reset'] as const, subjects: ['sallyport'] };
    const [row] = rowsOf(await runRounds<'link-reset', Findings>(options, async () => played.shift()));
    expect(row).toMatchObject({ rounds: 1, struck: 1, planned: 1, replays: 2, tasks: 1, violations: [] });
    expect(reportTable([row!])).toContain('1 of 1, 2 again');
    // One that is never struck is broken in the end.
    let times = 0;
    const never = async () => {
      times++;
      return unstruck;
    };
    const [given] = rowsOf(await runRounds<'link-reset', Findings>(options, never));
    expect(given).toMatchObject({ replays: 4, struck: 0, violations: [{ rule: 'fault did not strike' }] });
    expect(times).toBe(5);
  });

  it('does not play away what else was broken in a round that was not struck', async () => {
    const lost = check({ planned: ['link-reset'], workers: [], drainedAt: 950 });
    let times = 0;
    const reports = await runRounds<'link-reset', Findings>(
      { seed: 1, rounds: 1, faults: ['link-reset'], subjects: ['sallyport'] },
      async () => {
        times++;
        return { findings: lost, planned: ['link-reset'], struck: [] };
      },
    );
    expect(times).toBe(1);
    expect(rowsOf(reports)[0]).toMatchObject({ lost: 1, replays: 0 });
  });

  it('shows what a queue does not have as that, and not as a failure', async () => {
    const reports = await runRounds<'two-schedulers', Findings>(
      { seed: 1, rounds: 1, faults: ['two-schedulers'], subjects: ['bee-queue'] },
      async () => undefined,
    );
    const [row] = rowsOf(reports);
    expect(row).toMatchObject({ noSuchFeature: true, violations: [] });
    expect(reportTable([row!])).toContain('no such feature');
    const accepted = check({ faults, promises: nothing, workers: [process('w', [])], shelves: [] });
    expect(reportTable(rowsOf([round(1, accepted, 'bee-queue')]))).toMatch(/│ +none │/);
  });
});
