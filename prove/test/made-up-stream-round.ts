/** Made-up evidence of a round of the streams, to be held against what was promised. */
import { checkRound, type Findings } from '../src/streams/check/check-round.ts';
import type { Evidence, Process } from '../src/streams/check/evidence.ts';
import type { StreamEntry, Told } from '../src/streams/ledger-entry.ts';
import { type GroupName, groupNames, type PlannedAppend, type PlannedEvent } from '../src/streams/plan.ts';
import { type MadeUpLine, madeUpProcess } from './made-up-processes.ts';

export { struck } from './made-up-processes.ts';

export type Line = MadeUpLine<StreamEntry>;
export const process: (name: string, lines: readonly Line[], end?: Process['end']) => Process = madeUpProcess;

export function event(name: string, more: Partial<PlannedEvent> = {}): PlannedEvent {
  return { name, failures: 0, end: 'done', workMs: 1, tailMs: 0, ...more };
}

export function append(...events: readonly PlannedEvent[]): PlannedAppend {
  return { events, isKeyed: false, pauseMs: 0 };
}

export function acked(name: string, id: string, outcome = 'appended'): Line[] {
  return [
    [0, { event: 'asked', name }],
    [1, { event: 'acked', name, id, outcome }],
  ];
}

interface CallOptions {
  readonly name?: string;
  readonly id?: string;
  readonly deliveries?: number;
}

/** A whole call of a handler: started at `at`, effect 1 ms later, returned 2, and told 4. */
export function call(at: number, group: GroupName, told: Told = 'done', options: CallOptions = {}): Line[] {
  const { name = 'a', id = '1-0', deliveries = 1 } = options;
  const mark = { group, id, name, deliveries };
  return [
    [at, { event: 'started', ...mark }],
    [at + 1, { event: 'effect', applied: true, ...mark }],
    [at + 2, { event: 'returned', ...mark }],
    [at + 4, { event: told, group, id }],
  ];
}

/** One that was cut off after its effect. */
export function brokenOff(at: number, group: GroupName, options: CallOptions = {}): Line[] {
  return call(at, group, 'done', options).slice(0, 2);
}

/** One whose handler throws. */
export function failed(at: number, group: GroupName, told: Told, options: CallOptions = {}): Line[] {
  const { name = 'a', id = '1-0', deliveries = 1 } = options;
  const mark = { group, id, name, deliveries };
  return [
    [at, { event: 'started', ...mark }],
    [at + 1, { event: 'threw', ...mark }],
    [at + 3, { event: told, group, id }],
  ];
}

export const trimmed: Line = [900, { event: 'trimmed', entries: 1 }];

/** All groups but those that are named have done it at 10. */
export function others(...without: readonly GroupName[]): Line[] {
  return [...groupNames.filter((group) => !without.includes(group)).flatMap((group) => call(10, group)), trimmed];
}

/** One event, one process, all groups, and all is well, but for what is given. */
export function check(evidence: Partial<Evidence>): Findings {
  const faults = evidence.faults ?? [];
  return checkRound({
    claimAfterMs: 300,
    appends: [append(event('a'))],
    producers: [process('p', [...acked('a', '1-0'), [2, { event: 'closed' }]])],
    workers: [process('w', others())],
    planned: faults.map(({ fault }) => fault),
    faults,
    isChanging: false,
    drainedAt: 1_000,
    dead: [],
    applied: new Map([['a', 1]]),
    kept: new Set(['1-0']),
    unforgotten: [],
    pendingAtEnd: [],
    untrimmed: 0,
    leakedKeys: [],
    ...evidence,
  });
}

/** The rules that were broken, each as often as it was. */
export function rules(evidence: Partial<Evidence>): string[] {
  return check(evidence).violations.map(({ rule }) => rule);
}
