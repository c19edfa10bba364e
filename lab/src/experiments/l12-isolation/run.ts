/** What experiment 1.2 does. */
import type { RunningScheme } from '../../schemes/running-scheme.ts';
import type { LabContext } from '../context.ts';
import { type LabAnswer, LabClient } from '../lab-client.ts';
import { type LogoutTrial, logOut } from '../logout.ts';
import type { Status } from '../wording.ts';
import type { DirectAnswer, HeldByServer, IsolationObservations, MisroutedRequest, SessionTrial } from './analyse.ts';
import type { IsolationWords } from './words.ts';

export async function runIsolation(context: LabContext, words: IsolationWords): Promise<IsolationObservations> {
  const scheme = await context.startScheme('sticky');
  const before = await heldByServers(scheme);
  const trials: SessionTrial[] = [];
  const clients: LabClient[] = [];
  const users = context.count({ quick: 6, default: 12, full: 60 });
  for (let index = 0; index < users; index++) {
    context.signal.throwIfAborted();
    context.progress(words.progress.login(index + 1, users));
    const client = new LabClient({ address: context.random.address() });
    clients.push(client);
    trials.push(await tryEachServer(scheme, client, `u-${index + 1}`));
  }
  const held = await heldByServers(scheme);

  context.progress(words.progress.misroute);
  const misrouted: MisroutedRequest[] = [];
  for (const [index, client] of clients.entries()) {
    context.signal.throwIfAborted();
    misrouted.push(await misroute(context, scheme, client, trials[index]?.owner ?? null));
  }
  const logout = await logOutFirst(context, words, scheme, clients, trials);
  const [first] = trials;
  const direct = first?.direct ?? [];
  return {
    servers: scheme.servers.map(({ id }) => id),
    login: { status: first?.login ?? 'none', server: first?.owner ?? null },
    direct: { statuses: direct.map(({ status }) => status), answers: direct },
    held: { before, after: held },
    trials,
    misrouted,
    ...(logout === undefined ? {} : { logout }),
  };
}

/** Logs in through the balancer and sends the cookie to every server, past the balancer, its owner first. */
async function tryEachServer(
  { servers, balancer }: RunningScheme,
  client: LabClient,
  userId: string,
): Promise<SessionTrial> {
  const login = await client.login(balancer.url, { userId, username: `user ${userId}` });
  const ownerFirst = [...servers].sort((a, b) => Number(b.id === login.server) - Number(a.id === login.server));
  const direct: DirectAnswer[] = [];
  for (const { id, url } of ownerFirst) {
    const answer = await client.profile(url);
    direct.push({ server: id, status: answer.status, userId: text(answer, 'userId'), error: text(answer, 'error') });
  }
  return { userId, login: login.status, owner: login.server, direct };
}

/** The same cookie from an address that the balancer sends elsewhere, as after a change of network. */
async function misroute(
  { random }: LabContext,
  { balancer }: RunningScheme,
  client: LabClient,
  owner: string | null,
): Promise<MisroutedRequest> {
  for (let draw = 0; draw < 50; draw++) {
    client.address = random.address();
    const answer = await client.profile(balancer.url);
    if (answer.server !== null && answer.server !== owner) {
      return { owner, server: answer.server, status: answer.status, error: text(answer, 'error') };
    }
  }
  return { owner, server: null, status: 'none', error: null };
}

/** The first user, through the route of its own server. The last step, for it changes what the servers hold. */
async function logOutFirst(
  context: LabContext,
  words: IsolationWords,
  { servers }: RunningScheme,
  clients: readonly LabClient[],
  trials: readonly SessionTrial[],
): Promise<LogoutTrial | undefined> {
  const ownerOf = (index: number) => servers.find(({ id }) => id === trials[index]?.owner);
  const [client] = clients;
  const server = ownerOf(0);
  if (client === undefined || server === undefined) return undefined;
  context.progress(words.progress.logout(server.id));
  return logOut({
    userId: trials[0]?.userId ?? '',
    client,
    server,
    servers,
    others: async () => {
      const statuses: Status[] = [];
      for (const [index, other] of clients.entries()) {
        context.signal.throwIfAborted();
        const owner = ownerOf(index);
        if (index > 0 && owner !== undefined) statuses.push((await other.profile(owner.url)).status);
      }
      return statuses;
    },
  });
}

async function heldByServers({ servers }: RunningScheme): Promise<HeldByServer[]> {
  const client = new LabClient();
  const held: HeldByServer[] = [];
  for (const { id, url } of servers) {
    const { body } = await client.request(url, '/debug/sessions');
    const users = Array.isArray(body?.users) ? body.users.map(String) : [];
    held.push({ server: id, sessions: typeof body?.sessions === 'number' ? body.sessions : null, users });
  }
  return held;
}

function text({ body }: LabAnswer, member: string): string | null {
  const value = body?.[member];
  return typeof value === 'string' ? value : null;
}
