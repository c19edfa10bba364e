/** What experiment 0.2 on a target concludes from what it saw. */
import type { Analysis } from '../../../experiments/experiment.ts';
import { allClear, judgeAll } from '../../outcomes.ts';
import type { TargetDescription } from '../../preflight.ts';
import type { AsDescribedWords } from './words.ts';

export type AsDescribedObservations = TargetDescription;

export function analyseAsDescribed(
  { nodes, wrongPassword, credential }: AsDescribedObservations,
  words: AsDescribedWords,
): Analysis {
  const known = nodes.map(({ whoami }) => whoami);
  const anonymous = nodes.map((node) => node.anonymous);
  const wrong = wrongPassword.whoami;
  return {
    headline: words.headline(nodes.length, credential),
    tables: [
      {
        ...words.table,
        rows: [
          ...nodes.map(({ id, login, whoami, anonymous: nobody }) => [
            id,
            String(login.status),
            words.told(whoami),
            words.told(nobody),
          ]),
          [words.wrongPassword(nodes[0]?.id ?? '–'), String(wrongPassword.login.status), words.told(wrong), '–'],
        ],
      },
    ],
    charts: [],
    judgements: [
      { id: 'H1', verdict: judgeAll(known, 'recognised'), evidence: words.evidence.known(known) },
      { id: 'H2', verdict: judgeAll(anonymous, 'logged-out'), evidence: words.evidence.anonymous(anonymous) },
      {
        id: 'H3',
        verdict: allClear([wrong]) ? judgeAll([wrong], 'logged-out') : 'undecided',
        evidence: words.evidence.wrongPassword(wrongPassword.login.status, wrong),
      },
    ],
    findings: [
      words.findings.credential(credential),
      ...(wrong.outcome === 'recognised' ? [words.findings.anyPassword] : []),
    ],
  };
}
