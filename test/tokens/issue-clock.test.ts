import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { IssueClock } from '../../src/tokens/issue-clock.ts';
import { manualClock } from '../manual-clock.ts';

describe('IssueClock', () => {
  it('orders any mixture of issues and cut-offs inside one millisecond', () => {
    const order = new IssueClock(manualClock());
    const history: { kind: 'issue' | 'cut-off'; ms: number }[] = [];
    for (let n = 0; n < 200; n += 1) {
      history.push(
        (n * 7) % 3 === 0 ? { kind: 'cut-off', ms: order.cutOffMs() } : { kind: 'issue', ms: order.issueMs() },
      );
    }
    for (const [index, cutOff] of history.entries()) {
      if (cutOff.kind === 'issue') continue;
      for (const { kind, ms } of history.slice(0, index)) if (kind === 'issue') expect(ms).toBeLessThan(cutOff.ms);
      for (const { kind, ms } of history.slice(index)) {
        if (kind === 'issue') expect(ms).toBeGreaterThanOrEqual(cutOff.ms);
      }
    }
  });

  it('follows the clock, and waits until it has reached a cut-off', async () => {
    const order = new IssueClock(systemClock);
    for (let n = 0; n < 20; n += 1) {
      const cutOffMs = order.cutOffMs();
      await order.reached(cutOffMs);
      expect(systemClock.now()).toBeGreaterThanOrEqual(cutOffMs);
      const beforeMs = systemClock.now();
      const issuedMs = order.issueMs();
      expect(issuedMs).toBeGreaterThanOrEqual(beforeMs);
      expect(issuedMs).toBeLessThanOrEqual(systemClock.now());
    }
  });

  it('does not wait for ever for a clock that stands still', async () => {
    const order = new IssueClock(manualClock());
    await order.reached(order.cutOffMs());
  });
});
