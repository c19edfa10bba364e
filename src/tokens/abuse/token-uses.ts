import { createHash } from 'node:crypto';
import type { Authenticated } from '../authenticate.ts';
import type { UsesOfToken } from './store.ts';

/** The second of now and those before it, 60 in all: uses that lie a minute apart are never added up. */
const windowSeconds = 60;
/** By so much a clock may go back, and is taken to stand still. */
const setBackSeconds = 2;

interface UsesInSecond {
  readonly second: number;
  count: number;
  /** How many of them the store was told. */
  told: number;
}

/** How often this server has seen one token within the last minute, by the second. */
export class TokenUses {
  readonly token: Authenticated;
  /** Until then no further alarm is raised. */
  alarmedUntilMs: number = Number.NEGATIVE_INFINITY;
  /** It is refused here, whether or not that could be stored yet. */
  isTakenBack = false;
  /** When it was, here or by another server. */
  storedAtMs: number = Number.NEGATIVE_INFINITY;
  /** Whether it was told that this could not be stored. */
  isFailureTold = false;
  /** In order; without the seconds of no use. */
  readonly #seconds: UsesInSecond[] = [];
  #total = 0;
  #untold = 0;

  constructor(token: Authenticated) {
    this.token = token;
  }

  /** Counts one use. */
  add(nowMs: number): void {
    this.#forgetFrom(Math.floor(nowMs / 1_000) + setBackSeconds + 1);
    const last = this.#seconds.at(-1);
    const second = Math.max(Math.floor(nowMs / 1_000), last?.second ?? 0);
    if (last?.second === second) {
      last.count++;
    } else {
      this.#forgetUntil(second - windowSeconds);
      this.#seconds.push({ second, count: 1, told: 0 });
    }
    this.#total++;
    this.#untold++;
  }

  /** As of the last use. */
  get total(): number {
    return this.#total;
  }

  get untold(): number {
    return this.#untold;
  }

  /** What the store was not told yet. It counts as told from now on. */
  takeUntold(nowMs: number, storeAheadMs: number): UsesOfToken {
    this.#forgetUntil(Math.floor(nowMs / 1_000) - windowSeconds);
    this.#forgetFrom(Math.floor(nowMs / 1_000) + setBackSeconds + 1);
    const uses: { atMs: number; count: number }[] = [];
    for (const each of this.#seconds) {
      if (each.count > each.told) {
        uses.push({ atMs: each.second * 1_000 + storeAheadMs, count: each.count - each.told });
        each.told = each.count;
      }
    }
    this.#untold = 0;
    return { token: hashOf(this.token), uses };
  }

  /** A clock that was ahead has come back. Nobody knows when these uses were made, so that none of them may count. */
  #forgetFrom(second: number): void {
    const last = this.#seconds.at(-1);
    if (last === undefined || last.second < second) return;
    this.#seconds.length = 0;
    this.#total = 0;
    this.#untold = 0;
  }

  #forgetUntil(second: number): void {
    for (let first = this.#seconds[0]; first !== undefined && first.second <= second; first = this.#seconds[0]) {
      this.#total -= first.count;
      this.#untold -= first.count - first.told;
      this.#seconds.shift();
    }
  }
}

/** 128 bits of SHA-256: short, and nobody who reads the store learns whose token it is. */
function hashOf({ useKey }: Authenticated): string {
  return createHash('sha256').update(useKey).digest().subarray(0, 16).toString('base64url');
}
