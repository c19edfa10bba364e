/** What experiment 1.3 does. */

import type { RunningScheme } from '../../schemes/running-scheme.ts';
import { watchBalancer } from '../balancer-watch.ts';
import type { LabContext } from '../context.ts';
import { LabClient } from '../lab-client.ts';
import { countOf } from '../wording.ts';
import type { LostServer, ServerLossObservations, UserAnswer, UserHome } from './figures.ts';
import type { ServerLossWords } from './words.ts';

/** One simulated user with its browser. */
interface Visitor {
  readonly userId: string;
  readonly address: string;
  readonly client: LabClient;
}

type RunningApp = RunningScheme['servers'][number];

export async function runServerLoss(context: LabContext, words: ServerLossWords): Promise<ServerLossObservations> {
  const scheme = await context.startScheme('sticky');
  const { servers, balancer } = scheme;
  const visitors = Array.from({ length: context.count({ quick: 12, default: 12, full: 60 }) }, (_, index): Visitor => {
    const address = context.random.address();
    return { userId: `u-${index + 1}`, address, client: new LabClient({ address }) };
  });

  context.progress(words.progress.login(visitors.length));
  const logins = await askAll(visitors, (visitor) => logIn(visitor, balancer.url));
  const users: UserHome[] = visitors.map(({ userId, address }, index) => ({
    userId,
    address,
    login: logins[index]?.status ?? 'none',
    server: logins[index]?.server ?? null,
  }));
  const before = await profiles(visitors, balancer.url);
  const killed = await lose(context, words, scheme, visitors, users);
  const frozen = await freeze(context, words, scheme, visitors);
  return {
    servers: servers.map(({ id }) => id),
    failTimeoutMs: balancer.failTimeoutSeconds * 1000,
    users,
    before,
    killed,
    frozen,
  };
}

/** Kills the busiest server, lets its users log in again, and brings the server back. */
async function lose(
  context: LabContext,
  words: ServerLossWords,
  scheme: RunningScheme,
  visitors: readonly Visitor[],
  users: readonly UserHome[],
): Promise<LostServer> {
  const { balancer } = scheme;
  const victim = busiest(
    scheme,
    users.map(({ server }) => server),
  );
  const itsUsers = visitors.filter((_, index) => users[index]?.server === victim.id);
  const [witness] = itsUsers;
  if (witness === undefined) throw new Error(words.nobody);

  context.progress(words.progress.kill(victim.id, itsUsers.length));
  const watch = watchBalancer(balancer.url, witness.address, 5);
  await context.wait(100);
  const killedAtMs = watch.elapsedMs();
  await victim.kill();
  const afterKill = await profiles(visitors, balancer.url);
  await context.wait(200);
  const samples = await watch.end();

  const loggedOut = visitors.filter((_, index) => afterKill[index]?.status !== 200);
  context.progress(words.progress.again(loggedOut.length));
  const loginsAgain = await askAll(loggedOut, (visitor) => logIn(visitor, balancer.url));
  const afterLogin = await profiles(visitors, balancer.url);

  context.progress(words.progress.restart(victim.id));
  await victim.restart();
  const returnedAfterMs = await untilServedBy(context, scheme, victim, witness.address);
  const afterReturn = await profiles(visitors, balancer.url);
  return { server: victim.id, killedAtMs, samples, afterKill, loginsAgain, afterLogin, returnedAfterMs, afterReturn };
}

/** Freezes the busiest server: it still accepts connections and never answers, as when it is out of memory or swaps. */
async function freeze(
  context: LabContext,
  words: ServerLossWords,
  scheme: RunningScheme,
  visitors: readonly Visitor[],
): Promise<ServerLossObservations['frozen']> {
  const { balancer } = scheme;
  const logins = await askAll(visitors, (visitor) => logIn(visitor, balancer.url));
  const homes = logins.map(({ server }) => server);
  const victim = busiest(scheme, homes);
  const witness = visitors.find((_, index) => homes[index] === victim.id);
  if (witness === undefined) throw new Error(words.nobody);

  context.progress(words.progress.freeze(victim.id));
  await victim.freeze();
  const first = await profiles(visitors, balancer.url);
  const second = await profiles(visitors, balancer.url);
  context.progress(words.progress.thaw(victim.id));
  await victim.thaw();
  const returnedAfterMs = await untilServedBy(context, scheme, victim, witness.address);
  const afterThaw = await profiles(visitors, balancer.url);
  return { server: victim.id, logins, first, second, returnedAfterMs, afterThaw };
}

/** All users ask at the same time, as they would; the answers are in the order of the users. */
function askAll(visitors: readonly Visitor[], ask: (visitor: Visitor) => Promise<UserAnswer>): Promise<UserAnswer[]> {
  return Promise.all(visitors.map(ask));
}

async function logIn({ userId, client }: Visitor, url: string): Promise<UserAnswer> {
  const { status, server, upstreams, durationMs } = await client.login(url, { userId, username: `user ${userId}` });
  return { userId, status, server, tries: upstreams.length, durationMs };
}

function profiles(visitors: readonly Visitor[], url: string): Promise<UserAnswer[]> {
  return askAll(visitors, async ({ userId, client }) => {
    const { status, server, upstreams, durationMs } = await client.profile(url);
    return { userId, status, server, tries: upstreams.length, durationMs };
  });
}

function busiest({ servers }: RunningScheme, homes: readonly (string | null)[]): RunningApp {
  const counts = countOf(homes);
  return [...servers].sort((a, b) => (counts.get(b.id) ?? 0) - (counts.get(a.id) ?? 0))[0]!;
}

/** How long it takes until the balancer sends a client to this server again; `null` when it does not. */
async function untilServedBy(
  context: LabContext,
  { balancer }: RunningScheme,
  server: RunningApp,
  address: string,
): Promise<number | null> {
  const client = new LabClient({ address });
  const startedAt = performance.now();
  const elapsedMs = () => Math.round(performance.now() - startedAt);
  const limitMs = balancer.failTimeoutSeconds * 3000 + 3000;
  while (elapsedMs() < limitMs) {
    if ((await client.request(balancer.url, '/health')).server === server.id) return elapsedMs();
    await context.wait(25);
  }
  return null;
}
