/** What experiment 3.1 on a target concludes from what it saw. */
import type { Analysis } from '../../../experiments/experiment.ts';
import type { Status } from '../../../experiments/wording.ts';
import { isYoung, judgeAll } from '../../outcomes.ts';
import type { Outcome } from '../../visitor.ts';
import type { NodeRestartWords } from './words.ts';

export type NodeRestartObservations = {
  /** As configured in the application; `null` when the file does not say. */
  readonly ttlMs: number | null;
  readonly node: string;
  /** From the order to stop until it answered again. */
  readonly restartMs: number;
  /** Of the session when it was sent to the restarted node. */
  readonly ageMs: number;
  /** What the restarted node said to a credential from before. */
  readonly after: { readonly status: Status; readonly outcome: Outcome };
  readonly newLogin: { readonly login: Status; readonly status: Status; readonly outcome: Outcome };
};

export function analyseNodeRestart(
  { node, restartMs, ageMs, ttlMs, after, newLogin }: NodeRestartObservations,
  words: NodeRestartWords,
): Analysis {
  const judged = judgeAll([after], 'recognised');
  // An old session may have come to its own end.
  const survives = judged === 'refuted' && !isYoung(ageMs, ttlMs) ? 'undecided' : judged;
  return {
    headline: words.headline(after),
    tables: [
      {
        ...words.table,
        rows: [
          [words.fromBefore, words.told(after)],
          [words.newLogin, words.told(newLogin)],
        ],
      },
    ],
    charts: [],
    judgements: [
      { id: 'H1', verdict: survives, evidence: words.evidence.after(node, after, restartMs) },
      {
        id: 'H2',
        verdict: judgeAll([newLogin], 'recognised'),
        evidence: words.evidence.newLogin(newLogin.login, newLogin),
      },
    ],
    findings: [
      ...(survives === 'confirmed' ? [words.findings.survives] : []),
      ...(survives === 'refuted' ? [words.findings.lost] : []),
    ],
  };
}
