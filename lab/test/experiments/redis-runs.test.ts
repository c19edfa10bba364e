/** Experiments 2.1 to 2.4 on real servers, as fast as their times can be scaled. */
import { describe, expect, test } from 'vitest';
import { sharedSession } from '../../src/experiments/l21-shared-session/index.ts';
import { slidingTtl } from '../../src/experiments/l22-sliding-ttl/index.ts';
import { redisDown } from '../../src/experiments/l23-redis-down/index.ts';
import { staleCopies } from '../../src/experiments/l24-stale-copies/index.ts';
import { inBothLanguages } from './in-both-languages.ts';
import { verdicts } from './made-up.ts';
import { realRun } from './real-run.ts';

describe.sequential('on real servers', { timeout: 90_000 }, () => {
  test('2.1: every server reads the session', async () => {
    const observations = await realRun(sharedSession);
    expect(observations.direct.statuses).toEqual([200, 200, 200]);
    const { logout, death, servers } = observations;
    expect(logout).toMatchObject({
      status: 200,
      before: { statuses: [200, 200, 200], userIds: ['u-2', 'u-2', 'u-2'] },
      after: { statuses: [401, 401, 401], errors: Array.from(servers, () => 'session ended: logout') },
      others: [200, 200, 200],
    });
    expect(logout?.after.afterMs).toBeGreaterThan(0);
    const maker = death?.killed.server;
    expect(servers).toContain(maker);
    expect(death?.before.statuses).toEqual([200, 200, 200]);
    expect(death?.killed.statuses).toEqual(servers.map((server) => (server === maker ? 'refused' : 200)));
    expect(death?.balanced.statuses).toEqual([200, 200, 200, 200, 200, 200]);
    expect(death?.balanced.servers).not.toContain(maker);
    expect(death?.returned).toMatchObject({ statuses: [200, 200, 200], userIds: ['u-4', 'u-4', 'u-4'] });
    expect(verdicts(inBothLanguages(sharedSession)(observations))).toEqual({
      H1: 'confirmed',
      H2: 'confirmed',
      H3: 'confirmed',
    });
  });

  test('2.2: the TTL slides, and the cap ends it', async () => {
    const observations = await realRun(slidingTtl);
    expect(observations.capped.absoluteMs).toBe(2 * observations.ttlMs);
    expect(verdicts(inBothLanguages(slidingTtl)(observations))).toMatchObject({ H1: 'confirmed', H2: 'conditional' });
    expect(observations.idle.map(({ statusAfter }) => statusAfter)).toEqual([401, 401, 401, 401, 401]);
  });

  test('2.3: an outage is a 503, and persistence decides on the rest', async () => {
    const observations = await realRun(redisDown);
    expect(verdicts(inBothLanguages(redisDown)(observations))).toEqual({
      H1: 'confirmed',
      H2: 'refuted',
      H3: 'conditional',
    });
    const statuses = observations.cells.flatMap(({ outage }) =>
      outage.map(({ request, status }) => `${request} ${status}`),
    );
    expect(new Set(statuses)).toEqual(new Set(['profile 503', 'login 503', 'logout 503', 'health 200']));
    expect(observations.cells.map(({ after }) => after[0])).toEqual([401, 401, 200, 401, 200, 200, 200, 200]);
    expect(observations.frozen.samples.every(({ status }) => status === 200 || status === 503)).toBe(true);
  });

  test('2.4: a copy ends with the session, and with the link', async () => {
    const observations = await realRun(staleCopies);
    expect(observations.trials).toHaveLength(3 * 10 * 2 + 2 + 1);
    // How fast it is depends on the machine; what a silent link hides is bounded by a clock.
    expect(verdicts(inBothLanguages(staleCopies)(observations))).toMatchObject({ H2: 'confirmed' });
    const silent = observations.trials.filter(({ condition }) => condition === 'silent');
    expect(silent.every(({ answers }) => answers.unavailable > 0)).toBe(true);
    // The trial must be able to see it: a copy is served while its lease lasts.
    expect(silent.some(({ scheme, staleMs }) => scheme === 'coherent' && staleMs > 100)).toBe(true);
    for (const { answers, bystander, refusedAfterMs } of observations.trials) {
      expect(refusedAfterMs).not.toBeNull();
      expect([answers.other, bystander.refused, bystander.other]).toEqual([0, 0, 0]);
    }
    const { death, outage, balanced, servers } = observations.shared;
    expect(new Set(balanced.servers).size).toBe(3);
    expect(death.killed.statuses).toEqual(servers.map((server) => (server === death.killed.server ? 'refused' : 200)));
    expect(death.returned.statuses).toEqual([200, 200, 200]);
    expect([...outage.loggedIn, ...outage.loggedOut]).toEqual(Array(6).fill(503));
  });

  test('an interruption ends an experiment at once, and what it started itself', async () => {
    const interruption = new AbortController();
    const started = Date.now();
    const run = realRun(slidingTtl, {
      signal: interruption.signal,
      progress: (message) => {
        if (message.startsWith('reading the keys')) interruption.abort(new Error('interrupted'));
      },
    });
    await expect(run).rejects.toThrow('interrupted');
    expect(Date.now() - started).toBeLessThan(10_000);
  });
});
