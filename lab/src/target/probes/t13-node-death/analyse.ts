/** What experiment 1.3 on a target concludes from what it saw. */
import type { Analysis, Judgement } from '../../../experiments/experiment.ts';
import { type Status, statusCounts } from '../../../experiments/wording.ts';
import { allClear, countTold, isYoung, judgeAll } from '../../outcomes.ts';
import type { Outcome } from '../../visitor.ts';
import type { Told } from '../../words/told.ts';
import type { NodeAnswer } from '../t12-shared-session/analyse.ts';
import type { NodeDeathWords } from './words.ts';

export type NodeDeathObservations = {
  /** As configured in the application; `null` when the file does not say. */
  readonly ttlMs: number | null;
  readonly victim: string;
  readonly living: readonly string[];
  /** Sessions made at the node that died, and what the living ones said to each. */
  readonly sessions: readonly {
    readonly answers: readonly NodeAnswer[];
    /** When the last of them was given, from the login. */
    readonly ageMs: number;
  }[];
  /** Requests through the balancer right after the death; `null` without a balancer. */
  readonly balanced:
    | readonly { readonly status: Status; readonly outcome: Outcome; readonly durationMs: number }[]
    | null;
  readonly newLogin: { readonly login: Status; readonly status: Status; readonly outcome: Outcome };
};

export function analyseNodeDeath(observations: NodeDeathObservations, words: NodeDeathWords): Analysis {
  const { sessions, balanced, newLogin, victim } = observations;
  const kept = sessions.filter(({ answers }) => judgeAll(answers, 'recognised') === 'confirmed').length;
  const survival = judgeSurvival(observations, kept, words);
  return {
    headline: words.headline(kept, sessions.length),
    tables: [
      {
        ...words.table,
        rows: [
          ...sessions.flatMap(({ answers }, index) =>
            answers.map((answer) => [words.session(index + 1), answer.node, words.told(answer)]),
          ),
          ...(balanced === null
            ? []
            : [[words.allSessions, words.balancer, statusCounts(balanced.map(({ status }) => status))]]),
          [words.newLogin, observations.living[0] ?? '–', words.told(newLogin)],
        ],
      },
    ],
    charts: [],
    judgements: [survival, judgeBalanced(balanced, words), judgeNewLogin(newLogin, words)],
    findings: [
      ...(survival.verdict === 'confirmed' ? [words.findings.survives(victim)] : []),
      ...(survival.verdict === 'refuted' ? [words.findings.lost(sessions.length - kept, sessions.length)] : []),
    ],
  };
}

function judgeSurvival({ sessions, ttlMs }: NodeDeathObservations, kept: number, words: NodeDeathWords): Judgement {
  const answers = sessions.flatMap((session) => session.answers);
  const evidence = words.evidence.survival(kept, sessions.length, countTold(answers, 'recognised'), answers.length);
  const verdict = allClear(answers) ? judgeAll(answers, 'recognised') : 'undecided';
  // An old session may have come to its own end.
  const tooOld = sessions.some(({ ageMs }) => !isYoung(ageMs, ttlMs));
  return { id: 'H1', verdict: verdict === 'refuted' && tooOld ? 'undecided' : verdict, evidence };
}

function judgeBalanced(balanced: NodeDeathObservations['balanced'], words: NodeDeathWords): Judgement {
  if (balanced === null) return { id: 'H2', verdict: 'not-run', evidence: words.evidence.noBalancer };
  const failed = countTold(balanced, 'failed');
  const longestMs = Math.max(0, ...balanced.map(({ durationMs }) => durationMs));
  return {
    id: 'H2',
    verdict: failed === 0 ? 'confirmed' : 'refuted',
    evidence: words.evidence.balanced(failed, balanced.length, longestMs),
  };
}

function judgeNewLogin(newLogin: Told & { readonly login: Status }, words: NodeDeathWords): Judgement {
  // A failure is as clear here: who can not log in is shut out.
  const verdict =
    newLogin.outcome === 'recognised' ? 'confirmed' : newLogin.outcome === 'unclear' ? 'undecided' : 'refuted';
  return { id: 'H3', verdict, evidence: words.evidence.newLogin(newLogin.login, newLogin) };
}
