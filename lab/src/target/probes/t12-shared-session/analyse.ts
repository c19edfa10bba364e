/** What experiment 1.2 on a target concludes from what it saw. */
import type { Analysis } from '../../../experiments/experiment.ts';
import { type Status, statusList } from '../../../experiments/wording.ts';
import type { Verdict } from '../../../results.ts';
import { allClear, countTold, judgeAll } from '../../outcomes.ts';
import type { Outcome } from '../../visitor.ts';
import type { SharedSessionWords } from './words.ts';

export type NodeAnswer = { readonly node: string; readonly status: Status; readonly outcome: Outcome };

export type SharedSessionObservations = {
  /** Of the first session, the node that made it first. */
  readonly direct: { readonly statuses: readonly Status[] };
  /** One session made at each node, and what each node said to it, the one that made it first. */
  readonly trials: readonly { readonly owner: string; readonly answers: readonly NodeAnswer[] }[];
};

export function analyseSharedSession(
  { direct, trials }: SharedSessionObservations,
  words: SharedSessionWords,
): Analysis {
  const own = trials.flatMap(({ answers }) => answers.slice(0, 1));
  const others = trials.flatMap(({ answers }) => answers.slice(1));
  const shared = judgeShared(others);
  const wrong = countTold([...own, ...others], 'another-user');
  const known = countTold(others, 'recognised');
  return {
    headline: statusList(direct.statuses),
    tables: [
      {
        ...words.table,
        rows: trials.flatMap(({ owner, answers }) => answers.map((answer) => [owner, answer.node, words.told(answer)])),
      },
    ],
    charts: [],
    judgements: [
      {
        id: 'H1',
        verdict: judgeAll(own, 'recognised'),
        evidence: words.evidence.own(countTold(own, 'recognised'), own.length),
      },
      { id: 'H2', verdict: shared, evidence: words.evidence.others(known, others.length) },
      {
        id: 'H3',
        verdict: wrong > 0 ? 'refuted' : allClear([...own, ...others]) ? 'confirmed' : 'undecided',
        evidence: words.evidence.another(wrong, own.length + others.length),
      },
    ],
    findings: [
      ...(shared === 'confirmed' ? [words.findings.shared] : []),
      ...(shared === 'refuted' ? [words.findings.isolated] : []),
      ...(shared === 'conditional' ? [words.findings.partly(known, others.length)] : []),
      ...(wrong > 0 ? [words.findings.another] : []),
    ],
  };
}

/** Known everywhere, nowhere else, or at some nodes only. */
function judgeShared(others: readonly NodeAnswer[]): Verdict {
  if (!allClear(others)) return 'undecided';
  const known = countTold(others, 'recognised');
  if (known === others.length) return 'confirmed';
  return known === 0 ? 'refuted' : 'conditional';
}
