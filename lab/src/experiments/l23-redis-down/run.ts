/** What experiment 2.3 does: the matrix of persistence and signal. */
import { request } from 'undici';
import { type Persistence, type RedisServer, startRedis } from '../../cluster/index.ts';
import type { LabContext } from '../context.ts';
import type { LabAnswer } from '../lab-client.ts';
import { freezeUnderLoad } from './freeze.ts';
import type { OutageCell, OutageRequest, RedisDownObservations } from './observations.ts';
import { logInUsers, newUser, type OutageUser, servedAgainMs, statusesOf } from './users.ts';
import type { RedisDownWords } from './words.ts';

const signals = ['SIGTERM', 'SIGKILL'] as const;
const persistences: readonly Persistence[] = ['none', 'save-points', 'aof-everysec', 'aof-always'];

export async function runRedisDown(context: LabContext, words: RedisDownWords): Promise<RedisDownObservations> {
  const { servers, redis: first } = await context.startScheme('redis', { balancer: false });
  const urls = servers.map(({ url }) => url);
  let redis = first;
  // On the same port: the application servers go on and find another Redis there.
  const replaceRedis = async (persistence: Persistence): Promise<RedisServer> => {
    await redis.stop();
    context.signal.throwIfAborted();
    redis = await startRedis({ port: first.port, persistence });
    return redis;
  };
  try {
    const cells: OutageCell[] = [];
    for (const persistence of persistences) {
      for (const signal of signals) {
        const of = persistences.length * signals.length;
        context.progress(words.progress.combination(persistence, signal, cells.length + 1, of));
        const fresh = await replaceRedis(persistence);
        cells.push(await breakOnce(context, words, urls, fresh, { persistence, signal }));
      }
    }
    context.progress(words.progress.freeze);
    const fresh = await replaceRedis('none');
    const frozen = await freezeUnderLoad(context, fresh, await logInUsers(context, words, urls));
    return { cells, frozen };
  } finally {
    await redis.stop();
  }
}

async function breakOnce(
  context: LabContext,
  words: RedisDownWords,
  urls: readonly string[],
  redis: RedisServer,
  { persistence, signal }: Pick<OutageCell, 'persistence' | 'signal'>,
): Promise<OutageCell> {
  const users = await logInUsers(context, words, urls);
  const leaver = newUser(context, urls, 'leaver');
  await leaver.logIn();
  const before = await statusesOf(context, users);

  const signalledAt = performance.now();
  await (signal === 'SIGTERM' ? redis.terminate() : redis.kill());
  const outage: OutageRequest[] = [];
  for (const round of [1, 2]) outage.push(...(await askAll(context, urls, users, leaver, round, signalledAt)));
  const retryAfterSeconds = await retryAfter(users);

  await redis.restart();
  const servedMs = await servedAgainMs(context, users);
  const after = await statusesOf(context, users);
  const newcomer = newUser(context, urls, 'newcomer');
  const login = await newcomer.logIn();
  const profile = await newcomer.client.profile(newcomer.url);
  return {
    persistence,
    signal,
    before,
    outage,
    retryAfterSeconds,
    servedAgainMs: servedMs,
    after,
    newLogin: { status: login.status, profileStatus: profile.status },
  };
}

/** Everybody at the same time, as it is when Redis dies under a running site. */
async function askAll(
  context: LabContext,
  urls: readonly string[],
  users: readonly OutageUser[],
  leaver: OutageUser,
  round: number,
  signalledAt: number,
): Promise<OutageRequest[]> {
  const timed = async (kind: OutageRequest['request'], asked: Promise<LabAnswer>): Promise<OutageRequest> => {
    const sinceSignalMs = Math.round((performance.now() - signalledAt) * 10) / 10;
    const { status, durationMs } = await asked;
    return { request: kind, round, status, durationMs, sinceSignalMs };
  };
  return Promise.all([
    ...users.map(({ client, url }) => timed('profile', client.profile(url))),
    timed('login', newUser(context, urls, `latecomer-${round}`).logIn()),
    timed('logout', leaver.client.logout(leaver.url)),
    ...urls.map((url) => timed('health', leaver.client.request(url, '/health'))),
  ]);
}

/** The `Retry-After` of a profile that can not be served, in seconds. */
async function retryAfter(users: readonly OutageUser[]): Promise<number | null> {
  const [user] = users;
  if (user === undefined) return null;
  try {
    const { headers, body } = await request(new URL('/profile', user.url), {
      headers: { cookie: user.client.cookies.header() ?? '' },
      signal: AbortSignal.timeout(5000),
    });
    await body.dump();
    const seconds = headers['retry-after'];
    return seconds === undefined ? null : Number(seconds);
  } catch {
    // No answer, no header; that there is no answer is recorded with the other requests.
    return null;
  }
}
