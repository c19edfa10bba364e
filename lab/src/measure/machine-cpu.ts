/** What the whole machine spent between two moments, and how much of that was none of ours. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { millisecondsPerTick } from './thread-times.ts';
import type { Unavailable } from './unavailable.ts';

/**
 * Of all cores together; the kernel counts in steps of 10 ms per core, so look at half a second at least. Plain JSON,
 * to be recorded as it is.
 */
export type MachineCpu = {
  readonly elapsedMs: number;
  readonly cores: number;
  /** Spent in programs and in the kernel on their behalf. */
  readonly programsMs: number;
  /** Spent on interrupts; under load on loopback, mostly on our own packets. */
  readonly interruptsMs: number;
  /** Taken by other guests of the same host. */
  readonly stolenMs: number;
  readonly idleMs: number;
};

export interface MachineCpuMark {
  since(): MachineCpu;
}

/**
 * Takes a mark to count from.
 * @param procFolder @default '/proc'
 */
export function markMachineCpu(procFolder: string = '/proc'): MachineCpuMark | Unavailable {
  const before = readMachine(procFolder);
  if (before === undefined) return { unavailable: process.platform === 'linux' ? 'unreadable' : 'not-linux' };
  const startedAt = performance.now();
  return {
    since: () => {
      const after = readMachine(procFolder) ?? before;
      return {
        elapsedMs: performance.now() - startedAt,
        cores: after.cores,
        programsMs: after.programsMs - before.programsMs,
        interruptsMs: after.interruptsMs - before.interruptsMs,
        stolenMs: after.stolenMs - before.stolenMs,
        idleMs: after.idleMs - before.idleMs,
      };
    },
  };
}

/**
 * What everybody else's programs took meanwhile: the machine's programs without our servers' and the generator's.
 * @param oursMs CPU time of all groups and of the generator, over the same time.
 */
export function othersCpuMs({ programsMs }: MachineCpu, oursMs: readonly number[]): number {
  return Math.max(0, programsMs - oursMs.reduce((sum, ms) => sum + ms, 0));
}

function readMachine(procFolder: string): Omit<MachineCpu, 'elapsedMs'> | undefined {
  let text: string;
  try {
    text = readFileSync(join(procFolder, 'stat'), 'utf8');
  } catch {
    return undefined;
  }
  const line = /^cpu +(.+)$/m.exec(text)?.[1];
  if (line === undefined) return undefined;
  // The time of guests is already part of the user's.
  const [user = 0, nice = 0, system = 0, idle = 0, ioWait = 0, irq = 0, softIrq = 0, stolen = 0] = line
    .split(' ')
    .map((ticks) => Number(ticks) * millisecondsPerTick);
  return {
    cores: text.match(/^cpu\d+ /gm)?.length ?? 1,
    programsMs: user + nice + system,
    interruptsMs: irq + softIrq,
    stolenMs: stolen,
    idleMs: idle + ioWait,
  };
}
