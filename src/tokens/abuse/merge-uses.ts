import { randomBytes } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import { emit } from '../../telemetry/events.ts';
import type { AbuseSettings } from './options.ts';
import type { UseAnswer, UseReport } from './store.ts';
import type { TokenUses } from './token-uses.ts';

/** Tells the store what this server has counted, so that uses spread over several servers are added up. */
export interface UseMerging {
  /** Notes a token for the next merge. */
  note(uses: TokenUses): void;
  readonly isWaiting: boolean;
  /** Tells all that was noted; one call at a time. Never rejects: what the store did not take is told next time. */
  merge(): Promise<void>;
}

/** So many in one call; Redis does nothing else meanwhile. */
const maxTokensInReport = 250;
/** Uses older than this are outside of any window. */
const windowMs = 60_000;
/** How long what is known of the store's clock is relied on. */
const clockKnownMs = 10_000;
/** A slower answer tells the store's clock less exactly than the window allows for. */
const slowestAnswerMs = 1_000;

/** A report that is under way, or that is sent again because its answer never came. */
interface Pending {
  readonly report: UseReport;
  readonly tokens: readonly TokenUses[];
  readonly takenAtMs: number;
}

export function createUseMerging(
  { store, maxUses, maxTokens }: AbuseSettings,
  clock: Clock,
  answered: (uses: TokenUses, answer: UseAnswer) => void,
): UseMerging {
  const server = randomBytes(9).toString('base64url');
  const noted = new Set<TokenUses>();
  let sequence = 0;
  let pending: Pending | undefined;
  let isFailing = false;
  let storeAheadMs = 0;
  let clockKnownUntilMs = Number.NEGATIVE_INFINITY;

  /** Every server stamps uses with the time of the store, so that clocks that differ move no window. */
  async function readClock(): Promise<void> {
    const sentAtMs = clock.now();
    const startedAt = performance.now();
    const storeMs = await store.timeMs();
    const tookMs = performance.now() - startedAt;
    if (tookMs > slowestAnswerMs) throw new Error('The store tells its time too slowly for uses to be added up.');
    storeAheadMs = Math.round(storeMs - sentAtMs - tookMs / 2);
    clockKnownUntilMs = sentAtMs + clockKnownMs;
  }

  function isClockKnown(): boolean {
    const nowMs = clock.now();
    return nowMs < clockKnownUntilMs && nowMs >= clockKnownUntilMs - clockKnownMs;
  }

  function take(): Pending | undefined {
    const nowMs = clock.now();
    const tokens: TokenUses[] = [];
    const told: UseReport['tokens'][number][] = [];
    for (const uses of noted) {
      if (tokens.length === maxTokensInReport) break;
      noted.delete(uses);
      const untold = uses.takeUntold(nowMs, storeAheadMs);
      if (untold.uses.length === 0) continue;
      tokens.push(uses);
      told.push(untold);
    }
    if (tokens.length === 0) return undefined;
    const report = { server, sequence: sequence++, nowMs: nowMs + storeAheadMs, maxUses, tokens: told };
    return { report, tokens, takenAtMs: nowMs };
  }

  async function tellAll(): Promise<void> {
    if (pending !== undefined && clock.now() - pending.takenAtMs > windowMs) pending = undefined;
    while (pending !== undefined || noted.size > 0) {
      if (!isClockKnown()) await readClock();
      pending ??= take();
      if (pending === undefined) return;
      const { report, tokens } = pending;
      const answers = await store.add(report);
      pending = undefined;
      for (const [index, uses] of tokens.entries()) {
        const answer = answers[index];
        if (answer !== undefined) answered(uses, answer);
      }
    }
  }

  return {
    // Beyond the bound nothing is lost: the next use notes the token again.
    note: (uses) => {
      if (noted.size < maxTokens) noted.add(uses);
    },
    get isWaiting() {
      return pending !== undefined || noted.size > 0;
    },
    merge: async () => {
      try {
        await tellAll();
        isFailing = false;
      } catch (error) {
        if (!isFailing) emit('token.uses.unmerged', { error });
        isFailing = true;
      }
    },
  };
}
