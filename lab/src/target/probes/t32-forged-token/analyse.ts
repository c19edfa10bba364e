/** What experiment 3.2 on a target concludes from what it saw. */
import type { Analysis, Judgement } from '../../../experiments/experiment.ts';
import type { Status } from '../../../experiments/wording.ts';
import { judgeAll } from '../../outcomes.ts';
import type { Outcome } from '../../visitor.ts';
import type { ForgedTokenWords } from './words.ts';

export type Forgery = 'exp-edited' | 'role-added' | 'signature-altered' | 'alg-none' | 'alg-none-signed';

export type ForgedAnswer = { readonly forgery: Forgery; readonly status: Status; readonly outcome: Outcome };

export type ForgedTokenObservations = {
  /** `alg` of the genuine token. */
  readonly algorithm: string | null;
  readonly hasExpiry: boolean;
  readonly answers: readonly ForgedAnswer[];
  /** The genuine token, asked last. */
  readonly genuine: { readonly status: Status; readonly outcome: Outcome };
};

const withoutAlgorithm: readonly Forgery[] = ['alg-none', 'alg-none-signed'];

export function analyseForgedToken(
  { answers, genuine, algorithm, hasExpiry }: ForgedTokenObservations,
  words: ForgedTokenWords,
): Analysis {
  const unsigned = answers.filter(({ forgery }) => withoutAlgorithm.includes(forgery));
  const altered = answers.filter(({ forgery }) => !withoutAlgorithm.includes(forgery));
  const letIn = answers.filter(isLetIn);
  const valid = genuine.outcome === 'recognised';
  return {
    headline: words.headline(letIn.length, answers.length),
    tables: [
      {
        ...words.table,
        rows: [
          ...answers.map((answer) => [words.forgeries[answer.forgery], words.told(answer)]),
          [words.genuine, words.told(genuine)],
        ],
      },
    ],
    charts: [],
    judgements: [
      judgeRefused('H1', altered, valid, words),
      judgeRefused('H2', unsigned, valid, words),
      {
        id: 'H3',
        verdict:
          judgeAll(answers, 'logged-out') === 'confirmed' ? 'confirmed' : answers.length > 0 ? 'refuted' : 'undecided',
        evidence: words.evidence.refusals(answers),
      },
    ],
    findings: [words.findings.token(algorithm, hasExpiry), ...(letIn.length > 0 ? [words.findings.letIn] : [])],
  };
}

function isLetIn({ outcome }: ForgedAnswer): boolean {
  return outcome === 'recognised' || outcome === 'another-user';
}

/** An error of the server lets nobody in either; an answer that can not be read decides nothing. */
function judgeRefused(
  id: 'H1' | 'H2',
  answers: readonly ForgedAnswer[],
  genuineIsValid: boolean,
  words: ForgedTokenWords,
): Judgement {
  const letIn = answers.filter(isLetIn).length;
  const evidence = words.evidence.refused(letIn, answers);
  if (letIn > 0) return { id, verdict: 'refuted', evidence };
  const clear =
    answers.every(({ status }) => typeof status === 'number' && status >= 300) ||
    judgeAll(answers, 'logged-out') === 'confirmed';
  return { id, verdict: clear && genuineIsValid && answers.length > 0 ? 'confirmed' : 'undecided', evidence };
}
