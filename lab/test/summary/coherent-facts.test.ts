import { describe, expect, it } from 'vitest';
import type { SharedTrials, StaleTrial } from '../../src/experiments/l24-stale-copies/observations.ts';
import type { Feature } from '../../src/summary/facts.ts';
import { factsOf } from '../../src/summary/schemes.ts';
import { atEach } from '../experiments/made-up.ts';
import { staleCopiesObserved } from './made-up-copies.ts';
import { madeUpResults } from './made-up-results.ts';

function told(changes: Partial<ReturnType<typeof staleCopiesObserved>>, feature: Feature): string {
  const { experiments } = madeUpResults({ '2.4': { ...staleCopiesObserved(), ...changes } });
  const known = factsOf(experiments).find(({ scheme }) => scheme === 'coherent')?.known[feature];
  return known?.status === 'known' ? `${known.fact.answer} ${known.experiment}` : 'missing';
}

describe('copies of sessions', () => {
  const coherent = (change: Partial<StaleTrial>, feature: Feature = 'logout') => {
    const observed = staleCopiesObserved();
    const trials = observed.trials.map((trial, index) => (index % 5 === 0 ? { ...trial, ...change } : trial));
    return told({ trials }, feature);
  };
  const shared = (change: Partial<SharedTrials>, feature: Feature) => {
    const observed = staleCopiesObserved();
    return told({ shared: { ...observed.shared, ...change } }, feature);
  };

  it('tell of a logout by how long they were served afterwards', () => {
    expect(coherent({ staleMs: 100 })).toBe('yes 2.4');
    expect(coherent({ staleMs: 101 })).toBe('partly 2.4');
    expect(coherent({ refusedAfterMs: null })).toBe('partly 2.4');
    expect(coherent({ before: 401 })).toBe('unclear 2.4');
    expect(coherent({ logoutStatus: 503 })).toBe('unclear 2.4');
  });

  it('tell of an outage, of a death and of servers that let everybody in', () => {
    const served = { outage: { loggedIn: [200, 200, 200], loggedOut: [200, 503, 503] } };
    expect(shared(served, 'dependsOnService')).toBe('no 2.4');
    expect(shared(served, 'refusesInOutage')).toBe('partly 2.4');
    const { death } = staleCopiesObserved().shared;
    const lost = { death: { ...death, returned: atEach([200, 401, 200], 'u-2') } };
    expect(shared(lost, 'survivesRestart')).toBe('partly 2.4');
    const open = { anonymous: atEach([200, 200, 200]) };
    for (const feature of ['shared', 'survivesServerLoss', 'scalesOut', 'survivesRestart'] as const) {
      expect(shared(open, feature)).toBe('unclear 2.4');
    }
  });
});
