/**
 * What CPU time the application servers, nginx and Redis take between two moments. Requests per second on a shared
 * machine can not order two programs; CPU time per request can.
 *
 * What the kernel does for the loopback network outside of any process is not in these figures; see machine-cpu.ts.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type ProcessTimes, readProcessTimes, type ThreadTimes } from './thread-times.ts';
import type { Unavailable } from './unavailable.ts';

/** Processes that are seen as one, e.g. nginx' master and its workers. */
export interface ProcessGroup {
  readonly name: string;
  /** Asked at each reading, since workers come and go. */
  pids(): readonly number[];
}

/** Plain JSON, to be recorded as it is. */
export type GroupCpu = {
  readonly name: string;
  readonly cpuMs: number;
  /** The thread that was most of its time running, or waiting for a core to run on: a program is as fast as that one. */
  readonly busiest: ThreadCpu;
  /** False when a process or thread that was there at the mark has ended: what it took is not known. */
  readonly complete: boolean;
};

type ThreadCpu = {
  readonly pid: number;
  readonly cpuMs: number;
  /** Ready, but something else had the core; `null` where the kernel does not say. */
  readonly waitMs: number | null;
};

/** Plain JSON, to be recorded as it is. */
export type CpuReading = {
  readonly elapsedMs: number;
  /** In the order of the groups. */
  readonly groups: readonly GroupCpu[];
};

export interface CpuMark {
  /** What each group took since the mark. May be asked again and again. */
  since(): CpuReading;
}

/**
 * Takes a mark to count from.
 * @param procFolder @default '/proc'
 */
export function markProcessCpu(groups: readonly ProcessGroup[], procFolder: string = '/proc'): CpuMark | Unavailable {
  if (!existsSync(join(procFolder, 'stat'))) return { unavailable: 'not-linux' };
  const startedAt = performance.now();
  const marked = groups.map((group) => readGroup(group, procFolder));
  return {
    since: () => ({
      elapsedMs: performance.now() - startedAt,
      groups: groups.map((group, index) => difference(group.name, marked[index]!, readGroup(group, procFolder))),
    }),
  };
}

type GroupTimes = ReadonlyMap<number, ProcessTimes>;

function readGroup(group: ProcessGroup, procFolder: string): GroupTimes {
  const times = new Map<number, ProcessTimes>();
  for (const pid of group.pids()) {
    const read = readProcessTimes(pid, procFolder);
    if (read !== undefined) times.set(pid, read);
  }
  return times;
}

function difference(name: string, before: GroupTimes, after: GroupTimes): GroupCpu {
  const threads: ThreadCpu[] = [];
  for (const [pid, { startedAtTicks, threads: now }] of after) {
    const marked = before.get(pid);
    const then = marked?.startedAtTicks === startedAtTicks ? marked.threads : undefined;
    for (const [thread, times] of now) threads.push({ pid, ...threadDifference(then?.get(thread), times) });
  }
  const busiest = threads.reduce((most, thread) => (demandOf(thread) > demandOf(most) ? thread : most), {
    pid: 0,
    cpuMs: 0,
    waitMs: null,
  });
  return {
    name,
    cpuMs: threads.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
    busiest,
    complete: [...before].every(([pid, times]) => isStillThere(times, after.get(pid))),
  };
}

function isStillThere(before: ProcessTimes, after: ProcessTimes | undefined): boolean {
  if (after?.startedAtTicks !== before.startedAtTicks) return false;
  return [...before.threads.keys()].every((thread) => after.threads.has(thread));
}

function threadDifference(before: ThreadTimes | undefined, after: ThreadTimes): Omit<ThreadCpu, 'pid'> {
  return {
    cpuMs: after.cpuMs - (before?.cpuMs ?? 0),
    waitMs: after.waitMs === undefined ? null : after.waitMs - (before?.waitMs ?? 0),
  };
}

function demandOf({ cpuMs, waitMs }: ThreadCpu): number {
  return cpuMs + (waitMs ?? 0);
}
