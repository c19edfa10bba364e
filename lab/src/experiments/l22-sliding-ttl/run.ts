/** What experiment 2.2 does. */
import { moduleFile, startAppServer } from '../../cluster/index.ts';
import type { LabContext } from '../context.ts';
import { LabClient } from '../lab-client.ts';
import { type Expiration, type RedisView, viewRedis } from '../redis-view.ts';
import type { Access, IdleUser, SlidingTtlObservations, TtlSample, Visit } from './analyse.ts';
import type { SlidingTtlWords } from './words.ts';

const ttlOfDesignMs = 30_000;
const idleOfDesignMs = 35_000;

/** What the visits share; time runs from the start of the run. */
interface Surroundings {
  readonly context: LabContext;
  readonly words: SlidingTtlWords;
  readonly view: RedisView;
  readonly now: () => number;
  readonly urls: readonly string[];
  readonly ttlMs: number;
  readonly sampleEveryMs: number;
}

export async function runSlidingTtl(context: LabContext, words: SlidingTtlWords): Promise<SlidingTtlObservations> {
  const ttlMs = context.scaled(ttlOfDesignMs);
  const { servers, redis } = await context.startScheme('redis', { ttlSeconds: ttlMs / 1000, balancer: false });
  // The same app with one more setting, on the same Redis.
  const capped = await startAppServer({
    entry: moduleFile('../../schemes/app-main', import.meta.url),
    id: 'redis-capped',
    env: {
      SCHEME: 'redis',
      REDIS_URL: redis.url,
      TTL_SECONDS: String(ttlMs / 1000),
      SALLYPORT_SESSION_ABSOLUTE_SECONDS: String((2 * ttlMs) / 1000),
    },
  });
  try {
    const view = await viewRedis(redis);
    try {
      const startedAtMs = Date.now();
      const surroundings: Surroundings = {
        context,
        words,
        view,
        now: () => Date.now() - startedAtMs,
        urls: servers.map(({ url }) => url),
        ttlMs,
        sampleEveryMs: Math.max(20, context.scaled(100)),
      };
      return await observe(surroundings, startedAtMs, capped.url);
    } finally {
      view.close();
    }
  } finally {
    await capped.stop();
  }
}

async function observe(
  surroundings: Surroundings,
  startedAtMs: number,
  cappedUrl: string,
): Promise<SlidingTtlObservations> {
  const { context, words, view, ttlMs, sampleEveryMs } = surroundings;
  const deletions: Expiration[] = [];
  await view.watchExpirations(({ key, atMs }) => deletions.push({ key, atMs: atMs - startedAtMs }));
  for (const url of [...surroundings.urls, cappedUrl]) await warmUp(url);

  const ttls = context.count({ quick: 3, default: 3, full: 6 });
  const eachHalf = Array.from({ length: 2 * ttls }, (_, index) => ((index + 1) * ttlMs) / 2);
  const untilPastCap = [0.5, 1, 1.5, 2.1].map((share) => share * ttlMs);
  const pauseMs = context.scaled(10_000);
  const once = [pauseMs, pauseMs + context.scaled(idleOfDesignMs)];

  const visitor = await logIn(surroundings, 'visitor');
  const active = await logIn(surroundings, 'active');
  const capped = await logIn({ ...surroundings, urls: [cappedUrl] }, 'capped');
  const idle: LoggedIn[] = [];
  const idleUsers = context.count({ quick: 5, default: 5, full: 50 });
  for (let user = 0; user < idleUsers; user++) idle.push(await logIn(surroundings, `idle-${user}`));
  context.progress(words.progress(sampleEveryMs, Math.round(eachHalf.at(-1)! / 1000)));
  const [visitorSeen, activeSeen, cappedSeen, idleSeen] = await Promise.all([
    watch(surroundings, visitor, once),
    watch(surroundings, active, eachHalf),
    watch({ ...surroundings, urls: [cappedUrl] }, capped, untilPastCap),
    leaveAlone(surroundings, idle, deletions),
  ]);
  return { ttlMs, sampleEveryMs, visitor: visitorSeen, active: activeSeen, capped: cappedSeen, idle: idleSeen };
}

interface LoggedIn {
  readonly client: LabClient;
  readonly key: string;
  readonly login: Pick<Visit, 'loginAtMs' | 'loginStatus' | 'absoluteMs' | 'ttlMs'>;
}

async function logIn({ context, words, view, now, urls }: Surroundings, userId: string): Promise<LoggedIn> {
  const client = new LabClient({ address: context.random.address() });
  const { status } = await client.login(context.random.pick(urls), { userId, username: userId });
  const loginAtMs = now();
  const { key, absoluteMs } = await findSession(view, userId, words);
  return { client, key, login: { loginAtMs, loginStatus: status, absoluteMs, ttlMs: await view.ttlMs(key) } };
}

/** The first requests of a process are slow, and would be taken for life that the key lost. */
async function warmUp(url: string): Promise<void> {
  const client = new LabClient();
  await client.login(url, { userId: 'first', username: 'first' });
  await client.profile(url);
  await client.logout(url);
}

/** Has a user come at the given times after the login, while the key is read. */
async function watch(surroundings: Surroundings, user: LoggedIn, comesAtMs: readonly number[]): Promise<Visit> {
  const samples: TtlSample[] = [[user.login.loginAtMs, user.login.ttlMs]];
  const ended = new AbortController();
  const [accesses] = await Promise.all([
    come(surroundings, user, comesAtMs).finally(() => ended.abort()),
    sample(surroundings, user.key, samples, ended.signal),
  ]);
  const gone = samples.find(([, leftMs]) => leftMs < 0);
  return { ...user.login, samples, accesses, goneAtMs: gone?.[0] ?? null };
}

async function come(
  { context, view, now, urls }: Surroundings,
  { client, key, login }: LoggedIn,
  comesAtMs: readonly number[],
): Promise<Access[]> {
  const accesses: Access[] = [];
  for (const afterLoginMs of comesAtMs) {
    await context.wait(Math.max(0, login.loginAtMs + afterLoginMs - now()));
    const ttlBeforeMs = await view.ttlMs(key);
    const atMs = now();
    const { status } = await client.profile(context.random.pick(urls));
    const ttlAfterMs = await view.ttlMs(key);
    accesses.push({ atMs, status, ttlBeforeMs, ttlAfterMs, elapsedMs: now() - atMs });
  }
  return accesses;
}

async function sample(
  { context, view, now, sampleEveryMs }: Surroundings,
  key: string,
  samples: TtlSample[],
  ended: AbortSignal,
): Promise<void> {
  while (!ended.aborted) {
    await context.wait(sampleEveryMs);
    const sentAtMs = now();
    const leftMs = await view.ttlMs(key);
    samples.push([Math.round((sentAtMs + now()) / 2), leftMs]);
  }
}

async function leaveAlone(
  { context, view, now, urls }: Surroundings,
  users: readonly LoggedIn[],
  deletions: readonly Expiration[],
): Promise<IdleUser[]> {
  const ends: number[] = [];
  const startedAtMs = Date.now() - now();
  for (const { key } of users) ends.push((await view.expiresAtMs(key)) - startedAtMs);
  await context.wait(context.scaled(idleOfDesignMs));
  const idle: IdleUser[] = [];
  for (const [index, { client, key }] of users.entries()) {
    const deletedAtMs = deletions.find((deletion) => deletion.key === key)?.atMs ?? null;
    const { status } = await client.profile(context.random.pick(urls));
    idle.push({ expiresAtMs: ends[index] ?? Number.NaN, deletedAtMs, statusAfter: status });
  }
  return idle;
}

/** The key of a user's only session. @throws when there is none, since then there is nothing to watch. */
async function findSession(
  view: RedisView,
  userId: string,
  words: SlidingTtlWords,
): Promise<{ key: string; absoluteMs: number }> {
  for (const key of await view.keys('*session:*')) {
    const { fields } = await view.describe(key);
    if (fields.userId !== userId) continue;
    return { key, absoluteMs: Number(fields.end) - Number(fields.at) };
  }
  throw new Error(words.noSession(userId));
}
