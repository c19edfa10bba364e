import { describe, expect, test } from 'vitest';
import { schemeSubjects } from '../../src/experiments/comparison/subjects.ts';
import { cost } from '../../src/experiments/l43-cost/index.ts';
import type { CostObservations } from '../../src/experiments/l43-cost/observations.ts';
import { seededRandom } from '../../src/experiments/seeded-random.ts';
import { inBothLanguages } from './in-both-languages.ts';
import { verdicts } from './made-up.ts';

const analyseCost = inBothLanguages(cost);
const sizes = [2000, 4000, 6000, 8000, 10_000];

interface Costs {
  readonly stickyHeap?: number;
  readonly jwtHeap?: number;
  readonly redisHeap?: number;
  readonly redis?: number;
  readonly jwtCpuMs?: number;
  readonly controlCpuMs?: number;
}

/** Bytes per user, and CPU time per request where sticky takes 0.1 ms. */
function withCosts({
  stickyHeap = 900,
  jwtHeap = 0,
  redisHeap = 0,
  redis = 400,
  jwtCpuMs = 0.2,
  controlCpuMs = 0.1,
}: Costs = {}): CostObservations {
  const random = seededRandom(5, 'costs');
  const heap = { sticky: stickyHeap, jwt: jwtHeap, redis: redisHeap, coherent: 1100 };
  const cpuMs = {
    sticky: 0.1,
    jwt: jwtCpuMs,
    'jwt-uncached': 0.3,
    redis: 0.15,
    coherent: 0.1,
    'sticky-again': controlCpuMs,
  };
  return {
    memory: (['sticky', 'jwt', 'redis', 'coherent'] as const).flatMap((subject) =>
      sizes.map((size) => ({
        subject,
        size,
        heapBytes: Math.round(2e7 + heap[subject] * size + 2e4 * (random.next() - 0.5)),
        residentBytes: 6e7 + 1000 * size,
        redisBytes: subject === 'redis' || subject === 'coherent' ? 1e6 + redis * size : null,
      })),
    ),
    cpu: schemeSubjects.flatMap((subject) =>
      Array.from({ length: 15 }, (_, index) => ({
        subject,
        process: Math.floor(index / 3),
        block: index % 3,
        requests: 100,
        failed: 0,
        cpuMs: 100 * cpuMs[subject] * (0.98 + 0.04 * random.next()),
        elapsedMs: 50,
        latency: null,
      })),
    ),
    idle: schemeSubjects.map((subject) => ({ subject, cpuMs: 1, elapsedMs: 1000 })),
    credentials: [
      { subject: 'sticky', header: 'cookie', valueBytes: 50 },
      { subject: 'jwt', header: 'authorization', valueBytes: 420 },
    ],
    pinning: { possible: true, generatorCores: [1], serverCores: [0] },
    pinned: true,
  };
}

describe('experiment 4.3', () => {
  test('each scheme costs what it is said to cost, with the price of a million users', () => {
    const analysis = analyseCost(withCosts());
    expect(verdicts(analysis)).toEqual({ H1: 'confirmed', H2: 'confirmed', H3: 'confirmed' });
    expect(analysis.headline).toMatch(/^bytes per session: sticky (89|90)\d, Redis sessions 400$/);
    expect(analysis.tables[1]?.rows).toContainEqual([
      'Redis sessions',
      'Redis used_memory',
      '400',
      '400',
      '400',
      '381.5',
      '300',
    ]);
    expect(analysis.tables[2]?.rows[0]?.[1]).toBe('1');
    expect(analysis.tables[3]?.rows).toEqual([
      ['sticky', 'cookie', 50],
      ['JWT', 'authorization', 420],
    ]);
    expect(analysis.findings.join(' ')).toMatch(/keeps copies, 10,000 at most.* 1,?\d{3} bytes per user/);
    expect(analysis.findings.join(' ')).toContain('420 bytes for JWT, 50 for');
  });

  test('H1 and H2: memory that lies elsewhere', () => {
    expect(verdicts(analyseCost(withCosts({ stickyHeap: 0, redisHeap: 500 }))).H1).toBe('refuted');
    expect(verdicts(analyseCost(withCosts({ redis: 0 }))).H2).toBe('refuted');
    const observed = withCosts();
    const memory = observed.memory.map((point) => ({ ...point, heapBytes: null }));
    expect(verdicts(analyseCost({ ...observed, memory }))).toMatchObject({ H1: 'undecided', H2: 'confirmed' });
  });

  test('H3: a cheaper JWT, no practical difference, and a control that fails', () => {
    expect(verdicts(analyseCost(withCosts({ jwtCpuMs: 0.07 }))).H3).toBe('refuted');
    expect(verdicts(analyseCost(withCosts({ jwtCpuMs: 0.1 }))).H3).toBe('undecided');
    expect(verdicts(analyseCost(withCosts({ controlCpuMs: 0.15 }))).H3).toBe('undecided');
    expect(verdicts(analyseCost({ ...withCosts(), cpu: [], idle: [], pinned: false })).H3).toBe('undecided');
  });
});
