/** What experiment 1.2 on a target does. */
import { TargetCannotError } from '../../errors.ts';
import type { TargetTools } from '../../target-under-test.ts';
import type { NodeAnswer, SharedSessionObservations } from './analyse.ts';
import type { SharedSessionWords } from './words.ts';

export async function observeSharedSession(
  tools: TargetTools,
  words: SharedSessionWords,
): Promise<SharedSessionObservations> {
  const { nodes, context } = tools;
  if (nodes.length < 2) throw new TargetCannotError(tools.words.cannot.oneNode);
  const trials: { owner: string; answers: readonly NodeAnswer[] }[] = [];
  for (const owner of nodes) {
    context.progress(words.asking(owner.id));
    const client = await tools.loggedIn(owner.url);
    const credential = client.credential();
    const answers: NodeAnswer[] = [];
    for (const node of [owner, ...nodes.filter((each) => each !== owner)]) {
      // A copy each time: a node that does not know the session may replace the cookie with one of its own.
      const { status, outcome } = await client.withCredential(credential).whoami(node.url);
      answers.push({ node: node.id, status, outcome });
    }
    trials.push({ owner: owner.id, answers });
  }
  const direct = trials[0]?.answers ?? [];
  return { direct: { statuses: direct.map(({ status }) => status) }, trials };
}
