/** What experiment 2.3 records. */
import type { Persistence } from '../../cluster/index.ts';
import type { Status } from '../wording.ts';

type OutageRequestKind = 'profile' | 'login' | 'logout' | 'health';

export type OutageRequest = {
  readonly request: OutageRequestKind;
  /** 1 = as soon as Redis had gone; 2 = when that round had been answered. */
  readonly round: number;
  readonly status: Status;
  readonly durationMs: number;
  /** When it was sent, counted from the signal to Redis. */
  readonly sinceSignalMs: number;
};

/** One combination of the matrix. */
export type OutageCell = {
  readonly persistence: Persistence;
  readonly signal: 'SIGTERM' | 'SIGKILL';
  /** Each user's status before the outage. */
  readonly before: readonly Status[];
  readonly outage: readonly OutageRequest[];
  /** `Retry-After` of a profile that could not be served; null when there was none. */
  readonly retryAfterSeconds: number | null;
  /** From the moment Redis was up until every user had an answer of the application; null when that did not come. */
  readonly servedAgainMs: number | null;
  /** Each user's status after Redis was started again. */
  readonly after: readonly Status[];
  readonly newLogin: { readonly status: Status; readonly profileStatus: Status };
};

export type FrozenSample = {
  readonly request: OutageRequestKind;
  readonly status: Status;
  readonly durationMs: number;
  /** When it was sent, in ms since the load began. */
  readonly atMs: number;
};

export type RedisDownObservations = {
  readonly cells: readonly OutageCell[];
  /** A light load at a fixed rate, which does not wait for answers, while Redis is stopped by SIGSTOP. */
  readonly frozen: {
    readonly requestEveryMs: number;
    readonly frozenAtMs: number;
    readonly thawedAtMs: number;
    readonly samples: readonly FrozenSample[];
    /** Each user's status in the end. */
    readonly after: readonly Status[];
  };
};
