/** Experiments 4.1 to 4.3 on real servers. What they find depends on the machine; that they find it all does not. */
import { describe, expect, test } from 'vitest';
import { comparedSubjects, schemeSubjects } from '../../src/experiments/comparison/subjects.ts';
import { latency } from '../../src/experiments/l41-latency/index.ts';
import { failedOf } from '../../src/experiments/l41-latency/observations.ts';
import { throughput } from '../../src/experiments/l42-throughput/index.ts';
import { failuresOf } from '../../src/experiments/l42-throughput/observations.ts';
import { cost } from '../../src/experiments/l43-cost/index.ts';
import { findExternalGenerators } from '../../src/measure/external-generators.ts';
import { inBothLanguages } from './in-both-languages.ts';
import { realRun } from './real-run.ts';

describe.sequential('on real servers', { timeout: 240_000 }, () => {
  test('4.1: every scheme answers every request with as many bytes, at once and at a fixed rate', async () => {
    const observations = await realRun(latency);
    const bytes = observations.answerBytes.map((answer) => answer.bytes);
    expect(Math.max(...bytes) / Math.min(...bytes)).toBeLessThan(1.1);
    expect(observations.blocks).toHaveLength(schemeSubjects.length * 5 * (4 + 1));
    expect(observations.blocks.filter(({ failures }) => failedOf(failures) > 0)).toEqual([]);
    expect(observations.openLoop.map(({ subject, sent, failures }) => [subject, sent, failedOf(failures)])).toEqual(
      schemeSubjects.map((subject) => [subject, 100, 0]),
    );
    const { judgements, tables } = inBothLanguages(latency)(observations);
    expect(judgements).toHaveLength(3);
    expect(tables[1]?.rows).toHaveLength(2 * comparedSubjects.length);
  });

  test('4.2: every load is completed, with the CPU time of everybody concerned', async () => {
    const observations = await realRun(throughput);
    expect(observations.rounds).toHaveLength(schemeSubjects.length * 3 * 2);
    for (const round of observations.rounds) {
      expect(round).toMatchObject({ complete: true, succeeded: 1500 });
      expect(failuresOf(round)).toBe(0);
      const groups = [
        'app',
        'nginx',
        ...(round.subject === 'redis' || round.subject === 'coherent' ? ['redis'] : []),
        'generator',
      ];
      expect(round.cpu.map(({ group }) => group)).toEqual(groups);
      for (const { cpuMs } of round.cpu) expect(cpuMs).toBeGreaterThan(0);
    }
    const { ab, wrk } = findExternalGenerators();
    const programs = [...(ab === undefined ? [] : ['ab']), ...(wrk === undefined ? [] : ['wrk'])];
    expect(observations.byOthers?.map(({ program, subject }) => `${program} ${subject}`).sort()).toEqual(
      programs.flatMap((program) =>
        ['coherent', 'jwt', 'jwt-uncached', 'redis', 'sticky'].map((subject) => `${program} ${subject}`),
      ),
    );
    for (const { failures } of observations.byOthers ?? []) expect(failedOf(failures)).toBe(0);
    expect(inBothLanguages(throughput)(observations).headline).toMatch(/requests\/s$/);
  });

  test('4.3: sessions lie where they are said to lie, and a token carries its user', async () => {
    const observations = await realRun(cost);
    expect(observations.memory).toHaveLength(4 * 5);
    const { judgements, tables } = inBothLanguages(cost)(observations);
    // What a heap grows by is told with more or less certainty, as garbage is collected; what Redis grows by is certain.
    expect(judgements[0]?.verdict).not.toBe('refuted');
    expect(judgements[1]?.verdict).toBe('confirmed');
    expect(observations.cpu.filter(({ failed }) => failed > 0)).toEqual([]);
    const [sticky, jwt, redis, coherent] = tables[3]?.rows ?? [];
    expect(sticky?.slice(0, 2)).toEqual(['sticky', 'cookie']);
    expect(redis?.[2]).toBe(sticky?.[2]);
    expect(coherent?.[2]).toBe(sticky?.[2]);
    expect(Number(jwt?.[2])).toBeGreaterThan(3 * Number(sticky?.[2]));
  });
});
