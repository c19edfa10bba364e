/** The plans of the streams' and channels' rounds; plan.test.ts has the queue's. */
import { describe, expect, it } from 'vitest';
import { roundFaults as channelFaults, planRound as planChannels } from '../src/channels/plan.ts';
import { endIn, groupNames, planRound as planStreams, roundFaults as streamFaults } from '../src/streams/plan.ts';

describe('the plan of a round of the streams', () => {
  it('is the same for the same seed and another for another', () => {
    const plan = planStreams({ seed: 5, round: 2, fault: 'several' });
    expect(planStreams({ seed: 5, round: 2, fault: 'several' })).toEqual(plan);
    expect(planStreams({ seed: 6, round: 2, fault: 'several' })).not.toEqual(plan);
    expect(planStreams({ seed: 5, round: 3, fault: 'several' })).not.toEqual(plan);
  });

  it('has every kind of append and of event, and every group with its consumers', () => {
    for (let round = 1; round <= 50; round++) {
      const { producers, workers, workerStrikes } = planStreams({ seed: 1, round, fault: 'several' });
      const appends = producers.flat();
      expect(appends.some(({ isKeyed }) => isKeyed)).toBe(true);
      expect(appends.some(({ events, isKeyed }) => events.length === 1 && !isKeyed)).toBe(true);
      expect(appends.some(({ events }) => events.length > 1)).toBe(true);
      const events = appends.flatMap((append) => append.events);
      expect(new Set(events.map(({ name }) => name)).size).toBe(events.length);
      expect(new Set(events.map((event) => endIn('plain', event))).size).toBe(4);
      expect(events.every((event) => endIn('ordered', event) === 'done')).toBe(true);
      const groups = workers.flat().map(({ group }) => group);
      expect(groupNames.map((name) => groups.filter((group) => group === name).length)).toEqual([3, 3, 2, 1]);
      // Nobody would take over from it.
      const alone = workers.findIndex((consumers) => consumers.some(({ group }) => group === 'ordered'));
      expect(workerStrikes.filter(({ fault, worker }) => fault === 'worker-kill' && worker === alone)).toEqual([]);
    }
  });

  it('has rounds with a backlog and without, each behind clients that repeat commands and behind those that do not', () => {
    const plans = Array.from({ length: 40 }, (_, n) => planStreams({ seed: 1, round: n + 1, fault: 'redis-kill' }));
    expect(new Set(plans.map(({ load, workerClient }) => `${load} ${workerClient}`)).size).toBe(4);
    const events = (load: string) =>
      plans
        .filter((plan) => plan.load === load)
        .map(({ producers }) => producers.flat().flatMap((each) => each.events));
    // A consumer takes up to 100 at once.
    for (const backlog of events('backlog')) expect(backlog.length).toBeGreaterThan(1_000);
    for (const steady of events('steady')) expect(steady.length).toBeLessThan(500);
  });

  it('breaks what it is to break, for longer than an event may be silent', () => {
    for (const fault of streamFaults) {
      const { workerStrikes, outsideStrikes, stayMs, claimAfterMs } = planStreams({ seed: 2, round: 1, fault });
      const planned = [...workerStrikes, ...outsideStrikes].map((strike) => strike.fault as string);
      if (fault === 'several') expect(planned.length + Math.sign(stayMs)).toBeGreaterThan(1);
      else if (fault === 'join-and-leave') expect([planned.length, stayMs > 0]).toEqual([0, true]);
      else expect([planned, stayMs]).toEqual([[fault], 0]);
      for (const strike of workerStrikes) {
        if (strike.fault !== 'worker-kill') expect(strike.forMs).toBeGreaterThan(claimAfterMs);
      }
    }
  });
});

describe('the plan of a round of a channel', () => {
  it('is the same for the same seed and another for another', () => {
    const plan = planChannels({ seed: 5, round: 2, fault: 'several' });
    expect(planChannels({ seed: 5, round: 2, fault: 'several' })).toEqual(plan);
    expect(planChannels({ seed: 6, round: 2, fault: 'several' })).not.toEqual(plan);
  });

  it('breaks what it is to break', () => {
    for (const fault of channelFaults) {
      const plan = planChannels({ seed: 2, round: 1, fault });
      const planned = [...plan.workerStrikes, ...plan.outsideStrikes].map((strike) => strike.fault as string);
      if (fault === 'several') expect(planned.length + Math.sign(plan.stayMs)).toBeGreaterThan(1);
      else if (fault === 'come-and-go') expect([planned.length, plan.stayMs > 0]).toEqual([0, true]);
      else if (fault === 'trimmed') {
        // Whoever is away from the first twelfth on, until all is published, misses what is kept many times over.
        expect(planned).toEqual(['worker-kill']);
        expect(plan.restartAfterMs).toBe('published');
        expect(plan.workerStrikes[0]?.attempt).toBeLessThanOrEqual(50);
        expect(plan.maxLength).toBeLessThan(100);
      } else expect([planned, plan.stayMs]).toEqual([[fault], 0]);
    }
  });

  it('makes no requests vanish where nobody asks for anything', () => {
    for (let round = 1; round <= 50; round++) {
      const [strike] = planChannels({ seed: 4, round, fault: 'link-half-open' }).outsideStrikes;
      const isListening = strike?.targets.every((name) => name.startsWith('worker'));
      if (isListening) expect(strike?.direction).toBe('replies');
    }
  });

  it('has subscribers of every kind, and both kinds of channels', () => {
    const plans = Array.from({ length: 30 }, (_, n) => planChannels({ seed: 3, round: n + 1, fault: 'redis-kill' }));
    const subscribers = plans.flatMap((plan) => plan.subscribers);
    expect(new Set(subscribers.map(({ isLoop, workMs, bufferSize }) => `${isLoop} ${workMs} ${bufferSize}`)).size).toBe(
      8,
    );
    expect(new Set(plans.map(({ isSharded }) => isSharded)).size).toBe(2);
  });
});
