/** What experiment 2.2 on a target does. */
import type { LabContext } from '../../../experiments/context.ts';
import { TargetCannotError } from '../../errors.ts';
import type { DescribedTools } from '../../target-under-test.ts';
import type { Visitor } from '../../visitor.ts';
import type { ExpiryAccess, ExpiryObservations } from './analyse.ts';
import type { ExpiryWords } from './words.ts';

/** When the active user comes, in lifetimes: often enough to be kept, and beyond the first lifetime. */
const accessesAt = [0.6, 1.2, 1.8];

/** What must fit into the time that the file allows, in lifetimes. */
const neededLifetimes = 2;

export async function observeExpiry(tools: DescribedTools, words: ExpiryWords): Promise<ExpiryObservations> {
  const { file, context, nodes, description } = tools;
  const { ttlSeconds, limits } = file;
  if (ttlSeconds === undefined) throw new TargetCannotError(tools.words.cannot.noTtl);
  const allowedSeconds = Math.min(limits.waitSeconds, limits.probeSeconds);
  if (neededLifetimes * ttlSeconds > allowedSeconds) {
    throw new TargetCannotError(tools.words.cannot.waitTooLong(neededLifetimes * ttlSeconds, allowedSeconds));
  }
  const ttlMs = ttlSeconds * 1000;
  const url = nodes[0]?.url ?? '';
  const { kind, cookies } = description.credential;
  // Two users where there are two: some applications allow each of them one session.
  const [idle, active] = [await start(tools, url, 1), await start(tools, url, 0)];
  // A second for expiries that are only looked for now and then, or kept in whole seconds.
  const idleAtMs = Math.max(1.3 * ttlMs, ttlMs + 1000);
  context.progress(words.waiting(ttlSeconds));

  const look = async (watched: Watched): Promise<ExpiryAccess> => {
    const browserKeeps = kind === 'bearer' ? null : watched.client.cookies.keeps(cookies);
    const atMs = sinceLogin(watched);
    const { status, outcome } = await watched.client.whoami(url);
    return { atMs, status, outcome, browserKeeps };
  };
  const [accesses, idleAccess] = await Promise.all([
    lookAt(
      context,
      active,
      accessesAt.map((share) => share * ttlMs),
      look,
    ),
    lookAt(context, idle, [idleAtMs], look),
  ]);
  return { ttlMs, credential: kind, accesses, idle: idleAccess[0]! };
}

interface Watched {
  readonly client: Visitor;
  readonly loggedInAt: number;
}

async function start(tools: DescribedTools, url: string, user: number): Promise<Watched> {
  const client = await tools.loggedIn(url, user);
  // "Who am I" has just been asked: a sliding lifetime counts from here, a fixed one from a little earlier.
  return { client, loggedInAt: performance.now() };
}

function sinceLogin({ loggedInAt }: Watched): number {
  return Math.round(performance.now() - loggedInAt);
}

/** Looks at each of these moments after the login, one after the other. */
async function lookAt(
  context: LabContext,
  watched: Watched,
  moments: readonly number[],
  look: (watched: Watched) => Promise<ExpiryAccess>,
): Promise<ExpiryAccess[]> {
  const accesses: ExpiryAccess[] = [];
  for (const moment of moments) {
    await context.wait(Math.max(0, moment - sinceLogin(watched)));
    accesses.push(await look(watched));
  }
  return accesses;
}
