/** What experiment 3.3 on a target concludes from what it saw. */
import type { Analysis, Judgement } from '../../../experiments/experiment.ts';
import { type Status, statusCounts } from '../../../experiments/wording.ts';
import { allClear, countTold, isYoung, judgeAll } from '../../outcomes.ts';
import type { Outcome } from '../../visitor.ts';
import type { NodeAnswer } from '../t12-shared-session/analyse.ts';
import type { LogoutWords } from './words.ts';

export type LogoutTrial = {
  readonly owner: string;
  /** The node that was asked with the old credential, which it knew before the logout. */
  readonly witness: string;
  readonly logout: { readonly status: Status; readonly accepted: boolean };
  /** The first answer after the logout was answered. */
  readonly first: { readonly status: Status; readonly outcome: Outcome };
  /** When the old credential was last seen accepted, from the answer to the logout; `null` when it never was. */
  readonly lastAcceptedMs: number | null;
  /** Whether it was seen refused in the end. */
  readonly isOver: boolean;
};

export type LogoutObservations = {
  readonly nodes: number;
  /** As configured in the application; `null` when the file does not say. */
  readonly ttlMs: number | null;
  /** One logout, and the old credential at every node that knew it some time later. */
  readonly settled: {
    readonly logout: { readonly status: Status; readonly accepted: boolean; readonly problem: string | null };
    readonly afterMs: number;
    readonly answers: readonly NodeAnswer[];
    /** Of the session when the last of them was given. */
    readonly ageMs: number;
    /** A session as old that nobody ended; `null` where the file has one user. */
    readonly control: { readonly status: Status; readonly outcome: Outcome } | null;
  };
  readonly trials: readonly LogoutTrial[];
};

/** Trials in which the old credential was accepted after the logout, and for how long. */
export interface StaleAccepts {
  readonly accepted: number;
  readonly trials: number;
  /** At least so long, when `isOver` is false. */
  readonly longestMs: number;
  readonly isOver: boolean;
}

export function staleAccepts({ trials }: Pick<LogoutObservations, 'trials'>): StaleAccepts {
  const stale = trials.filter(({ first }) => first.outcome === 'recognised');
  return {
    accepted: stale.length,
    trials: trials.length,
    longestMs: Math.max(0, ...stale.map(({ lastAcceptedMs }) => lastAcceptedMs ?? 0)),
    isOver: stale.every(({ isOver }) => isOver),
  };
}

export function analyseLogout(observations: LogoutObservations, words: LogoutWords): Analysis {
  const { settled, trials } = observations;
  const stale = staleAccepts(observations);
  const effective = judgeEffective(observations, words);
  return {
    headline: words.headline(countTold(settled.answers, 'logged-out'), settled.answers.length, stale),
    tables: [
      { ...words.table(settled.afterMs), rows: settledRows(observations, words) },
      {
        ...words.trialTable,
        rows: [
          [trials.length, statusCounts(trials.map(({ first }) => first.status)), stale.accepted, words.longest(stale)],
        ],
      },
    ],
    charts: [],
    judgements: [effective, judgeAtOnce(observations, stale, words), judgeAnswer(observations, words)],
    findings: [
      ...(effective.verdict === 'confirmed' ? [words.findings.effective] : []),
      ...(effective.verdict === 'refuted' ? [words.findings.notEffective(settled.logout.accepted)] : []),
      ...(effective.verdict === 'confirmed' && stale.accepted > 0 ? [words.findings.late(stale)] : []),
    ],
  };
}

function judgeEffective({ settled, ttlMs }: LogoutObservations, words: LogoutWords): Judgement {
  const { answers, afterMs, ageMs, control } = settled;
  const evidence = words.evidence.effective(countTold(answers, 'recognised'), answers.length, afterMs);
  const verdict = allClear(answers) ? judgeAll(answers, 'logged-out') : 'undecided';
  // A session that ended by itself says nothing about the logout.
  const alive = control === null ? isYoung(ageMs, ttlMs) : control.outcome === 'recognised';
  return { id: 'H1', verdict: verdict === 'confirmed' && !alive ? 'undecided' : verdict, evidence };
}

function judgeAtOnce({ trials }: LogoutObservations, stale: StaleAccepts, words: LogoutWords): Judgement {
  const firsts = trials.map(({ first }) => first);
  const evidence = words.evidence.atOnce(stale);
  if (stale.accepted > 0) return { id: 'H2', verdict: 'refuted', evidence };
  return { id: 'H2', verdict: judgeAll(firsts, 'logged-out') === 'confirmed' ? 'confirmed' : 'undecided', evidence };
}

function judgeAnswer({ settled, trials }: LogoutObservations, words: LogoutWords): Judgement {
  const logouts = [settled.logout, ...trials.map((trial) => trial.logout)];
  const accepted = logouts.filter((logout) => logout.accepted).length;
  return {
    id: 'H3',
    verdict: accepted === logouts.length ? 'confirmed' : 'refuted',
    evidence: words.evidence.answers(
      accepted,
      logouts.map(({ status }) => status),
      settled.logout.problem,
    ),
  };
}

function settledRows({ settled }: LogoutObservations, words: LogoutWords): string[][] {
  const { answers, control } = settled;
  return [
    ...answers.map((answer) => [answer.node, words.told(answer)]),
    ...(control === null ? [] : [[words.control, words.told(control)]]),
  ];
}
