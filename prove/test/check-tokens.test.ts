import { describe, expect, it } from 'vitest';
import { checkRound, type Evidence, type Process } from '../src/tokens/check-round.ts';
import type { TokenEntry } from '../src/tokens/ledger-entry.ts';
import { planRound, roundFaults } from '../src/tokens/plan.ts';

const at = <Entry extends TokenEntry>(ms: number, entry: Entry) => ({ ...entry, at: ms });
const process = (name: string, entries: Process['entries'], end: Process['end'] = 'closed'): Process => ({
  name,
  entries,
  end,
});
const seen = (token: number, acceptedAt: number | undefined, refusedAt: number | undefined) =>
  at(9_000, { event: 'seen', token, acceptedAt, refusedAt, unavailable: 0 });

function round(changes: Partial<Evidence> = {}): Evidence {
  return {
    tokens: 2,
    leaseMs: 300,
    revokers: [
      process('producer-0', [
        at(1_000, { event: 'revoked', token: 0, attempts: 1 }),
        at(1_100, { event: 'revoked', token: 1, attempts: 3 }),
      ]),
    ],
    verifiers: [process('worker-0', [seen(0, 1_299, 1_310), seen(1, 1_090, 1_099)])],
    acceptedLate: 0,
    planned: [],
    faults: [],
    drainedAt: 1_400,
    ...changes,
  };
}

const rules = (changes: Partial<Evidence>) => checkRound(round(changes)).violations.map(({ rule }) => rule);

describe('the checker of pushed revocation', () => {
  it('finds nothing where all was kept, and measures how long it took', () => {
    expect(checkRound(round())).toEqual({
      leaseMs: 300,
      revoked: 2,
      unanswered: 2,
      unavailable: 0,
      acceptedAfterLease: 0,
      delaysMs: [310, 0],
      longestAcceptedMs: 299,
      violations: [],
    });
  });

  it('finds what was accepted after the lease, again, by a late server, or refused never', () => {
    const verifiers = (...entries: Process['entries']) => [process('worker-0', entries)];
    expect(rules({ verifiers: verifiers(seen(0, 1_301, 1_310), seen(1, undefined, 1_100)) })).toEqual([
      'accepted after the lease',
    ]);
    expect(rules({ verifiers: verifiers(seen(0, undefined, undefined)) })).toEqual(['never refused']);
    expect(rules({ verifiers: verifiers(at(9_000, { event: 'accepted-again', token: 1 })) })).toEqual([
      'accepted again',
    ]);
    expect(rules({ acceptedLate: 1 })).toEqual(['accepted by a server that was started late']);
  });

  it('finds a round that did not go as planned', () => {
    expect(rules({ revokers: [] })).toEqual(['not all revoked']);
    expect(rules({ planned: ['redis-kill'] })).toEqual(['fault did not strike']);
    expect(rules({ verifiers: [process('worker-0', [], 'died')] })).toEqual(['process died']);
    expect(rules({ drainedAt: undefined })).toEqual(['not drained']);
  });
});

describe('the plan of a round', () => {
  it('is the same for the same seed, and breaks what its fault says', () => {
    for (const fault of roundFaults) {
      const plan = planRound({ seed: 7, round: 3, fault, tokens: 1_000 });
      expect(planRound({ seed: 7, round: 3, fault, tokens: 1_000 })).toEqual(plan);
      const struck = plan.outsideStrikes.map((strike) => strike.fault);
      if (fault === 'burst') expect(struck).toEqual(['redis-kill', 'link-black-hole', 'redis-kill']);
      else expect(struck).toEqual(fault === 'none' ? [] : [fault]);
    }
  });
});
