/** What a round of the outage proof shows, and which promises it breaks. Pure. */
import type { OutageMode } from './modes.ts';
import type { OutageAnswer, OutageFault, OutagePhase, OutageRound } from './observed.ts';

/** No request takes longer, and nobody is refused for longer after Redis' return. */
const boundMs = 1_000;

/** `401 after logout`: as it must be. `wrong 401`: somebody was logged out by the fault. `other`: what nobody should get. */
export type Outcome = (typeof outcomes)[number];
const outcomes = ['200', '401 after logout', 'wrong 401', '503', 'other'] as const;

function outcomeOf({ status, isLeaving }: OutageAnswer): Outcome {
  if (status === 200) return '200';
  if (status === 503) return '503';
  if (status !== 401) return 'other';
  return isLeaving ? '401 after logout' : 'wrong 401';
}

export interface PhaseFindings {
  readonly mode: OutageMode;
  readonly fault: OutageFault;
  /** Of what was sent from the break to the end of the phase. */
  readonly counts: ReadonlyMap<Outcome, number>;
  /** From the break until the first request was sent that was answered 503; `undefined` when none was. */
  readonly firstRefusedMs: number | undefined;
  /** From Redis' return until the last request was sent that was answered 503; 0 when none was. */
  readonly lastRefusedMs: number;
  /** Without what the process that asks and answers was held up by the machine. */
  readonly slowestMs: number;
  readonly stalestMs: number;
}

export interface OutageFindings {
  readonly phases: readonly PhaseFindings[];
  /** Sentences, one per promise that was broken. */
  readonly violations: readonly string[];
}

export function findingsOf(round: OutageRound): OutageFindings {
  const phases = round.phases.map((phase) => phaseFindings(round, phase));
  return { phases, violations: violationsOf(round, phases) };
}

function phaseFindings(
  { mode, answers }: OutageRound,
  { fault, brokenAt, mendedAt, endedAt }: OutagePhase,
): PhaseFindings {
  // What was under way when the next fault struck is no longer this one's.
  const own = answers.filter(({ at, tookMs }) => at >= brokenAt && at + tookMs < endedAt);
  const refused = own.filter(({ status }) => status === 503).map(({ at }) => at);
  const afterwards = refused.filter((at) => at >= mendedAt);
  const counts = new Map<Outcome, number>();
  for (const outcome of own.map(outcomeOf)) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  return {
    mode,
    fault,
    counts,
    firstRefusedMs: refused.length === 0 ? undefined : Math.round(Math.min(...refused) - brokenAt),
    lastRefusedMs: afterwards.length === 0 ? 0 : Math.round(Math.max(...afterwards) - mendedAt),
    slowestMs: longest(own, ownMs),
    stalestMs: longest(own, ({ staleMs }) => staleMs),
  };
}

function ownMs({ tookMs, stalledMs }: OutageAnswer): number {
  return Math.max(0, tookMs - stalledMs);
}

function longest(answers: readonly OutageAnswer[], of: (answer: OutageAnswer) => number): number {
  return answers.reduce((most, answer) => Math.max(most, Math.round(of(answer))), 0);
}

function violationsOf(round: OutageRound, phases: readonly PhaseFindings[]): string[] {
  const { answers, leaseMs, staying } = round;
  const found: string[] = [];
  const sentAway = answers.filter((answer) => outcomeOf(answer) === 'wrong 401').length;
  if (sentAway > 0) found.push(`${sentAway} answers 401 to visitors who had not left`);
  const strange = answers.filter((answer) => outcomeOf(answer) === 'other').length;
  if (strange > 0) found.push(`${strange} answers that are neither 200 nor 401 nor 503`);
  const slowestMs = longest(answers, ownMs);
  if (slowestMs >= boundMs) found.push(`a request took ${slowestMs} ms`);
  const stalestMs = longest(answers, ({ staleMs }) => staleMs);
  if (stalestMs > leaseMs) found.push(`a session was served ${stalestMs} ms after its end; the lease is ${leaseMs} ms`);
  for (const { fault, lastRefusedMs } of phases) {
    if (lastRefusedMs >= boundMs) found.push(`${fault}: still 503, ${lastRefusedMs} ms after Redis had returned`);
  }
  if (staying.served < staying.asked) {
    found.push(`${staying.asked - staying.served} of ${staying.asked} sessions were gone in the end`);
  }
  return found;
}

export const slotMs = 200;

export interface TimelineRow {
  readonly fault: OutageFault;
  readonly outcome: Outcome;
  /** Answers by when the request was sent: one slot before the break, then one after the other to the end. */
  readonly slots: readonly number[];
}

/** The outcomes over time, of each phase; one that never came has no row. */
export function timelineOf({ phases, answers }: OutageRound): TimelineRow[] {
  const length = 1 + Math.ceil(Math.max(...phases.map(({ brokenAt, endedAt }) => endedAt - brokenAt)) / slotMs);
  return phases.flatMap(({ fault, brokenAt, endedAt }) => {
    const own = answers.filter(({ at }) => at >= brokenAt - slotMs && at < endedAt);
    return outcomes.flatMap((outcome) => {
      const slots = Array.from({ length }, () => 0);
      for (const { at } of own.filter((answer) => outcomeOf(answer) === outcome)) {
        const slot = 1 + Math.floor((at - brokenAt) / slotMs);
        slots[slot] = (slots[slot] ?? 0) + 1;
      }
      return slots.every((count) => count === 0) ? [] : [{ fault, outcome, slots }];
    });
  });
}
