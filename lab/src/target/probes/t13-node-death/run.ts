/** What experiment 1.3 on a target does. */
import { TargetCannotError } from '../../errors.ts';
import type { RunningNode } from '../../running-node.ts';
import type { TargetTools } from '../../target-under-test.ts';
import type { Credential, Visitor } from '../../visitor.ts';
import type { NodeDeathObservations } from './analyse.ts';
import type { NodeDeathWords } from './words.ts';

const mostUsers = 6;
const balancedRequests = 12;

export async function observeNodeDeath(tools: TargetTools, words: NodeDeathWords): Promise<NodeDeathObservations> {
  const { nodes, context, file, balancerUrl } = tools;
  if (nodes.length < 2) throw new TargetCannotError(tools.words.cannot.oneNode);
  const victim = nodes.find(({ canStop }) => canStop);
  if (victim === undefined) throw new TargetCannotError(tools.words.cannot.noStoppable);
  const living = nodes.filter((node) => node !== victim);

  const clients: { client: Visitor; credential: Credential; loggedInAt: number }[] = [];
  for (let user = 0; user < Math.min(file.users.length, mostUsers); user++) {
    const client = await tools.loggedIn(victim.url, user);
    clients.push({ client, credential: client.credential(), loggedInAt: performance.now() });
  }
  context.progress(words.killing(victim.id));
  await victim.kill();

  const sessions: NodeDeathObservations['sessions'][number][] = [];
  for (const { client, credential, loggedInAt } of clients) {
    const answers = await atEach(client, credential, living);
    sessions.push({ answers, ageMs: Math.round(performance.now() - loggedInAt) });
  }
  const balanced = balancerUrl === undefined ? null : await throughBalancer(clients, balancerUrl);
  const [node] = living;
  const again = tools.visitor();
  const login = await again.login(node?.url ?? '');
  const { status, outcome } = await again.whoami(node?.url ?? '');
  return {
    ttlMs: file.ttlSeconds === undefined ? null : file.ttlSeconds * 1000,
    victim: victim.id,
    living: living.map((each) => each.id),
    sessions,
    balanced,
    newLogin: { login: login.status, status, outcome },
  };
}

async function atEach(
  client: Visitor,
  credential: Credential,
  nodes: readonly RunningNode[],
): Promise<NodeDeathObservations['sessions'][number]['answers']> {
  const answers: NodeDeathObservations['sessions'][number]['answers'][number][] = [];
  for (const node of nodes) {
    const { status, outcome } = await client.withCredential(credential).whoami(node.url);
    answers.push({ node: node.id, status, outcome });
  }
  return answers;
}

/** The users in turn, right after the death. */
async function throughBalancer(
  clients: readonly { readonly client: Visitor; readonly credential: Credential }[],
  balancerUrl: string,
): Promise<NonNullable<NodeDeathObservations['balanced']>> {
  const answers: NonNullable<NodeDeathObservations['balanced']>[number][] = [];
  for (let request = 0; request < balancedRequests; request++) {
    const { client, credential } = clients[request % clients.length]!;
    const { status, outcome, durationMs } = await client.withCredential(credential).whoami(balancerUrl);
    answers.push({ status, outcome, durationMs });
  }
  return answers;
}
