/** What a revocation store offers when servers can hold its deny-list in memory: the feed of all revocations. */
import type { RevocationStore } from '../store.ts';

/** One revocation, as servers hold it. It tells nobody whose token it is. */
export interface Announcement {
  /** A hash of what is revoked: marks.ts. */
  readonly mark: string;
  /** Unix milliseconds; afterwards there is no token that it concerns. */
  readonly untilMs: number;
  /** Of a cut-off: tokens issued before are revoked. Without it, every token that carries the mark. */
  readonly beforeMs?: number;
}

/** A moment on the monotonic clock and on the other one, which goes on while the machine sleeps. */
export interface ProofTime {
  readonly monotonicMs: number;
  readonly wallMs: number;
}

/** The listener must not throw. */
export interface RevocationListener {
  /** In the order they were made. The same one may come again. */
  announced(announcements: readonly Announcement[]): void;
  /** Every revocation that had been answered by then has been announced; `Infinity` where nothing can be missed. */
  proven(by: ProofTime): void;
}

/** A revocation store whose revocations are also announced to all that follow. */
export interface AnnouncingRevocationStore extends RevocationStore {
  /** Denies every token of a key until `untilMs`, whenever it was issued: for a key that others have got. */
  denyKey(keyId: string, untilMs: number): Promise<void>;
  /**
   * Announces all revocations that are in force, then each new one. Begins at once and goes on through outages until it
   * is closed.
   * @param proofMs how often it has to be proven that nothing was missed, in whole milliseconds
   */
  follow(listener: RevocationListener, proofMs: number): { close(): Promise<void> };
}
