/** What experiment 2.1 does. */
import type { RunningScheme } from '../../schemes/running-scheme.ts';
import type { LabContext } from '../context.ts';
import { type LabAnswer, LabClient } from '../lab-client.ts';
import { type LogoutTrial, logOut } from '../logout.ts';
import { profileAtEach } from '../profile-at-each.ts';
import { viewRedis } from '../redis-view.ts';
import { profilesWithout } from '../server-death.ts';
import type { ServerDeath, SharedSessionObservations } from './analyse.ts';
import type { SharedSessionWords } from './words.ts';

const sessionKeys = '*session:*';
const user = { userId: 'u-1', username: 'ada', role: 'member' };

export async function runSharedSession(
  context: LabContext,
  words: SharedSessionWords,
): Promise<SharedSessionObservations> {
  // Not scaled: nobody waits for its end, and a busy machine must not reach it in a quick run.
  const scheme = await context.startScheme('redis', { ttlSeconds: 30 });
  const { servers, balancer, redis } = scheme;
  const view = await viewRedis(redis);
  try {
    const keysBefore = (await view.keys(sessionKeys)).length;
    const browser = new LabClient({ address: context.random.address() });
    const stranger = new LabClient({ address: context.random.address() });
    const login = await browser.login(context.random.pick(servers).url, user);
    const names = await view.keys(sessionKeys);
    const keys = await Promise.all(names.map((name) => view.describe(name)));

    context.progress(words.progress.direct);
    const direct = await profileAtEach(browser, servers);
    const anonymous = await profileAtEach(stranger, servers);

    const requests = context.count({ quick: 20, default: 20, full: 300 });
    context.progress(words.progress.balanced(requests));
    const balanced = await profilesThrough(context, balancer.url, browser, requests);

    for (const name of names) await view.remove(name);
    const removed = await profileAtEach(browser, servers);
    const logout = await logOutAtOne(context, words, scheme);
    const death = await killMaker(context, words, scheme);
    return {
      userId: user.userId,
      servers: servers.map(({ id }) => id),
      login: { status: login.status, server: login.server },
      keysBefore,
      keys,
      direct,
      anonymous,
      balanced,
      removed,
      logout,
      death,
    };
  } finally {
    view.close();
  }
}

async function profilesThrough(
  { signal }: LabContext,
  url: string,
  client: LabClient,
  requests: number,
): Promise<SharedSessionObservations['balanced']> {
  const answers: LabAnswer[] = [];
  for (let request = 0; request < requests; request++) {
    signal.throwIfAborted();
    answers.push(await client.profile(url));
  }
  return { statuses: answers.map(({ status }) => status), servers: answers.map(({ server }) => server) };
}

/** One of two users logs out, at any server: it need not be the one that made the session. */
async function logOutAtOne(
  { random, signal, progress }: LabContext,
  words: SharedSessionWords,
  { servers }: RunningScheme,
): Promise<LogoutTrial> {
  signal.throwIfAborted();
  const [leaver, other] = [new LabClient(), new LabClient()];
  const userId = 'u-2';
  await leaver.login(random.pick(servers).url, { userId, username: 'leaver' });
  await other.login(random.pick(servers).url, { userId: 'u-3', username: 'other' });
  const server = random.pick(servers);
  progress(words.progress.logout(server.id));
  const others = async () => (await profileAtEach(other, servers)).statuses;
  return logOut({ userId, client: leaver, server, servers, others });
}

/** The server that made a session is killed; the others are asked, and all when it is back. */
async function killMaker(
  context: LabContext,
  words: SharedSessionWords,
  { servers, balancer }: RunningScheme,
): Promise<ServerDeath> {
  context.signal.throwIfAborted();
  const client = new LabClient({ address: context.random.address() });
  const userId = 'u-4';
  const maker = context.random.pick(servers);
  await client.login(maker.url, { userId, username: 'survivor' });
  const before = await profileAtEach(client, servers);
  context.progress(words.progress.kill(maker.id));
  const killed = await profilesWithout(maker, client, servers);
  const balanced = await profilesThrough(context, balancer.url, client, 2 * servers.length);
  context.progress(words.progress.restart(maker.id));
  await maker.restart();
  const returned = await profileAtEach(client, servers);
  return { userId, before, killed, balanced, returned };
}
