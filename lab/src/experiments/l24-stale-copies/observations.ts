/** What experiment 2.4 records. */
import type { ServerDeath, SharedSessionObservations } from '../l21-shared-session/analyse.ts';
import type { ProfilesAtEach } from '../profile-at-each.ts';
import type { Status } from '../wording.ts';

/** `silent`: the watched server's link to Redis swallows everything; `closed`: it is reset, and new ones pass. */
export type Condition = 'idle' | 'load' | 'silent' | 'closed';
export type StoredScheme = 'coherent' | 'redis';

export const conditions: readonly Condition[] = ['idle', 'load', 'silent', 'closed'];
export const storedSchemes: readonly StoredScheme[] = ['coherent', 'redis'];

/** How often one server gave each answer to requests that were sent after the logout had been answered. */
export type AnswerCounts = {
  /** 200 */
  readonly served: number;
  /** 401 */
  readonly refused: number;
  /** 503 */
  readonly unavailable: number;
  readonly other: number;
};

/** One user logs out at one server while another server is asked for the profile again and again. */
export type StaleTrial = {
  readonly scheme: StoredScheme;
  readonly condition: Condition;
  /** What the watched server answered before anything was broken. */
  readonly before: Status;
  readonly logoutStatus: Status;
  /** From the answer to the logout until the last request that was answered 200 was sent; 0 when there was none. */
  readonly staleMs: number;
  /** The same for the first 401; null when none came. */
  readonly refusedAfterMs: number | null;
  readonly answers: AnswerCounts;
  /** What the watched server answered meanwhile to a user who had not logged out. */
  readonly bystander: AnswerCounts;
};

/** What the servers of coherent sessions do in other trials, for the table of features. */
export type SharedTrials = {
  readonly servers: readonly string[];
  readonly anonymous: ProfilesAtEach;
  readonly balanced: SharedSessionObservations['balanced'];
  readonly death: ServerDeath;
  /** Redis killed: a user who is logged in, and one who had logged out before, asked at every server. */
  readonly outage: { readonly loggedIn: readonly Status[]; readonly loggedOut: readonly Status[] };
};

export type StaleCopiesObservations = {
  readonly leaseMs: number;
  readonly loadPerSecond: number;
  readonly trials: readonly StaleTrial[];
  readonly shared: SharedTrials;
};

export function trialsOf(
  { trials }: Pick<StaleCopiesObservations, 'trials'>,
  scheme: StoredScheme,
  condition: Condition,
): StaleTrial[] {
  return trials.filter((trial) => trial.scheme === scheme && trial.condition === condition);
}

/** A trial tells something when the session was known before it, the logout was taken, and the answers were HTTP's. */
export function isTold({ before, logoutStatus, answers }: StaleTrial): boolean {
  const asked = answers.served + answers.refused + answers.unavailable;
  return before === 200 && logoutStatus === 200 && asked > 0;
}
