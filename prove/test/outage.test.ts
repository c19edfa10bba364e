/** Two rounds with a real Redis; `npm run prove -- outage` has as many as you like. */
import { describe, expect, it } from 'vitest';
import { findingsOf } from '../src/outage/findings.ts';
import { outageFaults } from '../src/outage/observed.ts';
import { runOutageRound } from '../src/outage/run-round.ts';

describe('sessions while Redis is away', () => {
  it.each(['coherent, ioredis', 'from Redis, node-redis'] as const)(
    '%s: no 401, no request over a second, nothing older than the lease, back within a second, and everybody still there',
    async (mode) => {
      const round = await runOutageRound({ mode, faults: outageFaults, seed: 7 });
      const { violations, phases } = findingsOf(round);
      expect(violations).toEqual([]);
      expect(round.staying.asked).toBeGreaterThan(20);
      // There were outages, and life before and after each.
      for (const { counts } of phases) {
        expect(counts.get('200') ?? 0).toBeGreaterThan(40);
        expect(counts.get('503') ?? 0).toBeGreaterThan(20);
      }
    },
    60_000,
  );
});
