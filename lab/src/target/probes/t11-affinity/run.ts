/** What experiment 1.1 on a target does. */
import { TargetAnswerError, TargetCannotError } from '../../errors.ts';
import type { RunningNode } from '../../running-node.ts';
import type { TargetTools } from '../../target-under-test.ts';
import type { Visitor } from '../../visitor.ts';
import type { AffinityObservations, AffinityRequest } from './analyse.ts';
import type { AffinityWords } from './words.ts';

const requestsPerClient = 20;

export async function observeAffinity(tools: TargetTools, words: AffinityWords): Promise<AffinityObservations> {
  const { balancerUrl, file, nodes, context } = tools;
  if (balancerUrl === undefined) throw new TargetCannotError(tools.words.cannot.noBalancer);
  if (nodes.length < 2) throw new TargetCannotError(tools.words.cannot.oneNode);
  const client = tools.visitor();
  const login = await client.login(balancerUrl);
  const credential = client.credential();
  // Not through the balancer, which may lead to a node that does not know the session.
  const knowing = await nodesThatKnow(client, nodes);
  if (knowing.length === 0) throw new TargetAnswerError(words.loginFailed(login.status, login.problem));
  const isNamed = (await client.withCredential(credential).whoami(balancerUrl)).server !== null;
  const owner = knowing.length === 1 ? knowing[0] : undefined;
  if (!isNamed && owner === undefined) throw new TargetCannotError(tools.words.cannot.nothingTellsNodes);

  const single: AffinityRequest[] = [];
  for (let request = 1; request <= requestsPerClient; request++) {
    // A copy each time: a node that does not know the session may replace the cookie with one of its own.
    const { status, outcome, server } = await client.withCredential(credential).whoami(balancerUrl);
    // Where each node keeps its own sessions, only the one that made this session knows it.
    const known = outcome === 'recognised' ? owner : outcome === 'logged-out' ? 'another' : undefined;
    single.push({ status, outcome, server: isNamed ? server : (known ?? null) });
  }
  context.progress(words.clients(file.limits.clients));
  const clients: (string | null)[] = [];
  for (let index = 1; index <= file.limits.clients; index++) {
    clients.push(isNamed ? await serverOfNew(tools, balancerUrl, index) : await ownerOfNew(tools, balancerUrl, index));
  }
  return {
    nodes: nodes.map((node) => node.id),
    policy: file.balancer?.lab ?? null,
    told: isNamed ? 'answer' : 'session',
    single,
    clients,
  };
}

async function serverOfNew(tools: TargetTools, balancerUrl: string, user: number): Promise<string | null> {
  const client = tools.visitor(user);
  // A refusal may not have the member that names the node.
  if (tools.file.server?.json !== undefined) await client.login(balancerUrl);
  return (await client.whoami(balancerUrl)).server;
}

async function ownerOfNew(tools: TargetTools, balancerUrl: string, user: number): Promise<string | null> {
  const client = tools.visitor(user);
  await client.login(balancerUrl);
  const knowing = await nodesThatKnow(client, tools.nodes);
  return knowing.length === 1 ? (knowing[0] ?? null) : null;
}

/** Ids of the nodes that know this session when they are asked directly. */
async function nodesThatKnow(client: Visitor, nodes: readonly RunningNode[]): Promise<string[]> {
  const known: string[] = [];
  for (const node of nodes) {
    const { outcome } = await client.withCredential(client.credential()).whoami(node.url);
    if (outcome === 'recognised') known.push(node.id);
  }
  return known;
}
