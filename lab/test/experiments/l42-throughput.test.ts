import { describe, expect, test } from 'vitest';
import { type SchemeSubject, schemeSubjects } from '../../src/experiments/comparison/subjects.ts';
import { throughput } from '../../src/experiments/l42-throughput/index.ts';
import type { LoadRound, ThroughputObservations } from '../../src/experiments/l42-throughput/observations.ts';
import { seededRandom } from '../../src/experiments/seeded-random.ts';
import { inBothLanguages } from './in-both-languages.ts';
import { verdicts } from './made-up.ts';

const analyseThroughput = inBothLanguages(throughput);

/** Five processes, two rounds each; requests per second within 2 % of these, and CPU time as their reciprocal. */
function withRates(
  rates: Readonly<Record<SchemeSubject, number>>,
  limits: Partial<Record<SchemeSubject, string | null>> = {},
): ThroughputObservations {
  const random = seededRandom(3, 'rates');
  const rounds = schemeSubjects.flatMap((subject) =>
    Array.from({ length: 10 }, (_, index): LoadRound => {
      const requestsPerSecond = rates[subject] * (0.98 + 0.04 * random.next());
      const totalMs = 1e7 / requestsPerSecond;
      const group = limits[subject] === undefined ? 'app' : limits[subject];
      const names = ['app', 'nginx', ...(subject === 'redis' ? ['redis'] : []), 'generator'];
      return {
        subject,
        process: Math.floor(index / 2),
        block: index % 2,
        succeeded: 10_000,
        failures: { non2xx: 0, timeouts: 0, errors: 0 },
        complete: true,
        totalMs,
        requestsPerSecond,
        meanLatencyMs: totalMs / 100,
        cpu: names.map((name) => ({ group: name, cpuMs: totalMs * (name === 'app' ? 0.9 : 0.1), complete: true })),
        othersCpuMs: 0.05 * totalMs,
        bottleneck: {
          group,
          cause: group === null ? null : 'own-limit',
          generatorSaturated: group === 'generator',
          loads: names.map((name) => ({ name, cores: 0.5, running: name === group ? 0.95 : 0.2, wanting: 0.5 })),
        },
      };
    }),
  );
  return {
    requests: 10_000,
    connections: 100,
    processes: 5,
    visitors: 200,
    pinning: { possible: true, generatorCores: [1], serverCores: [0] },
    pinned: true,
    rounds,
    byOthers: (['ab', 'wrk'] as const).map((program) => ({
      program,
      subject: 'jwt',
      succeeded: 10_000,
      failures: { non2xx: 1, timeouts: 0, errors: 2 },
      totalMs: 4000,
      requestsPerSecond: 2500,
      meanLatencyMs: program === 'ab' ? 40 : null,
    })),
  };
}

const asClaimed = { sticky: 5000, jwt: 3000, 'jwt-uncached': 2500, redis: 4000, coherent: 4900, 'sticky-again': 5000 };

describe('experiment 4.2', () => {
  test('sticky first, Redis held back by Redis, JWT by its application', () => {
    const analysis = analyseThroughput(withRates(asClaimed, { redis: 'redis' }));
    expect(verdicts(analysis)).toEqual({ H1: 'confirmed', H2: 'confirmed', H3: 'confirmed' });
    expect(analysis.headline).toMatch(
      /^sticky \d+, coherent sessions \d+, Redis sessions \d+, JWT \d+, JWT, checked each time \d+ requests\/s$/,
    );
    expect(analysis.findings[0]).toContain('is confirmed');
    expect(analysis.findings[1]).toMatch(/coherent sessions \/ sticky ×1\.0\d+ .*, practically equal\.$/);
    expect(analysis.tables[4]?.rows).toEqual([
      ['ab', 'JWT', 10_000, '4000', '2500', '40', 3],
      ['wrk', 'JWT', 10_000, '4000', '2500', '–', 3],
    ]);
    expect(analysis.tables[2]?.rows[0]?.at(-1)).toMatch(/^(19|20)\d(\.\d+)?$/);
  });

  test('a faster JWT, and an application that was the limit of Redis sessions', () => {
    const analysis = analyseThroughput(withRates({ ...asClaimed, jwt: 7000 }));
    expect(verdicts(analysis)).toEqual({ H1: 'refuted', H2: 'refuted', H3: 'confirmed' });
  });

  test('a generator at its limit says nothing about the servers', () => {
    const analysis = analyseThroughput(withRates(asClaimed, { redis: 'generator', jwt: 'generator' }));
    expect(verdicts(analysis)).toMatchObject({ H2: 'undecided', H3: 'undecided' });
    expect(analysis.findings.join(' ')).toContain('the generator had no time left either');
  });

  test('a control that fails leaves the order undecided, and so do failed requests', () => {
    expect(verdicts(analyseThroughput(withRates({ ...asClaimed, 'sticky-again': 3500 }))).H1).toBe('undecided');
    const observed = withRates(asClaimed);
    const rounds = observed.rounds.map((round) => ({ ...round, failures: { ...round.failures, timeouts: 1 } }));
    expect(verdicts(analyseThroughput({ ...observed, rounds, pinned: false })).H1).toBe('undecided');
  });

  test('without CPU times the rates are still judged', () => {
    const observed = withRates(asClaimed);
    const rounds = observed.rounds.map((round) => ({ ...round, cpu: [], othersCpuMs: null, bottleneck: null }));
    expect(verdicts(analyseThroughput({ ...observed, rounds }))).toEqual({
      H1: 'confirmed',
      H2: 'undecided',
      H3: 'undecided',
    });
  });
});
