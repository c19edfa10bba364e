/** What experiment 3.1 on a target does. */
import { TargetCannotError } from '../../errors.ts';
import { isYoung } from '../../outcomes.ts';
import type { RunningNode } from '../../running-node.ts';
import type { TargetTools } from '../../target-under-test.ts';
import type { NodeRestartObservations } from './analyse.ts';
import type { NodeRestartWords } from './words.ts';

/** A restart that takes as long as a session lives says nothing; the next one may be faster. */
const mostAttempts = 3;

export async function observeNodeRestart(
  tools: TargetTools,
  words: NodeRestartWords,
): Promise<NodeRestartObservations> {
  const node = tools.nodes.find(({ canStop }) => canStop);
  if (node === undefined) throw new TargetCannotError(tools.words.cannot.noStoppable);
  const ttlMs = tools.file.ttlSeconds === undefined ? null : tools.file.ttlSeconds * 1000;
  let seen = await restartOnce(tools, node, words);
  for (let attempt = 2; attempt <= mostAttempts && !isYoung(seen.ageMs, ttlMs); attempt++) {
    seen = await restartOnce(tools, node, words);
  }
  const again = tools.visitor();
  const login = await again.login(node.url);
  const newlyTold = await again.whoami(node.url);
  return {
    node: node.id,
    ttlMs,
    ...seen,
    newLogin: { login: login.status, status: newlyTold.status, outcome: newlyTold.outcome },
  };
}

type SeenRestart = Pick<NodeRestartObservations, 'restartMs' | 'ageMs' | 'after'>;

async function restartOnce(tools: TargetTools, node: RunningNode, words: NodeRestartWords): Promise<SeenRestart> {
  const client = await tools.loggedIn(node.url);
  const credential = client.credential();
  tools.context.progress(words.restarting(node.id));
  const loggedInAt = performance.now();
  await node.restart();
  const restartMs = Math.round(performance.now() - loggedInAt);
  const { status, outcome } = await client.withCredential(credential).whoami(node.url);
  return { restartMs, ageMs: Math.round(performance.now() - loggedInAt), after: { status, outcome } };
}
