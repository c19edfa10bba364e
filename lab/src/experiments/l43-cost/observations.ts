/** What experiment 4.3 records. */
import type { BlockSample } from '../../measure/statistics/paired-ratios.ts';
import type { SubjectName } from '../comparison/subjects.ts';

/** One scheme with so many users logged in, each of whom has been seen once since; `null` where there is no figure. */
export type MemoryPoint = {
  readonly subject: SubjectName;
  readonly size: number;
  readonly heapBytes: number | null;
  readonly residentBytes: number | null;
  /** `used_memory`; Redis sessions only. */
  readonly redisBytes: number | null;
};

/** CPU time of all servers of a subject during serial requests. */
export type CpuBlock = {
  readonly subject: SubjectName;
  readonly process: number;
  readonly block: number;
  readonly requests: number;
  readonly failed: number;
  readonly cpuMs: number;
  readonly elapsedMs: number;
};

export type IdleCpu = { readonly subject: SubjectName; readonly cpuMs: number; readonly elapsedMs: number };

export type CostObservations = {
  readonly memory: readonly MemoryPoint[];
  readonly cpu: readonly CpuBlock[];
  readonly idle: readonly IdleCpu[];
  readonly pinned: boolean;
};

export function costSamples({ cpu }: CostObservations): BlockSample[] {
  return cpu.flatMap(({ subject, process, block, requests, failed, cpuMs }) =>
    failed > 0 || cpuMs <= 0 ? [] : [{ subject, process, block, value: cpuMs / requests }],
  );
}
