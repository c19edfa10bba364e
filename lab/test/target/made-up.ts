/** Pieces of made-up observations of a target. */
import type { Analysis } from '../../src/experiments/experiment.ts';
import type { Outcome } from '../../src/target/visitor.ts';
import { verdicts } from '../experiments/made-up.ts';

export interface MadeUpAnswer {
  readonly status: number | string;
  readonly outcome: Outcome;
}

export const known: MadeUpAnswer = { status: 200, outcome: 'recognised' };
export const loggedOut: MadeUpAnswer = { status: 401, outcome: 'logged-out' };
export const failed: MadeUpAnswer = { status: 503, outcome: 'failed' };
export const late: MadeUpAnswer = { status: 'timeout', outcome: 'failed' };
export const unclear: MadeUpAnswer = { status: 429, outcome: 'unclear' };
export const another: MadeUpAnswer = { status: 200, outcome: 'another-user' };

/** The same answer from node-1, node-2 … */
export function fromNodes(answers: readonly MadeUpAnswer[]): ({ node: string } & MadeUpAnswer)[] {
  return answers.map((answer, index) => ({ node: `node-${index + 1}`, ...answer }));
}

/** The verdicts, which must be the same in every language, as must be the number of findings and rows. */
export function verdictsInBoth<Observations, Words>(
  analyse: (observations: Observations, words: Words) => Analysis,
  { en, zh }: { readonly en: Words; readonly zh: Words },
): (observations: Observations) => Record<string, string> {
  return (observations) => {
    const [english, chinese] = [analyse(observations, en), analyse(observations, zh)];
    const shape = ({ tables, findings }: Analysis) => [tables.map(({ rows }) => rows.length), findings.length];
    if (JSON.stringify([verdicts(english), shape(english)]) !== JSON.stringify([verdicts(chinese), shape(chinese)])) {
      throw new Error('The analysis depends on the language.');
    }
    for (const sentence of [...chinese.findings, ...chinese.judgements.map(({ evidence }) => evidence)]) {
      if (!/\p{Script=Han}/u.test(sentence)) throw new Error(`Not in Chinese: "${sentence}"`);
    }
    return verdicts(english);
  };
}
