/** What experiment 3.3 does. */
import { randomUUID } from 'node:crypto';
import type { RunningScheme } from '../../schemes/running-scheme.ts';
import type { LabContext } from '../context.ts';
import { LabClient } from '../lab-client.ts';
import { profileAtEach } from '../profile-at-each.ts';
import { callsBetween, type Expiration, type RedisView, viewRedis } from '../redis-view.ts';
import { decodeToken, signedLike, withAlteredSignature } from '../token-forge.ts';
import type { DenyListEntry, DenyListObservations, LookUps } from './analyse.ts';
import { measureCost } from './cost.ts';
import type { TokenKind } from './measured.ts';
import { measureSpread } from './spread.ts';
import type { DenyListWords } from './words.ts';

const deniedKeys = '*:denied:*';
const ttlSeconds = 7200;
const leastShortTtlSeconds = 3;

export async function runDenyList(context: LabContext, words: DenyListWords): Promise<DenyListObservations> {
  const env = { REVOCATION: 'deny-list' };
  const scheme = await context.startScheme('jwt', { balancer: false, ttlSeconds, env });
  const { servers } = scheme;
  const view = await viewRedis(scheme.redis);
  try {
    const client = await loggedIn(scheme, 'u-1');
    const other = await loggedIn(scheme, 'u-2');
    const before = await profileAtEach(client, servers);
    const keysBefore = (await view.keys(deniedKeys)).length;

    context.progress(words.progress.logout);
    const logout = await client.logout(context.random.pick(servers).url);
    const loggedOutAt = performance.now();
    const afterLogout = await profileAtEach(client, servers);
    const afterMs = Math.round((performance.now() - loggedOutAt) * 10) / 10;
    const keysAfter = await view.keys(deniedKeys);
    const entry = await describeEntry(view, keysAfter[0], client.token ?? '');
    const otherUser = await profileAtEach(other, servers);

    const lookUps = await countLookUps(context, words, scheme, view, {
      loggedOut: client.token ?? '',
      good: other.token ?? '',
    });
    const short = await outliveShortToken(context, words, scheme, view);
    await scheme.stop();
    return {
      servers: servers.map(({ id }) => id),
      before,
      keysBefore,
      logoutStatus: logout.status,
      keysAfter: keysAfter.length,
      entry,
      afterLogout: { ...afterLogout, afterMs },
      otherUser,
      short,
      lookUps,
      withoutList: await countWithoutList(context),
      listInMemory: await countWithListInMemory(context),
      spread: await measureSpread(context, words),
      cost: await measureCost(context, words),
    };
  } finally {
    view.close();
  }
}

async function loggedIn({ servers }: RunningScheme, userId: string): Promise<LabClient> {
  const client = new LabClient();
  await client.login(servers[0]?.url ?? '', { userId, username: userId });
  return client;
}

async function describeEntry(view: RedisView, key: string | undefined, token: string): Promise<DenyListEntry | null> {
  if (key === undefined) return null;
  const { iat, exp } = decodeToken(token).payload;
  const description = await view.describe(key);
  const tokenLeftMs = Number(exp) * 1000 - Date.now();
  const endsAfterTokenMs = (await view.expiresAtMs(key)) - Number(exp) * 1000;
  return { ttlSeconds: Number(exp) - Number(iat), key: description, tokenLeftMs, endsAfterTokenMs };
}

/** Sends each kind of token again and again and counts what reaches Redis meanwhile. */
async function countLookUps(
  context: LabContext,
  words: DenyListWords,
  { servers, tokenSecret }: RunningScheme,
  view: RedisView,
  tokens: { readonly loggedOut: string; readonly good: string },
): Promise<LookUps[]> {
  const nowSeconds = Math.floor(Date.now() / 1000);
  const past = { iat: nowSeconds - 120, exp: nowSeconds - 60 };
  const kinds: Readonly<Record<TokenKind, string>> = {
    good: tokens.good,
    'logged out': tokens.loggedOut,
    'signature altered': withAlteredSignature(tokens.good),
    expired: signedLike(tokens.good, { ...past, jti: randomUUID() }, tokenSecret),
    // The entry of a token ends with it, so only a token of the same jti that ended earlier can be both.
    'expired and logged out': signedLike(tokens.loggedOut, past, tokenSecret),
  };
  const lookUps: LookUps[] = [];
  for (const kind of Object.keys(kinds) as TokenKind[]) {
    context.progress(words.progress.lookUps(kind));
    lookUps.push(await countCalls(context, servers, view, kind, kinds[kind]));
  }
  return lookUps;
}

async function countCalls(
  context: LabContext,
  servers: RunningScheme['servers'],
  view: RedisView,
  kind: TokenKind,
  token: string,
): Promise<LookUps> {
  const client = new LabClient();
  client.token = token;
  const rounds = context.count({ quick: 5, default: 20, full: 200 });
  const before = await view.commandCalls();
  let answers = await profileAtEach(client, servers);
  for (let round = 1; round < rounds; round++) {
    context.signal.throwIfAborted();
    answers = await profileAtEach(client, servers);
  }
  const commandCalls = callsBetween(before, await view.commandCalls());
  const [status = 'none'] = answers.statuses;
  return { token: kind, requests: rounds * servers.length, commandCalls, status, error: answers.errors[0] ?? null };
}

async function outliveShortToken(
  context: LabContext,
  words: DenyListWords,
  scheme: RunningScheme,
  view: RedisView,
): Promise<DenyListObservations['short']> {
  const { servers, tokenSecret } = scheme;
  const deletions: Expiration[] = [];
  await view.watchExpirations((deletion) => deletions.push(deletion));
  const lifeSeconds = Math.max(leastShortTtlSeconds, Math.round(context.scaled(30_000) / 1000));
  const client = await loggedIn(scheme, 'u-3');
  const iat = Math.floor(Date.now() / 1000);
  const exp = iat + lifeSeconds;
  const jti = randomUUID();
  client.token = signedLike(client.token ?? '', { iat, exp, jti }, tokenSecret);
  await client.logout(servers[0]?.url ?? '');
  const [key] = (await view.keys(deniedKeys)).filter((name) => name.endsWith(jti));
  const entry = await describeEntry(view, key, client.token);

  const waitedMs = Math.max(context.scaled(35_000), lifeSeconds * 1000 + 500);
  context.progress(words.progress.wait(waitedMs / 1000, lifeSeconds));
  await context.wait(waitedMs);
  const deletion = deletions.find((candidate) => candidate.key === key);
  const existsAfter = key !== undefined && (await view.exists(key));
  return {
    entry,
    waitedMs,
    deletedAfterExpMs: deletion === undefined ? null : deletion.atMs - exp * 1000,
    existsAfter,
    after: await profileAtEach(client, servers),
  };
}

async function countWithoutList(context: LabContext): Promise<LookUps> {
  const scheme = await context.startScheme('jwt', {
    balancer: false,
    servers: 1,
    ttlSeconds,
    env: { REVOCATION: 'none' },
  });
  const view = await viewRedis(scheme.redis);
  try {
    const client = await loggedIn(scheme, 'u-1');
    return await countCalls(context, scheme.servers, view, 'good', client.token ?? '');
  } finally {
    view.close();
  }
}

/** The feed takes commands of its own, however many requests there are: only what asks about a token counts here. */
async function countWithListInMemory(context: LabContext): Promise<LookUps> {
  const scheme = await context.startScheme('jwt-pushed', { balancer: false, servers: 1, ttlSeconds });
  const view = await viewRedis(scheme.redis);
  try {
    const client = await loggedIn(scheme, 'u-1');
    await untilCurrent(context, client, scheme.servers[0]?.url ?? '');
    const counted = await countCalls(context, scheme.servers, view, 'good', client.token ?? '');
    const { mget, zscore } = counted.commandCalls;
    return {
      ...counted,
      commandCalls: { ...(mget === undefined ? {} : { mget }), ...(zscore === undefined ? {} : { zscore }) },
    };
  } finally {
    view.close();
  }
}

/** A server that has just been started asks Redis until it knows the list. */
async function untilCurrent(context: LabContext, client: LabClient, url: string): Promise<void> {
  for (let left = 500; left > 0; left--) {
    context.signal.throwIfAborted();
    const { body } = await client.request(url, '/debug/sessions');
    if (body?.state === 'current') return;
    await context.wait(10);
  }
}
