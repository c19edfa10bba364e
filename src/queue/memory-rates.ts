/** Counts of the last minute, in buckets of five seconds; keeps thirteen of them. */
type Kind = 'added' | 'finished' | 'retried';

const bucketMs = 5_000;
const bucketsPerMinute = 12;

export class MinuteCounts {
  readonly #buckets: Map<number, Record<Kind, number>> = new Map();

  count(now: number, kind: Kind, n: number): void {
    if (n === 0) return;
    const bucket = Math.floor(now / bucketMs);
    let counts = this.#buckets.get(bucket);
    if (counts === undefined) {
      counts = { added: 0, finished: 0, retried: 0 };
      this.#buckets.set(bucket, counts);
      for (const old of this.#buckets.keys()) if (old < bucket - bucketsPerMinute) this.#buckets.delete(old);
    }
    counts[kind] += n;
  }

  lastMinute(now: number): Record<Kind, number> {
    const bucket = Math.floor(now / bucketMs);
    const sums = { added: 0, finished: 0, retried: 0 };
    for (const [at, counts] of this.#buckets) {
      const age = bucket - at;
      if (age > bucketsPerMinute || age < 0) continue;
      // Of the bucket in which the minute began, as much as lies inside.
      const share = age === bucketsPerMinute ? 1 - (now % bucketMs) / bucketMs : 1;
      for (const kind of ['added', 'finished', 'retried'] as const) sums[kind] += share * counts[kind];
    }
    return { added: Math.round(sums.added), finished: Math.round(sums.finished), retried: Math.round(sums.retried) };
  }
}
