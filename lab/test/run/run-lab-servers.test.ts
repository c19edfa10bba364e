/** The runner with real servers: what is started is stopped, whatever happens. */
import { describe, expect, it } from 'vitest';
import { ipHash } from '../../src/experiments/l11-ip-hash/index.ts';
import { isolation } from '../../src/experiments/l12-isolation/index.ts';
import { serverLoss } from '../../src/experiments/l13-server-loss/index.ts';
import type { Json } from '../../src/results.ts';
import type { RunningScheme } from '../../src/schemes/running-scheme.ts';
import { isAlive } from '../cluster/until.ts';
import { experiment, programs, run } from './made-up-experiment.ts';

function pidsOf(scheme: RunningScheme): number[] {
  return [...scheme.servers.map(({ pid }) => pid), ...scheme.balancer.pids()];
}

describe('a run of the lab on real servers', { timeout: 60_000 }, () => {
  it('stops what an experiment started and left running, also what it restarted', async () => {
    const pids: number[] = [];
    const leaves = experiment('1.1', {
      run: async (context) => {
        const scheme = await context.startScheme('sticky', { servers: 2 });
        pids.push(...pidsOf(scheme));
        await scheme.servers[0]?.restart();
        pids.push(...pidsOf(scheme));
        throw new Error('half-way');
      },
    });
    const { results } = await run([leaves]);
    expect(results.experiments[0]).toMatchObject({ status: 'not-run', reason: 'half-way' });
    expect(new Set(pids).size).toBeGreaterThanOrEqual(5);
    expect(pids.filter(isAlive)).toEqual([]);
  });

  it('ends at an interruption: what runs is stopped, the rest is not begun, and all of it is said', async () => {
    const interruption = new AbortController();
    let pids: number[] = [];
    let begun = false;
    const interrupted = experiment('1.2', {
      run: async (context) => {
        pids = pidsOf(await context.startScheme('sticky', { servers: 2 }));
        interruption.abort();
        await context.wait(60_000);
        return null;
      },
    });
    const never = experiment('1.3', {
      run: async () => {
        begun = true;
        return null;
      },
    });
    const { results } = await run([experiment('1.1'), interrupted, never], { signal: interruption.signal });
    expect(results.interrupted).toBe(true);
    expect(results.experiments.map(({ status, reason }) => [status, reason])).toEqual([
      ['ran', undefined],
      ['not-run', 'interrupted'],
      ['not-run', 'interrupted'],
    ]);
    expect(begun).toBe(false);
    expect(pids.filter(isAlive)).toEqual([]);
  });

  it('stops a scheme that was still starting when the interruption came', async () => {
    const interruption = new AbortController();
    let starting: Promise<RunningScheme> | undefined;
    const interrupted = experiment('1.1', {
      run: async (context) => {
        starting = context.startScheme('sticky', { servers: 1 });
        interruption.abort();
        return (await starting).servers.length;
      },
    });
    const { results } = await run([interrupted], { signal: interruption.signal, tidyUpMs: 10_000 });
    expect(results.experiments[0]).toMatchObject({ status: 'not-run', reason: 'interrupted' });
    await expect(starting).rejects.toThrow('interrupted');
  });

  it('runs with the built-in balancer where there is no nginx, and labels it', async () => {
    const { nginx: _, ...without } = await programs();
    const { results } = await run([isolation('en')], { programs: without });
    expect(results.environment.balancer).toBe('built-in');
    expect(results.notices[0]).toContain("the lab's built-in balancer stood in for it");
    expect(results.notices[0]).toContain('sudo apt-get install -y nginx');
    expect(results.experiments[0]).toMatchObject({ status: 'ran', headline: '200 / 401 / 401' });
  });

  it('finds on nginx what experiments 1.1 to 1.3 expect', async () => {
    const { results } = await run([ipHash('en'), isolation('en'), serverLoss('en')]);
    const verdicts = results.experiments.map(({ hypotheses }) => hypotheses.map(({ verdict }) => verdict));
    const confirmed = ['confirmed', 'confirmed', 'confirmed'];
    expect(verdicts).toEqual([confirmed, confirmed, confirmed]);
    const [spread, direct, loss] = results.experiments.map(({ observations }) => observations as Record<string, Json>);
    expect(spread?.spread).toHaveLength(300);
    expect(direct?.direct).toMatchObject({ statuses: [200, 401, 401] });
    expect(loss?.killed).toMatchObject({ server: expect.stringMatching(/^sticky-\d$/) });
    expect(results.experiments[2]?.findings.join('\n')).toContain('The second loss');
    expect(JSON.stringify(results)).not.toMatch(/session=|Bearer /);
  });
});
