/** What experiment 2.3 on a target does. */
import { TargetCannotError } from '../../errors.ts';
import type { RunningNode } from '../../running-node.ts';
import type { TargetTools } from '../../target-under-test.ts';
import type { Visitor } from '../../visitor.ts';
import type { OutageAnswer, OutageKind, OutagePhase, StoreOutageObservations } from './analyse.ts';
import type { StoreOutageWords } from './words.ts';

const recoveryPollMs = 100;
const mostRecoveryMs = 15_000;

/** Who had no answer to the login is not logged in by it. */
const noAnswer = { outcome: 'failed' } as const;

export async function observeStoreOutage(
  tools: TargetTools,
  words: StoreOutageWords,
): Promise<StoreOutageObservations> {
  const { store, file } = tools;
  if (store === undefined) throw new TargetCannotError(tools.words.cannot.noStore);
  const stopped = await outage(tools, words, 'stopped', store.stop);
  // A store that can not be frozen, or an application that did not come back, ends it here.
  const canFreeze = store.freeze !== undefined && stopped.recoveryMs !== null;
  const frozen = canFreeze ? await outage(tools, words, 'frozen', store.freeze) : null;
  return { requestTimeoutMs: file.limits.requestTimeoutMs, stopped, frozen };
}

async function outage(
  tools: TargetTools,
  words: StoreOutageWords,
  kind: OutageKind,
  begin: () => Promise<void>,
): Promise<OutagePhase> {
  const { nodes, store, context } = tools;
  const client = await tools.loggedIn(nodes[0]?.url ?? '');
  context.progress(words.outage(kind));
  try {
    await begin();
    const answers = await answersDuring(tools, client);
    await store?.ensureUp();
    const { recoveryMs } = await recovery(tools, words);
    const { status, outcome } = await client.withCredential(client.credential()).whoami(nodes[0]?.url ?? '');
    return { answers, recoveryMs, oldSession: { status, outcome } };
  } finally {
    await store?.ensureUp();
  }
}

async function answersDuring({ nodes, visitor }: TargetTools, client: Visitor): Promise<OutageAnswer[]> {
  const answers: OutageAnswer[] = [];
  const credential = client.credential();
  // The first node twice: one request may be the one that notices, and the next ones refused at once.
  for (const node of [...nodes, ...nodes.slice(0, 1)]) {
    const { status, outcome, durationMs } = await client.withCredential(credential).whoami(node.url);
    answers.push({ request: 'whoami', node: node.id, status, outcome, durationMs });
  }
  const [node] = nodes;
  if (node === undefined) return answers;
  const newcomer = visitor(1);
  const login = await newcomer.login(node.url);
  const told = typeof login.status === 'number' ? await newcomer.whoami(node.url) : noAnswer;
  // A login is what "who am I" says of it: a form may be answered with a redirect in any case.
  const { status, durationMs } = login;
  answers.push({ request: 'login', node: node.id, status, outcome: told.outcome, durationMs });
  return answers;
}

/**
 * From the moment at which the store is back until a user can log in at every node: each has connections of its own, and
 * its own way of finding back. Restarts the nodes when that never happens.
 */
async function recovery(tools: TargetTools, words: StoreOutageWords): Promise<{ readonly recoveryMs: number | null }> {
  const { nodes, file, context } = tools;
  const since = performance.now();
  const lateAt = since + Math.min(file.limits.startSeconds * 1000, mostRecoveryMs);
  let waiting: readonly RunningNode[] = nodes;
  while (performance.now() < lateAt) {
    waiting = await thoseThatDoNotLogIn(tools, waiting);
    if (waiting.length === 0) return { recoveryMs: Math.round(performance.now() - since) };
    await context.wait(recoveryPollMs);
  }
  context.notice(words.notRecovered);
  for (const node of nodes) if (node.canStop) await node.restart();
  return { recoveryMs: null };
}

async function thoseThatDoNotLogIn(tools: TargetTools, nodes: readonly RunningNode[]): Promise<RunningNode[]> {
  const left: RunningNode[] = [];
  for (const node of nodes) {
    const client = tools.visitor();
    await client.login(node.url);
    if ((await client.whoami(node.url)).outcome !== 'recognised') left.push(node);
  }
  return left;
}
