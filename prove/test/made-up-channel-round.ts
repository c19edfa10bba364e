/** Made-up evidence of a round of a channel, to be held against what was promised. */
import { checkRound, type Findings } from '../src/channels/check/check-round.ts';
import type { Evidence, Process } from '../src/channels/check/evidence.ts';
import type { ChannelEntry } from '../src/channels/ledger-entry.ts';
import { type MadeUpLine, madeUpProcess } from './made-up-processes.ts';

export { struck } from './made-up-processes.ts';

export type Line = MadeUpLine<ChannelEntry>;
export const process: (name: string, lines: readonly Line[], end?: Process['end']) => Process = madeUpProcess;

/** Message `m3` has the id `3-0`, was asked for at 3 and acknowledged at 3.5. */
export function published(...numbers: readonly number[]): Line[] {
  return numbers.flatMap((n): Line[] => [
    [n, { event: 'asked', name: `m${n}` }],
    [n + 0.5, { event: 'acked', name: `m${n}`, id: `${n}-0` }],
  ]);
}

/** Each at ten times its number. */
export function got(...numbers: readonly number[]): Line[] {
  return numbers.map((n) => [10 * n, { event: 'got', name: `m${n}`, id: `${n}-0`, afterGap: false }]);
}

export function keptOnes(...numbers: readonly number[]): Map<string, string> {
  return new Map(numbers.map((n) => [`${n}-0`, `m${n}`]));
}

/** Three messages, one publisher, one subscriber, and all is well, but for what is given. */
export function check(evidence: Partial<Evidence>): Findings {
  const faults = evidence.faults ?? [];
  return checkRound({
    publishers: [process('p', published(1, 2, 3))],
    subscribers: [{ name: 's', lives: [process('s', got(1, 2, 3))] }],
    planned: faults.map(({ fault }) => fault),
    faults,
    drainedAt: 1_000,
    kept: keptOnes(1, 2, 3),
    maxLength: 1_000,
    isTrimmed: false,
    leftSubscriptions: [],
    leakedKeys: [],
    ...evidence,
  });
}

/** The rules that were broken, each as often as it was. */
export function rules(evidence: Partial<Evidence>): string[] {
  return check(evidence).violations.map(({ rule }) => rule);
}

/** What one subscriber got, in one life or more. */
export function seenBy(...lives: readonly (readonly Line[])[]): Pick<Evidence, 'subscribers'> {
  return { subscribers: [{ name: 's', lives: lives.map((lines, n) => process(n === 0 ? 's' : 's-again', lines)) }] };
}
