/** Made-up evidence of a round, to be held against what was promised. */
import { checkRound, type Findings } from '../src/queue/check/check-round.ts';
import type { Evidence, Process } from '../src/queue/check/evidence.ts';
import type { QueueEntry, Told } from '../src/queue/ledger-entry.ts';
import type { PlannedTask } from '../src/queue/plan.ts';
import type { SubjectPromises } from '../src/queue/subject.ts';
import { madeUpProcess } from './made-up-processes.ts';

export { struck } from './made-up-processes.ts';

export type Line = readonly [at: number, entry: QueueEntry];

export const everything: SubjectPromises = {
  keys: true,
  fences: true,
  refusals: true,
  told: true,
  schedules: true,
  business: true,
  boundedKeys: true,
};
/** A queue that promises nothing beyond at least once. */
export const nothing: SubjectPromises = {
  keys: false,
  fences: false,
  refusals: false,
  told: false,
  schedules: false,
  business: false,
  boundedKeys: false,
};

export function task(id: string, more: Partial<PlannedTask> = {}): PlannedTask {
  return { id, delayMs: 0, failures: 0, end: 'done', twice: false, workMs: 1, tailMs: 0, pauseMs: 0, ...more };
}

export const process: (name: string, lines: readonly Line[], end?: Process['end']) => Process = madeUpProcess;

export function stored(id: string, outcome = 'added'): Line[] {
  return [
    [0, { event: 'asked', id }],
    [1, { event: 'acked', id, outcome }],
  ];
}

/** A whole attempt: started at `at`, effect 1 ms later, returned 2, and told 4. */
export function attempt(at: number, id: string, fence: number, told: Told = 'done', number = 1): Line[] {
  const mark = { id, attempt: number, fence };
  return [
    [at, { event: 'started', ...mark }],
    [at + 1, { event: 'effect', ...mark }],
    [at + 2, { event: 'returned', ...mark }],
    [at + 4, { event: told, id }],
  ];
}

/** One that was cut off after its effect. */
export function brokenOff(at: number, id: string, fence: number): Line[] {
  return attempt(at, id, fence).slice(0, 2);
}

/** An attempt whose handler throws. */
export function failed(at: number, id: string, fence: number, told: Told, number = 1): Line[] {
  const mark = { id, attempt: number, fence };
  return [
    [at, { event: 'started', ...mark }],
    [at + 1, { event: 'threw', ...mark }],
    [at + 3, { event: told, id }],
  ];
}

/** One task, one worker, and all is well, but for what is given. */
export function check(evidence: Partial<Evidence>): Findings {
  const tasks = evidence.tasks ?? [task('a')];
  const faults = evidence.faults ?? [];
  return checkRound({
    promises: everything,
    leaseMs: 300,
    tasks,
    schedules: [],
    producers: [process('p', [...tasks.flatMap(({ id }) => stored(id)), [2, { event: 'closed' }]])],
    workers: [process('w', attempt(10, 'a', 1))],
    planned: faults.map(({ fault }) => fault),
    faults,
    shelves: [],
    drainedAt: 1_000,
    whereabouts: new Map(),
    leakedKeys: [],
    ...evidence,
  });
}

/** The rules that were broken, each as often as it was. */
export function rules(evidence: Partial<Evidence>): string[] {
  return check(evidence).violations.map(({ rule }) => rule);
}
