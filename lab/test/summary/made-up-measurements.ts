/** Observations of the experiments that measure, with figures that lie close around the given ones. */
import type { SerialBlock } from '../../src/experiments/comparison/serial-block.ts';
import type { SubjectName } from '../../src/experiments/comparison/subjects.ts';
import type { DenyListCost } from '../../src/experiments/l33-deny-list/cost.ts';
import type { LatencyObservations } from '../../src/experiments/l41-latency/observations.ts';
import type { ThroughputObservations } from '../../src/experiments/l42-throughput/observations.ts';
import type { CostObservations } from '../../src/experiments/l43-cost/observations.ts';
import { seededRandom } from '../../src/experiments/seeded-random.ts';

/** By subject; one that is left out was not measured. */
export type Figures = Partial<Readonly<Record<SubjectName, number>>>;

const pinned = { pinning: { possible: true, generatorCores: [1], serverCores: [0] }, pinned: true } as const;

/** Twelve samples of each subject from four processes, each within `spread` of its figure. */
function samplesOf(figures: Figures, spread: number) {
  const random = seededRandom(11, 'measurements');
  return (Object.entries(figures) as [SubjectName, number][]).flatMap(([subject, figure]) =>
    Array.from({ length: 12 }, (_, index) => ({
      subject,
      process: Math.floor(index / 3),
      block: index % 3,
      value: figure * (1 - spread + 2 * spread * random.next()),
    })),
  );
}

const summary = (p50Ms: number) => ({
  n: 100,
  meanMs: p50Ms,
  p50Ms,
  p95Ms: 2 * p50Ms,
  p99Ms: 3 * p50Ms,
  minMs: p50Ms / 2,
  maxMs: 4 * p50Ms,
});

export function latency(p50Ms: Figures, spread = 0.02): LatencyObservations {
  const failures = { non2xx: 0, timeouts: 0, errors: 0 };
  const ways = ['direct', 'balancer'] as const;
  return {
    ...pinned,
    processes: 4,
    requestsPerBlock: 100,
    visitors: 50,
    balancer: 'nginx',
    answerBytes: [],
    blocks: ways.flatMap((way) =>
      samplesOf(p50Ms, spread).map(({ value, ...block }) => ({ ...block, way, failures, latency: summary(value) })),
    ),
    pooled: ways.flatMap((way) =>
      (Object.entries(p50Ms) as [SubjectName, number][]).map(([subject, value]) => ({
        way,
        subject,
        latency: summary(way === 'direct' ? value : 2 * value),
        bins: [{ index: 0, count: 100 }],
      })),
    ),
    openLoop: [],
  };
}

/** @param cpuMs CPU time per request of all servers; requests per second are taken to be its reciprocal. */
export function throughput(cpuMs: Figures, spread = 0.02): ThroughputObservations {
  return {
    ...pinned,
    requests: 1000,
    connections: 50,
    processes: 4,
    visitors: 50,
    rounds: samplesOf(cpuMs, spread).map(({ value, ...block }) => ({
      ...block,
      succeeded: 1000,
      failures: { non2xx: 0, timeouts: 0, errors: 0 },
      complete: true,
      totalMs: 1000 * value,
      requestsPerSecond: 1000 / value,
      meanLatencyMs: 50 * value,
      cpu: [
        { group: 'app', cpuMs: 900 * value, complete: true },
        { group: 'nginx', cpuMs: 100 * value, complete: true },
        { group: 'generator', cpuMs: 500 * value, complete: true },
      ],
      othersCpuMs: 10,
      bottleneck: null,
    })),
  };
}

function serialBlocks(cpuMs: Figures, spread: number): SerialBlock[] {
  return samplesOf(cpuMs, spread).map(({ value, ...block }) => ({
    ...block,
    requests: 100,
    failed: 0,
    elapsedMs: 100,
    cpuMs: 100 * value,
    latency: summary(2 * value),
  }));
}

/** Bytes per user; where they lie is fixed: in the heap, or in Redis. */
export type Bytes = Partial<Readonly<Record<'sticky' | 'jwt' | 'redis' | 'coherent', number>>>;

export function cost(cpuMs: Figures, bytes: Bytes, spread = 0.02): CostObservations {
  const random = seededRandom(12, 'memory');
  return {
    ...pinned,
    memory: (Object.entries(bytes) as [keyof Bytes, number][]).flatMap(([subject, perUser]) =>
      [400, 800, 1200, 1600, 2000].map((size) => {
        const grown = 1e7 + perUser * size + 2000 * random.next();
        return {
          subject,
          size,
          heapBytes: subject === 'redis' || subject === 'coherent' ? 1e7 : grown,
          residentBytes: 6e7,
          redisBytes: subject === 'redis' || subject === 'coherent' ? grown : null,
        };
      }),
    ),
    credentials: [
      { subject: 'sticky', header: 'cookie', valueBytes: 63 },
      { subject: 'jwt', header: 'authorization', valueBytes: 371 },
    ],
    cpu: serialBlocks(cpuMs, spread),
    idle: (Object.keys(cpuMs) as SubjectName[]).map((subject) => ({ subject, cpuMs: 1, elapsedMs: 1000 })),
  };
}

export function denyListCost(cpuMs: Figures, spread = 0.02): DenyListCost {
  return { ...pinned, blocks: serialBlocks(cpuMs, spread) };
}
