import { describe, expect, it } from 'vitest';
import { planRound, roundFaults } from '../src/queue/plan.ts';
import { faultsOf } from '../src/rounds/run-rounds.ts';

describe('the plan of a round', () => {
  it('is the same for the same seed and another for another', () => {
    const plan = planRound({ seed: 5, round: 2, fault: 'several' });
    expect(planRound({ seed: 5, round: 2, fault: 'several' })).toEqual(plan);
    expect(planRound({ seed: 6, round: 2, fault: 'several' })).not.toEqual(plan);
    expect(planRound({ seed: 5, round: 3, fault: 'several' })).not.toEqual(plan);
  });

  it('does not depend on how many rounds there are', () => {
    const faults = faultsOf(9, 30, roundFaults);
    expect(faultsOf(9, 7, roundFaults)).toEqual(faults.slice(0, 7));
    expect(new Set(faults.slice(0, roundFaults.length))).toEqual(new Set(roundFaults));
  });

  it('has every kind of task, and leaves one worker alone', () => {
    for (let round = 1; round <= 50; round++) {
      const plan = planRound({ seed: 1, round, fault: 'several' });
      const tasks = plan.producers.flat();
      expect(tasks.some(({ key }) => key !== undefined)).toBe(true);
      expect(tasks.some(({ twice }) => twice)).toBe(true);
      expect(tasks.some(({ delayMs }) => delayMs > 0)).toBe(true);
      expect(tasks.some(({ failures }) => failures > 0)).toBe(true);
      expect(new Set(tasks.map(({ end }) => end))).toEqual(new Set(['done', 'exhausted', 'fatal', 'business']));
      expect(new Set(tasks.map(({ id }) => id)).size).toBe(tasks.length);
      expect(new Set(plan.workerStrikes.map(({ worker }) => worker)).size).toBeLessThan(plan.workers);
    }
  });

  it('has strikes that come while there is something to break', () => {
    for (const fault of roundFaults) {
      for (let round = 1; round <= 30; round++) {
        const { workerStrikes, outsideStrikes, schedules, leaseMs } = planRound({ seed: 2, round, fault });
        const planned = [...workerStrikes, ...outsideStrikes].map((strike) => strike.fault as string);
        if (fault === 'several') expect(planned.length + schedules.length).toBeGreaterThan(1);
        else if (fault === 'two-schedulers') expect([planned.length, schedules.length]).toEqual([0, 2]);
        else expect(planned).toEqual([fault]);
        for (const strike of workerStrikes) {
          // Longer than the lease, or nobody would notice.
          if (strike.fault !== 'worker-kill') expect(strike.forMs).toBeGreaterThan(leaseMs);
          expect(strike.attempt).toBeLessThanOrEqual(44);
        }
        for (const { after, targets } of outsideStrikes) {
          expect(targets.length).toBeGreaterThan(0);
          expect(after.count).toBeLessThanOrEqual(200);
          if (targets.every((name) => name.startsWith('producer'))) expect(after.event).toBe('acked');
        }
      }
    }
  });
});
