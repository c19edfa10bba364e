/** How the samples of experiment 2.3 are read. */
import type { FrozenSample, OutageCell, RedisDownObservations } from './observations.ts';

/** What became of the old sessions; `unclear` when not all of them were answered alike, or not at all. */
export type Outcome = 'kept' | 'lost' | 'unclear';

/** Sessions that did not work before the outage say nothing about it. */
export function isUsable({ before }: OutageCell): boolean {
  return before.length > 0 && before.every((status) => status === 200);
}

export function outcomeOf(cell: OutageCell): Outcome {
  if (!isUsable(cell) || cell.after.length !== cell.before.length) return 'unclear';
  if (cell.after.every((status) => status === 200)) return 'kept';
  return cell.after.every((status) => status === 401) ? 'lost' : 'unclear';
}

/** Sent while Redis was frozen; what was sent just before may have been answered already. */
export function whileFrozen(
  samples: readonly FrozenSample[],
  { frozenAtMs, thawedAtMs }: RedisDownObservations['frozen'],
): FrozenSample[] {
  return samples.filter(({ atMs }) => atMs >= frozenAtMs && atMs < thawedAtMs);
}

export function longest<Timed extends { readonly durationMs: number }>(samples: readonly Timed[]): Timed | undefined {
  return samples.reduce<Timed | undefined>(
    (found, sample) => (found === undefined || sample.durationMs > found.durationMs ? sample : found),
    undefined,
  );
}
