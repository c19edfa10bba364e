/** Experiment 4.2 on real servers. What it finds depends on the machine; that it finds it all does not. */
import { describe, expect, test } from 'vitest';
import { schemeSubjects } from '../../src/experiments/comparison/subjects.ts';
import { failedOf } from '../../src/experiments/l41-latency/observations.ts';
import { throughput } from '../../src/experiments/l42-throughput/index.ts';
import { failuresOf } from '../../src/experiments/l42-throughput/observations.ts';
import { findExternalGenerators } from '../../src/measure/external-generators.ts';
import { inBothLanguages } from './in-both-languages.ts';
import { realRun } from './real-run.ts';

describe('on real servers', { timeout: 240_000 }, () => {
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
});
