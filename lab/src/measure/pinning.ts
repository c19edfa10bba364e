/**
 * Gives the load generator a core of its own, so that it and the servers do not take the CPU from each other. Linux
 * with taskset (util-linux); elsewhere nothing is pinned, and the plan says so.
 */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { InvalidOptionError } from 'sallyport';
import { findProgram } from '../cluster/find-program.ts';

/** Plain JSON, to be recorded as it is. */
export type PinningPlan =
  | { readonly possible: true; readonly generatorCores: readonly number[]; readonly serverCores: readonly number[] }
  | { readonly possible: false; readonly reason: 'not-linux' | 'no-taskset' | 'one-core' };

/** What became of one process. Plain JSON, to be recorded as it is. */
export type PinOutcome =
  | { readonly pid: number; readonly pinned: true; readonly cores: readonly number[] }
  | { readonly pid: number; readonly pinned: false; readonly reason: 'process-gone' | 'refused' };

export interface PinningSearch {
  /** The cores that may be used. @default those that this process may run on */
  readonly cores?: readonly number[];
  /** Where programs are looked for. @default process.env.PATH */
  readonly path?: string;
}

/** The last core goes to the generator, which is one thread; all others go to the servers. */
export function planPinning({ cores = allowedCores('self'), path }: PinningSearch = {}): PinningPlan {
  if (cores === undefined) return { possible: false, reason: 'not-linux' };
  if (cores.length < 2) return { possible: false, reason: 'one-core' };
  if (findTaskset(path) === undefined) return { possible: false, reason: 'no-taskset' };
  return { possible: true, generatorCores: cores.slice(-1), serverCores: cores.slice(0, -1) };
}

/**
 * Moves a running process to these cores, with all its threads; what it starts later stays there too. Looks afterwards
 * whether it really is there.
 * @throws InvalidOptionError
 */
export async function pinProcess(pid: number, cores: readonly number[]): Promise<PinOutcome> {
  const list = coreList(cores);
  if (allowedCores(pid) === undefined) return { pid, pinned: false, reason: 'process-gone' };
  await new Promise<void>((resolve) => {
    execFile('taskset', ['--all-tasks', '--cpu-list', '--pid', list, String(pid)], { timeout: 5000 }, () => resolve());
  });
  const now = allowedCores(pid);
  if (now === undefined) return { pid, pinned: false, reason: 'process-gone' };
  return coreList(now) === list ? { pid, pinned: true, cores: now } : { pid, pinned: false, reason: 'refused' };
}

/** The command that starts a program on these cores from its first instruction. @throws InvalidOptionError */
export function commandOnCores(
  cores: readonly number[],
  command: string,
  args: readonly string[],
): { readonly command: string; readonly args: readonly string[] } {
  return { command: 'taskset', args: ['--cpu-list', coreList(cores), command, ...args] };
}

/** The cores that the main thread of a process may run on, ascending; `undefined` when there is no telling. */
export function allowedCores(pid: number | 'self'): number[] | undefined {
  try {
    const list = /^Cpus_allowed_list:\s+(\S+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return list === undefined ? undefined : parseCoreList(list);
  } catch {
    return undefined;
  }
}

/** `0-2,5` as 0, 1, 2, 5. */
function parseCoreList(list: string): number[] {
  return list.split(',').flatMap((part) => {
    const [first = 0, last = first] = part.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}

function coreList(cores: readonly number[]): string {
  if (cores.length === 0 || !cores.every((core) => Number.isSafeInteger(core) && core >= 0)) {
    throw new InvalidOptionError('cores', 'a list of at least one core, counted from 0');
  }
  return [...new Set(cores)].sort((a, b) => a - b).join(',');
}

function findTaskset(path: string | undefined): string | undefined {
  return findProgram(['taskset'], path === undefined ? {} : { path, folders: [] });
}
