/** What experiment 3.1 does. */
import type { RunningScheme } from '../../schemes/running-scheme.ts';
import type { LabContext } from '../context.ts';
import { LabClient } from '../lab-client.ts';
import { profileAtEach } from '../profile-at-each.ts';
import { callsBetween, viewRedis } from '../redis-view.ts';
import { profilesWithout } from '../server-death.ts';
import { decodeToken, withAlteredSignature } from '../token-forge.ts';
import type { ModeObservations, StatelessObservations } from './analyse.ts';
import type { RevocationMode } from './revocation-mode.ts';
import type { StatelessWords } from './words.ts';

const user = { userId: 'u-1', username: 'ada', role: 'member' };

const environments: Readonly<Record<RevocationMode, Readonly<Record<string, string>>>> = {
  none: { REVOCATION: 'none' },
  'deny-list, refuse': { REVOCATION: 'deny-list', WHEN_UNAVAILABLE: 'refuse' },
  'deny-list, accept': { REVOCATION: 'deny-list', WHEN_UNAVAILABLE: 'accept' },
};

export async function runStateless(context: LabContext, words: StatelessWords): Promise<StatelessObservations> {
  const cookieHeader = await sessionCookieHeader(context, words);
  const { pure, ...observed } = await observePure(context, words, cookieHeader);
  const modes = [pure];
  for (const mode of ['deny-list, refuse', 'deny-list, accept'] as const) {
    const session = await whileUp(context, words, mode);
    modes.push(await whileDown(context, words, session));
    await session.scheme.stop();
  }
  return { ...observed, modes };
}

/** Pure JWT, with the steps that are asked of it alone. */
async function observePure(
  context: LabContext,
  words: StatelessWords,
  cookieHeader: string,
): Promise<Omit<StatelessObservations, 'modes'> & { readonly pure: ModeObservations }> {
  const session = await whileUp(context, words, 'none');
  const { scheme, issuer, client } = session;
  const { servers } = scheme;
  const token = client.token ?? '';
  const { body } = await client.profile(issuer.url);
  const text = (member: string) => (typeof body?.[member] === 'string' ? body[member] : null);
  const forger = new LabClient();
  forger.token = withAlteredSignature(token);
  const badSignature = await profileAtEach(forger, servers);
  const pure = await whileDown(context, words, session);
  context.progress(words.progress.restart(issuer.id));
  await issuer.restart();
  const restarted = await profileAtEach(client, servers);
  context.progress(words.progress.kill(issuer.id));
  const killed = await profilesWithout(issuer, client, servers);
  await scheme.stop();
  return {
    servers: servers.map(({ id }) => id),
    user,
    token: decodeToken(token),
    sizes: {
      tokenBytes: token.length,
      authorizationHeaderBytes: `Authorization: Bearer ${token}`.length,
      cookieValueBytes: cookieHeader.length - cookieHeader.indexOf('=') - 1,
      cookieHeaderBytes: `Cookie: ${cookieHeader}`.length,
    },
    profile: { userId: text('userId'), username: text('username'), role: text('role') },
    redisUp: pure.up,
    badSignature,
    redisDown: pure.down,
    restarted: { server: issuer.id, ...restarted },
    killed,
    pure,
  };
}

/** Three servers of one mode with a user and what was seen of them while Redis was up. */
interface ModeSession {
  readonly scheme: RunningScheme;
  readonly issuer: RunningScheme['servers'][number];
  readonly client: LabClient;
  readonly leaver: LabClient;
  readonly seen: Pick<ModeObservations, 'mode' | 'up' | 'requests' | 'commandCalls' | 'loggedOut'>;
}

async function whileUp(context: LabContext, words: StatelessWords, mode: RevocationMode): Promise<ModeSession> {
  context.progress(words.progress.up(mode));
  const scheme = await context.startScheme('jwt', { balancer: false, ttlSeconds: 7200, env: environments[mode] });
  const { servers } = scheme;
  const issuer = context.random.pick(servers);
  const client = new LabClient();
  const leaver = new LabClient();
  await client.login(issuer.url, user);
  await leaver.login(issuer.url, { userId: 'u-2', username: 'leaver' });
  const up = await profileAtEach(client, servers);

  const view = await viewRedis(scheme.redis);
  const rounds = context.count({ quick: 10, default: 20, full: 200 });
  const before = await view.commandCalls();
  for (let round = 0; round < rounds; round++) {
    context.signal.throwIfAborted();
    await profileAtEach(client, servers);
  }
  const commandCalls = callsBetween(before, await view.commandCalls());
  view.close();

  await leaver.logout(issuer.url);
  const loggedOut = await profileAtEach(leaver, servers);
  const requests = rounds * servers.length;
  return { scheme, issuer, client, leaver, seen: { mode, up, requests, commandCalls, loggedOut } };
}

async function whileDown(
  context: LabContext,
  words: StatelessWords,
  { scheme, issuer, client, leaver, seen }: ModeSession,
): Promise<ModeObservations> {
  context.progress(words.progress.down(seen.mode));
  await scheme.redis.terminate();
  const down = await profileAtEach(client, scheme.servers);
  const loggedOutDown = await profileAtEach(leaver, scheme.servers);
  const newcomer = await new LabClient().login(issuer.url, { userId: 'u-3', username: 'newcomer' });
  return { ...seen, down, loggedOutDown, loginDown: newcomer.status };
}

/** What a browser sends for a session, from a server that keeps them: the other side of the comparison of sizes. */
async function sessionCookieHeader(context: LabContext, words: StatelessWords): Promise<string> {
  const scheme = await context.startScheme('sticky', { servers: 1, balancer: false });
  const browser = new LabClient();
  await browser.login(scheme.servers[0]?.url ?? '', user);
  const header = browser.cookies.header();
  await scheme.stop();
  if (header === undefined) throw new Error(words.noCookie);
  return header;
}
