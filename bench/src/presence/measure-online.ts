/** What asking, telling and keeping cost while a number of users is online. */
import { createHash } from 'node:crypto';
import { type Beat, type PresenceStore, redisPresenceStore } from 'sallyport/presence';
import { connectRedis } from 'sallyport/redis';
import type { Samples } from '../benchmark.ts';
import { collectGarbage } from '../collect-garbage.ts';
import { median } from '../median.ts';
import { observeRedis } from '../redis-counters.ts';

/** Travels to the process that measures, as JSON. */
export interface OnlineRequest {
  readonly url: string;
  readonly users: number;
  /** Of each kind, one after another. */
  readonly calls: number;
  readonly heartbeats: number;
}

/** As many as travel together in an application. */
const together = 500;
/** Calls of the store under way while it is filled. */
const parallel = 4;
const pageUsers = 100;
const offlineAfterMs = 24 * 3_600_000;

/** @throws Error when one is missing, or is shown twice or out of order */
export async function measureOnline({ url, users, calls, heartbeats }: OnlineRequest): Promise<Samples> {
  const observer = observeRedis(url);
  // Far longer than an application's: a machine that stalls must not end the measurement.
  const redis = connectRedis(url, { deadlineMs: 30_000 });
  const store = redisPresenceStore(redis, { namespace: 'bench' });
  try {
    // Loads the scripts and lets the compiler see every path.
    await tell(store, 2_000, 'away');
    await store.page({ limit: pageUsers, status: 'away' }, offlineAfterMs);
    await observer.empty();

    const emptyBytes = await observer.settledMemoryBytes();
    await tell(store, users);
    const filledBytes = await observer.settledMemoryBytes();
    // One of ten, as it might be: those who are away.
    const withStatus = Math.ceil(users / 10);
    await tell(store, withStatus, 'away');
    const statusBytes = await observer.settledMemoryBytes();
    collectGarbage();

    const counted = await store.count(offlineAfterMs);
    if (counted !== users) throw new Error(`Of ${users} users ${counted} are counted.`);
    const countMicros = await medianMicros(calls, () => store.count(offlineAfterMs));
    const pageMicros = await medianMicros(calls, pages(store, undefined));
    const statusPageMicros = await medianMicros(calls, pages(store, 'away'));
    const getMicros = await medianMicros(calls, (n) => store.find([userId((n * 7_919) % users)], offlineAfterMs));

    const before = await observer.counters();
    for (let told = 0; told < heartbeats; told += users) await tell(store, Math.min(users, heartbeats - told));
    const after = await observer.counters();
    return {
      bytesPerUser: (filledBytes - emptyBytes) / users,
      bytesPerStatus: (statusBytes - filledBytes) / withStatus,
      countMicros,
      pageMicros,
      statusPageMicros,
      getMicros,
      redisMicrosPerHeartbeat: (after.cpuMicros - before.cpuMicros) / heartbeats,
    };
  } finally {
    await redis.close();
    observer.close();
  }
}

/** In the form of a UUID, as many applications have them: 36 characters. */
function userId(n: number): string {
  const hex = createHash('md5').update(String(n)).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

async function tell(store: PresenceStore, users: number, status?: string): Promise<void> {
  let from = 0;
  const teller = async () => {
    while (from < users) {
      const first = from;
      from += together;
      const beats: Beat[] = Array.from({ length: Math.min(together, users - first) }, (_, n) => ({
        userId: userId(first + n),
        ageMs: 0,
        ...(status === undefined ? {} : { status: { name: status, ageMs: 0 } }),
      }));
      const { ignored } = await store.beat(beats, offlineAfterMs);
      if (ignored.length > 0) throw new Error(`${ignored.length} heartbeats were ignored.`);
    }
  };
  await Promise.all(Array.from({ length: parallel }, teller));
}

/** One page after the other, from the beginning again when they are at their end; each is looked through. */
function pages(store: PresenceStore, status: string | undefined): () => Promise<void> {
  let after: string | undefined;
  let latest = 0;
  return async () => {
    const page = await store.page({ after, limit: pageUsers, status }, offlineAfterMs);
    if (after === undefined) latest = 0;
    for (const { since } of page.users) {
      // Many who come within a millisecond are told to have come in it or in the one before.
      if (since < latest - 1) throw new Error('A page is out of order.');
      latest = since;
    }
    if (after === undefined && page.users.length !== pageUsers) throw new Error('A page is not full.');
    after = page.next;
  };
}

async function medianMicros(calls: number, call: (n: number) => Promise<unknown>): Promise<number> {
  const micros: number[] = [];
  for (let n = 0; n < calls; n++) {
    const startedAt = performance.now();
    await call(n);
    micros.push((performance.now() - startedAt) * 1_000);
  }
  return median(micros);
}
