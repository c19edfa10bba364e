/** The sessions that one server has in memory: bounded, and never kept when a change was heard while they were read. */
import { renewalGapMs } from './expiry.ts';
import type { SessionKey } from './session-id.ts';
import type { SessionLookup, SessionRecord } from './store.ts';

export class Copy {
  readonly tag: string;
  readonly record: SessionRecord;
  /** Differs from that of the copies once changes may have been missed. */
  readonly epoch: number;
  /** What to add to the monotonic clock for the latest that the store's clock can say. */
  readonly storeOffset: number;
  /** On the store's clock; `Infinity` for a session that does not slide. */
  readonly renewalDueAt: number;
  /** When it was certainly as in the store, on the monotonic clock. */
  provenAt: number;
  isRenewing = false;
  /** How many moves to the young end there had been when it was moved there. */
  movedAt = 0;

  constructor(tag: string, record: SessionRecord, epoch: number, readSentAt: number) {
    this.tag = tag;
    this.record = record;
    this.epoch = epoch;
    this.storeOffset = record.readAt - readSentAt;
    this.renewalDueAt = record.idleMs === undefined ? Infinity : record.lastAccess + renewalGapMs(record.idleMs);
    this.provenAt = readSentAt;
  }
}

/** A read that is under way. Forgotten as soon as its answer may be old; then nobody joins it and it is not kept. */
export interface Reading {
  readonly tag: string;
  readonly epoch: number;
  readonly sentAt: number;
  readonly renew: boolean | 'due';
  readonly found: Promise<SessionLookup>;
}

export class CoherentCopies {
  readonly #maxSessions: number;
  readonly #staleMs: number;
  /** By the hash of the key, least recently used first. */
  readonly #copies = new Map<string, Copy>();
  readonly #readings = new Map<string, Reading>();
  #epoch = 0;
  #moves = 0;

  constructor(maxSessions: number, staleMs: number) {
    this.#maxSessions = maxSessions;
    this.#staleMs = staleMs;
  }

  get epoch(): number {
    return this.#epoch;
  }

  get size(): number {
    return this.#copies.size;
  }

  /** A copy of this epoch, which then counts as used. */
  get({ tag, hash }: SessionKey): Copy | undefined {
    const copy = this.#copies.get(hash);
    if (copy === undefined || copy.epoch !== this.#epoch || copy.tag !== tag) return undefined;
    // One that is among the younger half for certain need not be moved, which is what most of a hit would cost.
    if (this.#moves - copy.movedAt >= this.#maxSessions / 2) this.#moveToEnd(hash, copy);
    return copy;
  }

  /** One that was exact not longer ago than is allowed during an outage. */
  getStale({ tag, hash }: SessionKey, now: number, provenAt: number): Copy | undefined {
    const copy = this.#copies.get(hash);
    if (copy === undefined || copy.tag !== tag) return undefined;
    this.#confirm(copy, provenAt);
    return now - copy.provenAt > this.#staleMs ? undefined : copy;
  }

  /** The read of this session that is under way and can still be trusted by whoever comes now. */
  reading({ tag, hash }: SessionKey): Reading | undefined {
    const reading = this.#readings.get(hash);
    return reading?.tag === tag ? reading : undefined;
  }

  begin({ hash }: SessionKey, reading: Reading): void {
    this.#readings.set(hash, reading);
  }

  /** @returns whether nothing was heard of a change since the read began */
  finish({ hash }: SessionKey, reading: Reading): boolean {
    if (this.#readings.get(hash) !== reading) return false;
    this.#readings.delete(hash);
    return reading.epoch === this.#epoch;
  }

  keep({ tag, hash }: SessionKey, record: SessionRecord, { epoch, sentAt }: Reading): void {
    this.#moveToEnd(hash, new Copy(tag, record, epoch, sentAt));
    if (this.#copies.size <= this.#maxSessions) return;
    for (const oldest of this.#copies.keys()) {
      this.#copies.delete(oldest);
      break;
    }
  }

  forget(hash: string): void {
    this.#copies.delete(hash);
    this.#readings.delete(hash);
  }

  /** Changes may have been missed: nothing is exact any more. What was at `provenAt` may serve through an outage. */
  endEpoch(provenAt: number): void {
    this.#readings.clear();
    if (this.#staleMs === 0) {
      this.#copies.clear();
    } else {
      for (const copy of this.#copies.values()) this.#confirm(copy, provenAt);
    }
    this.#epoch++;
  }

  clear(): void {
    this.#readings.clear();
    this.#copies.clear();
    this.#epoch++;
  }

  #moveToEnd(hash: string, copy: Copy): void {
    this.#copies.delete(hash);
    this.#copies.set(hash, copy);
    copy.movedAt = ++this.#moves;
  }

  #confirm(copy: Copy, provenAt: number): void {
    if (copy.epoch === this.#epoch && provenAt > copy.provenAt) copy.provenAt = provenAt;
  }
}
