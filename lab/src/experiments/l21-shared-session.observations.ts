/** What experiment 2.1 records. */
import type { KeyDescription } from './redis-view.ts';
import type { Status } from './wording.ts';

export type SharedSessionObservations = {
  readonly userId: string;
  readonly servers: readonly string[];
  readonly login: { readonly status: Status; readonly server: string | null };
  readonly keysBefore: number;
  readonly keys: readonly KeyDescription[];
  /** The same cookie at each server, in the order of `servers`. */
  readonly direct: { readonly statuses: readonly Status[]; readonly userIds: readonly (string | null)[] };
  readonly anonymous: { readonly statuses: readonly Status[] };
  readonly balanced: { readonly statuses: readonly Status[]; readonly servers: readonly (string | null)[] };
  /** After the key was deleted from Redis by hand. */
  readonly removed: { readonly statuses: readonly Status[] };
};

