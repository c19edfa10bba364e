/** The CPU time of every thread of a process, as the Linux kernel counts it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface ThreadTimes {
  readonly cpuMs: number;
  /** Ready to run, and waiting for a core; `undefined` where the kernel does not say. */
  readonly waitMs: number | undefined;
}

/** All threads of one process. */
export interface ProcessTimes {
  /** Tells a process from a later one with the same number. */
  readonly startedAtTicks: number;
  readonly threads: ReadonlyMap<number, ThreadTimes>;
}

/** The kernel's unit in /proc for programs: 100 a second on every platform that Node runs on. */
export const millisecondsPerTick = 10;

/** `undefined` when there is no such process. */
export function readProcessTimes(pid: number, procFolder: string): ProcessTimes | undefined {
  const folder = join(procFolder, String(pid));
  const process = readStat(folder);
  if (process === undefined) return undefined;
  const threads = new Map<number, ThreadTimes>();
  for (const thread of entriesOf(join(folder, 'task'))) {
    const times = readThread(join(folder, 'task', thread));
    if (times !== undefined) threads.set(Number(thread), times);
  }
  return { startedAtTicks: process.startedAtTicks, threads };
}

/** In nanoseconds from schedstat; where the kernel was built without it, in whole ticks from stat. */
function readThread(folder: string): ThreadTimes | undefined {
  const [cpuNs = 0, waitNs = 0, slices = 0] = (textOf(join(folder, 'schedstat')) ?? '').split(' ').map(Number);
  if (slices > 0) return { cpuMs: cpuNs / 1e6, waitMs: waitNs / 1e6 };
  const stat = readStat(folder);
  return stat === undefined ? undefined : { cpuMs: stat.cpuTicks * millisecondsPerTick, waitMs: undefined };
}

function readStat(folder: string): { cpuTicks: number; startedAtTicks: number } | undefined {
  const line = textOf(join(folder, 'stat'));
  if (line === undefined) return undefined;
  // The name in parentheses may itself hold spaces and parentheses. From field 3 on: 14 and 15 are the user's and the
  // system's time, 22 is the start.
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  return { cpuTicks: Number(fields[11]) + Number(fields[12]), startedAtTicks: Number(fields[19]) };
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
