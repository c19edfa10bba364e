/** Compares two subjects block by block: what slows the machine down slows both of a block, and cancels out. */
import { InvalidOptionError } from 'sallyport';

/** One figure of one subject in one block. Plain JSON, to be recorded as it is. */
export type BlockSample = {
  readonly subject: string;
  readonly process: number;
  readonly block: number;
  /** Above 0, e.g. a median latency, or CPU time per request. */
  readonly value: number;
};

/**
 * How many times the baseline's value the subject's is, per process and block. A block that has only one of the two,
 * because the run was interrupted or a request failed, does not count.
 * @throws InvalidOptionError
 */
export function pairedRatios(samples: readonly BlockSample[], subject: string, baseline: string): number[][] {
  const baselines = byProcessAndBlock(samples, baseline);
  const ratios: number[][] = [];
  for (const [process, blocks] of byProcessAndBlock(samples, subject)) {
    const paired: number[] = [];
    for (const [block, value] of blocks) {
      const other = baselines.get(process)?.get(block);
      if (other !== undefined) paired.push(value / other);
    }
    if (paired.length > 0) ratios.push(paired);
  }
  return ratios;
}

function byProcessAndBlock(samples: readonly BlockSample[], subject: string): Map<number, Map<number, number>> {
  const processes = new Map<number, Map<number, number>>();
  for (const { subject: of, process, block, value } of samples) {
    if (of !== subject) continue;
    if (!(value > 0 && Number.isFinite(value))) {
      throw new InvalidOptionError('samples', `finite values above 0, not ${value} as for ${subject}`);
    }
    const blocks = processes.get(process) ?? new Map<number, number>();
    if (blocks.has(block)) {
      throw new InvalidOptionError('samples', `one per subject, process and block, not two as for ${subject}`);
    }
    processes.set(process, blocks.set(block, value));
  }
  return processes;
}
