/** New tasks as arguments of a script, and what the script answers; see adding.lua. */
import { InvalidOptionError } from '../errors.ts';
import type { AddOutcome, NewTask } from './store.ts';

export interface AddCall {
  readonly args: readonly string[];
  /** What the script's answer means for each of the tasks. */
  outcomes(replies: readonly number[]): AddOutcome[];
}

/** @param together How many tasks, one number after the other, are added together or not at all. */
export function addCall(tasks: readonly NewTask[], together?: readonly number[]): AddCall {
  const groups = groupsOf(tasks, together);
  return {
    args: groups.flatMap((group) => {
      if (typeof group === 'number') return ['together', String(group)];
      return group.isPlain
        ? ['plain', String(group.tasks.length), ...group.tasks.map(({ envelope }) => envelope)]
        : group.tasks.flatMap(taskArguments);
    }),
    outcomes: (replies) => {
      let reply = 0;
      return groups.flatMap((group): AddOutcome[] => {
        if (typeof group === 'number') return [];
        if (!group.isPlain) return group.tasks.map(() => outcomes[replies[reply++] ?? -1] ?? 'full');
        const added = replies[reply++] ?? 0;
        return group.tasks.map((_, index) => (index < added ? 'added' : 'full'));
      });
    },
  };
}

const outcomes: Readonly<Record<number, AddOutcome>> = { 1: 'added', 0: 'duplicate', 2: 'replaced', [-1]: 'full' };

interface Group {
  readonly isPlain: boolean;
  readonly tasks: NewTask[];
}

/** Neighbours that are plain, as most tasks are, share a group; a number announces tasks that are added together. */
function groupsOf(tasks: readonly NewTask[], together?: readonly number[]): (Group | number)[] {
  const groups: (Group | number)[] = [];
  let last: Group | undefined;
  const sizes = together?.values();
  let size = 1;
  let left = 0;
  for (const task of tasks) {
    if (sizes !== undefined && left-- === 0) {
      const before = size;
      size = sizes.next().value ?? 1;
      left = size - 1;
      // A single task needs no announcement, but must not join those that were announced before.
      if (size > 1) groups.push(size);
      if (size > 1 || before > 1) last = undefined;
    }
    const isPlain = isPlainTask(task);
    if (last?.isPlain !== isPlain) {
      last = { isPlain, tasks: [] };
      groups.push(last);
    }
    last.tasks.push(task);
  }
  return groups;
}

/** Any task in eight arguments. */
export function taskArguments(task: NewTask): string[] {
  const { envelope, uniqueId = '', key = '', priority = 0, delayMs = 0, debounce } = task;
  return [
    'task',
    envelope,
    uniqueId,
    key,
    String(priority),
    wholeMs(delayMs),
    debounce?.name ?? '',
    wholeMs(debounce?.maxDelayMs ?? 0),
  ];
}

/** No id of the application's, no key, no priority, no delay. */
function isPlainTask({ uniqueId, key, priority, delayMs, debounce }: NewTask): boolean {
  return uniqueId === undefined && key === undefined && !priority && !delayMs && debounce === undefined;
}

/** About 300 years: what is longer is meant to be for ever, and Redis refuses numbers that leave its range. */
const longestMs = 1e13;

/**
 * Scripts take whole milliseconds; rounding up never lets anything happen too early.
 * @throws InvalidOptionError, before a script can stumble over it half-way
 */
export function wholeMs(ms: number): string {
  if (!(ms >= 0)) throw new InvalidOptionError('a time of a task', 'a number of milliseconds from 0');
  return String(Math.min(longestMs, Math.ceil(ms)));
}
