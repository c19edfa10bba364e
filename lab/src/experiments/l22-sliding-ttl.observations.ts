/** What experiment 2.2 records. */
import type { Status } from './wording.ts';

/** `[milliseconds since the run began, PTTL in ms]`; -2 is what PTTL says of a key that is gone. */
export type TtlSample = readonly [number, number];

/** One request with the remaining life read right before and right after it. */
export type Access = {
  readonly atMs: number;
  readonly status: Status;
  readonly ttlBeforeMs: number;
  readonly ttlAfterMs: number;
  /** From before the request was sent to after the second reading. */
  readonly elapsedMs: number;
};

export type Visit = {
  readonly loginAtMs: number;
  readonly loginStatus: Status;
  /** The absolute cap that the session was given, as its key says. */
  readonly absoluteMs: number;
  /** First reading after the login. */
  readonly ttlMs: number;
  readonly samples: readonly TtlSample[];
  readonly accesses: readonly Access[];
  /** When the key was first seen gone; null while it was there. */
  readonly goneAtMs: number | null;
};

export type IdleUser = {
  /** PEXPIRETIME after the login, in ms since the run began. */
  readonly expiresAtMs: number;
  /** When Redis told that it had deleted the key; null when it did not. */
  readonly deletedAtMs: number | null;
  readonly statusAfter: Status;
};

export type SlidingTtlObservations = {
  readonly ttlMs: number;
  readonly sampleEveryMs: number;
  /** Logs in, pauses, comes once, and then not for longer than the TTL. */
  readonly visitor: Visit;
  /** Comes each half TTL. */
  readonly active: Visit;
  /** Come never again; nothing reads their keys meanwhile. */
  readonly idle: readonly IdleUser[];
  /** Comes each half TTL at a server with an absolute cap of twice the TTL, until past it. */
  readonly capped: Visit;
};

