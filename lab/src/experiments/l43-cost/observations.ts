/** What experiment 4.3 records. */
import type { PinningOutcome } from '../comparison/fresh-processes.ts';
import type { SerialBlock } from '../comparison/serial-block.ts';
import type { SubjectName } from '../comparison/subjects.ts';

/** One scheme with so many users logged in, each of whom has been seen once since; `null` where there is no figure. */
export type MemoryPoint = {
  readonly subject: SubjectName;
  readonly size: number;
  readonly heapBytes: number | null;
  readonly residentBytes: number | null;
  /** `used_memory`; of Redis sessions and coherent ones. */
  readonly redisBytes: number | null;
};

/** What a client sends along with every request. */
export type Credential = {
  readonly subject: SubjectName;
  readonly header: string;
  /** Of the header's value: the cookie with its name, or `Bearer` and the token. */
  readonly valueBytes: number;
};

export type IdleCpu = { readonly subject: SubjectName; readonly cpuMs: number; readonly elapsedMs: number };

export type CostObservations = PinningOutcome & {
  readonly memory: readonly MemoryPoint[];
  readonly credentials: readonly Credential[];
  readonly cpu: readonly SerialBlock[];
  readonly idle: readonly IdleCpu[];
};
