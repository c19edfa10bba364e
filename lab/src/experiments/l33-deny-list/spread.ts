/** How soon a logout counts at the other servers: without a list, with one in Redis, and with one in each memory. */
import { median } from '../../measure/statistics/quantile.ts';
import type { ResultTable } from '../../results.ts';
import type { SchemeName } from '../../schemes/running-scheme.ts';
import type { LabContext } from '../context.ts';
import { LabClient } from '../lab-client.ts';
import type { ListPlace } from './measured.ts';
import type { DenyListWords } from './words.ts';

/** One logout, seen from the servers that were not asked for it. */
type SpreadRound = {
  /** From the answer to the logout to the last answer of 200 to a request sent after it; 0 when there was none. */
  readonly acceptedForMs: number;
  /** Until each of the other servers had refused; 0 when they had before the answer, null when one never did. */
  readonly refusedAfterMs: number | null;
};

export type LogoutSpread = readonly {
  readonly list: ListPlace;
  readonly rounds: readonly SpreadRound[];
}[];

/** A server without a list never refuses; one with a list has this much time. */
const watchMs: Readonly<Record<ListPlace, number>> = { none: 500, redis: 5_000, memory: 5_000 };

const schemes: Readonly<Record<ListPlace, readonly [SchemeName, Readonly<Record<string, string>>]>> = {
  none: ['jwt', { REVOCATION: 'none' }],
  redis: ['jwt', { REVOCATION: 'deny-list' }],
  memory: ['jwt-pushed', {}],
};

export async function measureSpread(context: LabContext, words: DenyListWords): Promise<LogoutSpread> {
  const logouts = context.count({ quick: 5, default: 20, full: 100 });
  const servers = context.count({ quick: 2, default: 3, full: 3 });
  const spread: { list: ListPlace; rounds: SpreadRound[] }[] = [];
  for (const list of ['none', 'redis', 'memory'] as const) {
    context.progress(words.progress.spread(list));
    const [name, env] = schemes[list];
    const scheme = await context.startScheme(name, { balancer: false, servers, ports: 'free', env });
    const [first, ...others] = scheme.servers.map(({ url }) => url);
    const rounds: SpreadRound[] = [];
    for (let round = 0; round < (list === 'none' ? 2 : logouts); round++) {
      context.signal.throwIfAborted();
      rounds.push(await logOut(first ?? '', others, `u-${round}`, watchMs[list]));
    }
    spread.push({ list, rounds });
    await scheme.stop();
  }
  return spread;
}

/** Logs out at one server while all others are asked without a pause. */
async function logOut(
  server: string,
  others: readonly string[],
  userId: string,
  longestMs: number,
): Promise<SpreadRound> {
  const client = new LabClient();
  await client.login(server, { userId, username: userId });
  let answeredAt = Number.POSITIVE_INFINITY;
  const watching = others.map(async (url) => {
    let acceptedAt = Number.NEGATIVE_INFINITY;
    for (;;) {
      const sentAt = performance.now();
      const { status } = await client.profile(url);
      const isAfter = sentAt >= answeredAt;
      if (isAfter && status === 200) acceptedAt = performance.now();
      if (status === 401) return { acceptedAt, refusedAt: performance.now() };
      if (performance.now() - answeredAt > longestMs) return { acceptedAt, refusedAt: Number.POSITIVE_INFINITY };
    }
  });
  await client.logout(server);
  answeredAt = performance.now();
  const seen = await Promise.all(watching);
  const acceptedForMs = Math.max(0, ...seen.map(({ acceptedAt }) => acceptedAt - answeredAt));
  const refusedAfterMs = Math.max(0, ...seen.map(({ refusedAt }) => refusedAt - answeredAt));
  return {
    acceptedForMs: tenths(acceptedForMs),
    refusedAfterMs: refusedAfterMs === Number.POSITIVE_INFINITY ? null : tenths(refusedAfterMs),
  };
}

function tenths(ms: number): number {
  return Math.round(ms * 10) / 10;
}

export function spreadTable(spread: LogoutSpread, words: DenyListWords): ResultTable {
  return {
    ...words.spreadTable,
    rows: spread.map(({ list, rounds }) => {
      const refusals = refusalsOf(rounds);
      const isTold = refusals !== undefined && refusals.length > 0;
      return [
        words.lists[list],
        rounds.length,
        rounds.filter(({ acceptedForMs }) => acceptedForMs > 0).length,
        isTold ? longestAccepted(rounds) : words.toItsEnd,
        isTold ? tenths(median(refusals)) : words.none,
        isTold ? Math.max(...refusals) : words.none,
      ];
    }),
  };
}

/** The longest time of each kind of list at which all servers refused in the end. */
export function spreadFinding(spread: LogoutSpread, words: DenyListWords): string[] {
  const longest = (list: ListPlace): { acceptedMs: number; refusedMs: number } | undefined => {
    const rounds = spread.find((entry) => entry.list === list)?.rounds ?? [];
    const refusals = refusalsOf(rounds);
    if (refusals === undefined || refusals.length === 0) return undefined;
    return { acceptedMs: longestAccepted(rounds), refusedMs: Math.max(...refusals) };
  };
  const [redis, memory] = [longest('redis'), longest('memory')];
  return redis === undefined || memory === undefined ? [] : [words.findings.spread(redis, memory)];
}

function longestAccepted(rounds: readonly SpreadRound[]): number {
  return Math.max(0, ...rounds.map(({ acceptedForMs }) => acceptedForMs));
}

/** `undefined` when a server never refused. */
function refusalsOf(rounds: readonly SpreadRound[]): number[] | undefined {
  const refusals = rounds.flatMap(({ refusedAfterMs }) => refusedAfterMs ?? []);
  return refusals.length === rounds.length ? refusals : undefined;
}
