/** Benchmarks without servers, to see what the runner itself does. */
import type { Benchmark, Metric, Samples } from '../src/benchmark.ts';
import type { Machine } from '../src/machine.ts';

export const toyMachine: Machine = {
  os: 'toy',
  cpu: 'toy',
  cores: 1,
  memoryBytes: 1,
  loadAverage: 0,
  versions: {},
};

export const costs: Metric = { name: 'cost', unit: 'coins', better: 'lower', baseline: 'slow' };

/** Subjects `slow` and `fast`; `measure` may be replaced. */
export function toyBenchmark(changes: Partial<Benchmark> = {}): Benchmark {
  return {
    name: 'toy',
    title: 'A toy',
    subjects: ['slow', 'fast'],
    metrics: [costs],
    rounds: { quick: 2, full: 5 },
    programs: [],
    packages: [],
    measure: async (subject): Promise<Samples> => ({ cost: subject === 'slow' ? 10 : 5 }),
    ...changes,
  };
}
