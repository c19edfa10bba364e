import { startProcess } from '@sallyport/lab/cluster';
import { describe, expect, it } from 'vitest';
import { parseResults } from '../../src/report/schema.ts';
import { experiment, programs, run } from './made-up-experiment.ts';

describe('a run of the lab', () => {
  it('gives every experiment a result in order, and results that the reports accept', async () => {
    const { results, lines } = await run([experiment('1.1'), experiment('2.1')]);
    expect(results.experiments.map(({ id, status }) => [id, status])).toEqual([
      ['1.1', 'ran'],
      ['2.1', 'ran'],
    ]);
    expect(results).toMatchObject({ schemaVersion: 1, seed: 5, timeScale: 0.1, mode: 'quick', interrupted: false });
    expect(results.experiments[0]).toMatchObject({
      observations: { done: true },
      hypotheses: [{ id: 'H1', statement: 'It runs.', verdict: 'confirmed', evidence: 'It ran.' }],
    });
    expect(parseResults(JSON.stringify(results))).toEqual(results);
    expect(lines).toContain('● H1 confirmed   done');
  });

  it('describes the machine', async () => {
    const { results } = await run([]);
    expect(results.environment).toMatchObject({
      cores: expect.any(Number),
      memoryBytes: expect.any(Number),
      balancer: 'nginx',
      versions: {
        node: process.versions.node,
        sallyport: expect.stringMatching(/^\d+\.\d+\.\d+/),
        nginx: expect.any(String),
      },
    });
    expect(results.environment.os.length).toBeGreaterThan(4);
  });

  it('keeps one failure from the others: an exception', async () => {
    const fails = experiment('1.1', {
      run: () => Promise.reject(new Error('the reason it failed')),
    });
    const { results } = await run([fails, experiment('1.2')]);
    expect(results.experiments[0]).toMatchObject({
      status: 'not-run',
      reason: 'the reason it failed',
      observations: null,
      hypotheses: [{ id: 'H1', verdict: 'not-run' }],
    });
    expect(results.experiments[1]).toMatchObject({ status: 'ran' });
    expect(results.interrupted).toBe(false);
    expect(parseResults(JSON.stringify(results))).toEqual(results);
  });

  it('shows the last output of a server that did not come up', async () => {
    const fails = experiment('1.1', {
      run: async () => {
        const args = ['-c', 'echo "my last words" >&2; exit 3'];
        await startProcess({ name: 'a server', command: '/bin/sh', args, readyWhen: async () => false });
        return null;
      },
    });
    const { results, lines } = await run([fails, experiment('1.2')]);
    expect(results.experiments.map(({ status }) => status)).toEqual(['not-run', 'ran']);
    expect(results.experiments[0]?.reason).toContain('a server did not start: it exited with code 3');
    expect(results.experiments[0]?.reason).toContain('my last words');
    expect(lines).toContain('not run: a server did not start');
  });

  it('keeps the observations when they can not be analysed', async () => {
    const fails = experiment('1.1', {
      analyse: () => {
        throw new Error('unexpected shape');
      },
    });
    const { results } = await run([fails]);
    expect(results.experiments[0]).toMatchObject({
      status: 'not-run',
      reason: 'Its observations could not be analysed: unexpected shape',
      observations: { done: true },
    });
  });

  it('stops an experiment whose time is over, also one that does not listen', async () => {
    const waits = experiment('1.1', {
      run: async (context) => {
        await context.wait(60_000);
        return null;
      },
    });
    const stuck = experiment('1.2', { run: () => new Promise(() => {}) });
    const { results } = await run([waits, stuck, experiment('1.3')], { timeLimitMs: 1500, tidyUpMs: 50 });
    expect(results.experiments.map(({ status }) => status)).toEqual(['not-run', 'not-run', 'ran']);
    for (const result of results.experiments.slice(0, 2)) {
      expect(result.reason).toBe('It was not finished after 2 s and was stopped.');
      expect(result.durationMs).toBeLessThan(5000);
    }
  });

  it('does not begin what needs a Redis that is not there, and says what mends it', async () => {
    let begun = false;
    const needs = experiment('2.1', {
      requires: ['redis'],
      run: async () => {
        begun = true;
        return null;
      },
    });
    const { redisServer: _, ...without } = await programs();
    const { results } = await run([needs, experiment('1.1')], { programs: without });
    expect(begun).toBe(false);
    expect(results.experiments[0]).toMatchObject({
      status: 'not-run',
      reason: 'It needs redis-server, which is not on this machine.',
      remedy: 'sudo apt-get install -y redis-server',
    });
    expect(results.experiments[1]).toMatchObject({ status: 'ran' });
    expect(results.environment.versions.redis).toBeUndefined();
  });

  it('draws the same for the same seed, and each experiment its own', async () => {
    const draws = experiment('1.1', { run: async ({ random }) => [random.address(), random.next()] });
    const drawn = async (seed: number, id = '1.1') =>
      (await run([{ ...draws, id }], { seed })).results.experiments[0]?.observations;
    expect(await drawn(1)).toEqual(await drawn(1));
    expect(await drawn(1)).not.toEqual(await drawn(2));
    expect(await drawn(1)).not.toEqual(await drawn(1, '1.2'));
  });

  it('notes remarks once, with the experiment they belong to', async () => {
    const remarks = experiment('1.1', {
      run: async (context) => {
        context.notice('something unusual');
        context.notice('something unusual');
        return null;
      },
    });
    expect((await run([remarks])).results.notices).toEqual(['1.1: something unusual']);
  });
});
