/** What experiment 2.3 does. */
import { request } from 'undici';
import { type Persistence, type RedisServer, startRedis } from '../cluster/index.ts';
import type { LabContext, RunningScheme } from './context.ts';
import { freezeUnderLoad } from './l23-redis-frozen.run.ts';
import type {
  OutageCell,
  OutageRequest,
  OutageRequestKind,
  RedisDownObservations,
} from './l23-redis-down.observations.ts';
import { type LabAnswer, LabClient } from './lab-client.ts';
import type { Status } from './wording.ts';

const userCount = 5;
const signals = ['SIGTERM', 'SIGKILL'] as const;
const persistences: readonly Persistence[] = ['none', 'save-points', 'aof-everysec', 'aof-always'];
const returnDeadlineMs = 10_000;
const pollMs = 20;

/** A simulated user, who stays with one of the servers; the servers share the users evenly. */
export interface OutageUser {
  readonly userId: string;
  readonly url: string;
  readonly client: LabClient;
}

export async function runRedisDown(context: LabContext): Promise<RedisDownObservations> {
  const { servers, redis: first } = await context.startScheme('redis', { balancer: false });
  const urls = servers.map(({ url }) => url);
  let redis = first;
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
        context.progress(`${persistence}, ${signal} (${cells.length + 1} of ${persistences.length * signals.length})`);
        cells.push(await breakOnce(context, urls, await replaceRedis(persistence), { persistence, signal }));
      }
    }
    context.progress('freezing Redis under load');
    const users = await logInUsers(context, urls, await replaceRedis('none'));
    const frozen = await freezeUnderLoad(context, redis, users);
    return { users: userCount, cells, frozen };
  } finally {
    await redis.stop();
  }
}

async function breakOnce(
  context: LabContext,
  urls: readonly string[],
  redis: RedisServer,
  { persistence, signal }: Pick<OutageCell, 'persistence' | 'signal'>,
): Promise<OutageCell> {
  const users = await logInUsers(context, urls, redis);
  const before = await statusesOf(users);
  const leaver = newUser(context, urls, 'leaver');
  await leaver.client.login(leaver.url, { userId: leaver.userId, username: leaver.userId });

  const signalledAt = performance.now();
  await (signal === 'SIGTERM' ? redis.terminate() : redis.kill());
  const outage = [
    ...(await askAll(context, users, leaver, urls, 1, signalledAt)),
    ...(await askAll(context, users, leaver, urls, 2, signalledAt)),
  ];
  const retryAfterSeconds = await retryAfters(urls, users[0]!);

  await redis.restart();
  const servedAgainMs = await servedAgain(context, users);
  const after = await statusesOf(users);
  const newcomer = newUser(context, urls, 'newcomer');
  const login = await newcomer.client.login(newcomer.url, { userId: newcomer.userId, username: newcomer.userId });
  const profile = await newcomer.client.profile(newcomer.url);
  return {
    persistence,
    signal,
    before,
    outage,
    retryAfterSeconds,
    servedAgainMs,
    after,
    newLogin: { status: login.status, profileStatus: profile.status },
  };
}
