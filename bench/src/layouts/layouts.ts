import type { Benchmark } from '../benchmark.ts';
export const layouts: Benchmark = {
  name: 'layouts',
  title: '',
  subjects: [],
  metrics: [],
  rounds: { quick: 1, full: 1 },
  programs: [],
  packages: [],
  measure: async () => ({}),
};
