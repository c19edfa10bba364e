/** What is known here of one user and not told yet. Times are those of the monotonic clock, in ms. */
import type { Beat } from './store.ts';

export interface Activity {
  readonly activeAt: number;
  readonly status: string | undefined;
  /** When the status was told. */
  readonly toldAt: number;
}

/** Both, in either order: the later activity and the status that was told later. */
export function merged(one: Activity, other: Activity | undefined): Activity {
  if (other === undefined) return one;
  const activeAt = Math.max(one.activeAt, other.activeAt);
  const isOthers = one.status === undefined || (other.status !== undefined && other.toldAt >= one.toldAt);
  const { status, toldAt } = isOthers ? other : one;
  return { activeAt, status, toldAt };
}

export function beatOf(userId: string, { activeAt, status, toldAt }: Activity, now: number): Beat {
  const beat = { userId, ageMs: now - activeAt };
  return status === undefined ? beat : { ...beat, status: { name: status, ageMs: now - toldAt } };
}
