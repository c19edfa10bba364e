/** One server's knowledge of what is revoked: a list in memory, and whether it can be relied on at this moment. */
import type { Clock } from '../../clock.ts';
import { emit } from '../../telemetry/events.ts';
import type { RevocationStore } from '../store.ts';
import type { AnnouncingRevocationStore } from './feed.ts';
import { HeldRevocations } from './held-revocations.ts';
import { cutOffMark, denialMark, keyMark, type TokenMarks } from './marks.ts';

/** How well this server knows what is revoked. */
export interface RevocationHealth {
  /** `current`: every revocation that was answered `lagMs` ago is known here. `behind`: `whenBehind` decides. */
  readonly state: 'current' | 'behind';
  /** How long ago it was last certain that everything was known; `Infinity` before the first time. */
  readonly lagMs: number;
  /** `undefined` before the first time. */
  readonly lastSyncAt: Date | undefined;
  /** Tokens, families and keys in memory. */
  readonly denials: number;
  /** Users and devices in memory that were cut off. */
  readonly cutOffs: number;
}

/** Proofs come thrice as often as needed, so that one that is late costs nothing. */
const proofsPerLease = 3;
const tickMs = 1_000;
const sweptPerTick = 10_000;

export class PushedRevocations {
  readonly #held: HeldRevocations;
  readonly #announcing: AnnouncingRevocationStore;
  readonly #following: { close(): Promise<void> };
  readonly #leaseMs: number;
  readonly #timer: NodeJS.Timeout;
  #provenMs = Number.NEGATIVE_INFINITY;
  #provenWallMs = Number.NEGATIVE_INFINITY;
  #isCurrent = false;
  #behindSinceMs = performance.now();

  constructor(store: AnnouncingRevocationStore, leaseMs: number, clock: Clock) {
    this.#announcing = store;
    this.#leaseMs = leaseMs;
    this.#held = new HeldRevocations(clock);
    this.#following = store.follow(
      {
        announced: (announcements) => {
          for (const announcement of announcements) this.#held.add(announcement);
        },
        proven: ({ monotonicMs, wallMs }) => {
          this.#provenMs = monotonicMs;
          this.#provenWallMs = wallMs;
          this.#tellState();
        },
      },
      Math.floor(leaseMs / proofsPerLease),
    );
    this.#timer = setInterval(() => {
      this.#held.sweep(sweptPerTick);
      this.#tellState();
    }, tickMs);
    this.#timer.unref();
  }

  /** The store, whose revocations are known here when they are answered, and not only when they come back in the feed. */
  get store(): RevocationStore {
    return {
      ...this.#announcing,
      deny: async (token, untilMs) => {
        await this.#announcing.deny(token, untilMs);
        this.#held.add({ mark: denialMark(token), untilMs });
      },
      cutOff: async (scope, beforeMs, untilMs) => {
        await this.#announcing.cutOff(scope, beforeMs, untilMs);
        this.#held.add({ mark: cutOffMark(scope), untilMs, beforeMs });
      },
    };
  }

  async denyKey(keyId: string, untilMs: number): Promise<void> {
    await this.#announcing.denyKey(keyId, untilMs);
    this.#held.add({ mark: keyMark(keyId), untilMs });
  }

  /** What is known to be revoked stays so, however old the knowledge is. */
  isRevoked(marks: TokenMarks, issuedAtMs: number): boolean {
    return this.#held.isRevoked(marks, issuedAtMs);
  }

  /**
   * Whether everything that was answered longer ago than the lease, and so much more, is known. Both clocks are asked: one
   * may stand still while the machine sleeps, the other may be set.
   */
  isCurrent(moreMs = 0): boolean {
    const allowedMs = this.#leaseMs + moreMs;
    return performance.now() - this.#provenMs < allowedMs && Date.now() - this.#provenWallMs < allowedMs;
  }

  health(): RevocationHealth {
    const lagMs = Math.max(0, performance.now() - this.#provenMs, Date.now() - this.#provenWallMs);
    return {
      state: this.isCurrent() ? 'current' : 'behind',
      lagMs,
      lastSyncAt: lagMs === Number.POSITIVE_INFINITY ? undefined : new Date(Date.now() - lagMs),
      denials: this.#held.denials,
      cutOffs: this.#held.cutOffs,
    };
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#provenMs = Number.NEGATIVE_INFINITY;
    await this.#following.close();
    this.#held.clear();
  }

  #tellState(): void {
    const isCurrent = this.isCurrent();
    if (isCurrent === this.#isCurrent) return;
    this.#isCurrent = isCurrent;
    const now = performance.now();
    if (isCurrent) {
      emit('token.revocations.current', { afterMs: Math.round(now - this.#behindSinceMs) });
    } else {
      this.#behindSinceMs = this.#provenMs;
      emit('token.revocations.behind', { lagMs: Math.round(now - this.#provenMs) });
    }
  }
}
