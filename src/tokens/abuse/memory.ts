import { type Clock, systemClock } from '../../clock.ts';
import { ExpiringMap } from '../../expiring-map.ts';
import { keptMs, sliceOf, slicesPerMinute, type UseAnswer, type UseCountStore, windowSlices } from './store.ts';

interface CountedToken {
  /** By slice since the epoch. */
  readonly counts: Map<number, number>;
  found?: { readonly by: string; readonly minute: number };
}

export interface MemoryUseCountStoreOptions {
  /** @default the system's clock */
  readonly clock?: Clock;
}

/** Adds up the uses of tokens in this process: for one server, for development and for tests. */
export function memoryUseCountStore({ clock = systemClock }: MemoryUseCountStoreOptions = {}): UseCountStore {
  const tokens = new ExpiringMap<CountedToken>(clock);
  const lastReports = new ExpiringMap<number>(clock);
  return {
    timeMs: async () => clock.now(),
    add: async ({ server, sequence, nowMs, maxUses, tokens: told }) => {
      const keptUntilMs = clock.now() + keptMs;
      const isNew = (lastReports.get(server)?.value ?? -1) < sequence;
      if (isNew) lastReports.set(server, sequence, keptUntilMs);
      const now = sliceOf(nowMs);
      const first = now - windowSlices + 1;
      return told.map(({ token, uses }): UseAnswer => {
        const counted = tokens.get(token)?.value ?? { counts: new Map() };
        tokens.set(token, counted, keptUntilMs);
        for (const slice of counted.counts.keys()) {
          // Those to come are of a clock that was ahead; of servers that agree on the time none is that far ahead.
          if (slice < first - slicesPerMinute || slice > now + 1) counted.counts.delete(slice);
        }
        for (const { atMs, count } of isNew ? uses : []) {
          const slice = sliceOf(atMs);
          if (slice >= first && slice <= now) counted.counts.set(slice, (counted.counts.get(slice) ?? 0) + count);
        }
        return judge(counted, { first, now, maxUses, server });
      });
    },
  };
}

function judge(
  counted: CountedToken,
  { first, now, maxUses, server }: { first: number; now: number; maxUses: number; server: string },
): UseAnswer {
  let uses = 0;
  for (const [slice, count] of counted.counts) if (slice >= first && slice <= now) uses += count;
  if (uses <= maxUses) return { status: 'fine', uses };
  const minute = Math.floor(now / slicesPerMinute);
  if (counted.found === undefined || counted.found.minute < minute - 1) counted.found = { by: server, minute };
  return { status: counted.found.by === server ? 'found' : 'known', uses };
}
