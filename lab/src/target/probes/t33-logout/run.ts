/** What experiment 3.3 on a target does. */
import { TargetCannotError } from '../../errors.ts';
import type { RunningNode } from '../../running-node.ts';
import type { TargetTools } from '../../target-under-test.ts';
import type { Credential, Visitor } from '../../visitor.ts';
import type { LogoutObservations, LogoutTrial } from './analyse.ts';
import type { LogoutWords } from './words.ts';

/** How long a credential that is still accepted is tried again, in one trial and in all. */
const stalePollMs = 250;
const staleBudgetMs = 3000;

/** After this time a logout should have reached every node. */
const settledMs = 1000;

export async function observeLogout(tools: TargetTools, words: LogoutWords): Promise<LogoutObservations> {
  const { file, nodes, context } = tools;
  if (file.logout === undefined) throw new TargetCannotError(tools.words.cannot.noLogout);
  context.progress(words.everyNode);
  const settled = await afterwards(tools);
  const trials: LogoutTrial[] = [];
  context.progress(words.trials(file.limits.trials));
  let budgetMs = staleBudgetMs;
  for (let index = 0; index < file.limits.trials; index++) {
    const trial = await tryOnce(tools, index, Math.min(budgetMs, stalePollMs));
    budgetMs -= trial.lastAcceptedMs ?? 0;
    trials.push(trial);
  }
  const ttlMs = file.ttlSeconds === undefined ? null : file.ttlSeconds * 1000;
  return { nodes: nodes.length, ttlMs, settled, trials };
}

/** The old credential at every node that knew it, a second after the logout. */
async function afterwards(tools: TargetTools): Promise<LogoutObservations['settled']> {
  const { nodes, context, file } = tools;
  const owner = nodes[0]!;
  // Another user: some applications allow each of them one session.
  const other = file.users.length > 1 ? await tools.loggedIn(owner.url, 1) : undefined;
  const client = await tools.loggedIn(owner.url);
  const loggedInAt = performance.now();
  const credential = client.credential();
  const knowing: RunningNode[] = [];
  for (const node of nodes) {
    const { outcome } = await client.withCredential(credential).whoami(node.url);
    if (outcome === 'recognised') knowing.push(node);
  }
  const { status, accepted, problem } = await client.logout(owner.url);
  await context.wait(settledMs);
  const answers: LogoutObservations['settled']['answers'][number][] = [];
  for (const node of knowing) {
    const told = await client.withCredential(credential).whoami(node.url);
    answers.push({ node: node.id, status: told.status, outcome: told.outcome });
  }
  const ageMs = Math.round(performance.now() - loggedInAt);
  const control = await other?.whoami(owner.url);
  return {
    logout: { status, accepted, problem },
    afterMs: settledMs,
    answers,
    ageMs,
    control: control === undefined ? null : { status: control.status, outcome: control.outcome },
  };
}

async function tryOnce(tools: TargetTools, index: number, pollMs: number): Promise<LogoutTrial> {
  const { nodes, context } = tools;
  const owner = nodes[index % nodes.length]!;
  const client = await tools.loggedIn(owner.url, index);
  const credential = client.credential();
  const witness = await witnessOf(client, credential, owner, nodes);
  const { status, accepted } = await client.logout(owner.url);
  const answeredAt = performance.now();
  const ask = () => client.withCredential(credential).whoami(witness.url);
  const first = await ask();
  const { lastAcceptedMs, isOver } = await untilRefused(ask, first.outcome, answeredAt, pollMs, context.signal);
  return {
    owner: owner.id,
    witness: witness.id,
    logout: { status, accepted },
    first: { status: first.status, outcome: first.outcome },
    lastAcceptedMs,
    isOver,
  };
}

/** Another node that knows the session, or else the one that made it: one that never knew it could not forget it. */
async function witnessOf(
  client: Visitor,
  credential: Credential,
  owner: RunningNode,
  nodes: readonly RunningNode[],
): Promise<RunningNode> {
  const next = nodes[(nodes.indexOf(owner) + 1) % nodes.length] ?? owner;
  if (next === owner) return owner;
  const { outcome } = await client.withCredential(credential).whoami(next.url);
  return outcome === 'recognised' ? next : owner;
}

/** When the old credential was accepted for the last time, measured from the answer to the logout. */
async function untilRefused(
  ask: () => ReturnType<Visitor['whoami']>,
  first: Awaited<ReturnType<Visitor['whoami']>>['outcome'],
  answeredAt: number,
  pollMs: number,
  signal: AbortSignal,
): Promise<Pick<LogoutTrial, 'lastAcceptedMs' | 'isOver'>> {
  let outcome = first;
  let lastAcceptedMs: number | null = null;
  const sinceMs = () => Math.round((performance.now() - answeredAt) * 100) / 100;
  while (outcome === 'recognised') {
    lastAcceptedMs = sinceMs();
    if (lastAcceptedMs >= pollMs) return { lastAcceptedMs, isOver: false };
    signal.throwIfAborted();
    ({ outcome } = await ask());
  }
  return { lastAcceptedMs, isOver: true };
}
