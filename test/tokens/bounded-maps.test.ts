import { describe, expect, it } from 'vitest';
import { ExpiringMap } from '../../src/expiring-map.ts';
import { VerifiedCache } from '../../src/tokens/verified-cache.ts';
import { manualClock } from '../manual-clock.ts';

describe('ExpiringMap', () => {
  it('drops what has ended as new entries come, and nothing else', () => {
    const clock = manualClock();
    const map = new ExpiringMap<number>(clock);
    map.set('long', 1, clock.now() + 3_600_000);
    for (let n = 0; n < 100_000; n += 1) {
      map.set(`short ${n}`, n, clock.now() + 10);
      clock.advance(1);
    }
    expect(map.size).toBeLessThanOrEqual(1_024);
    expect(map.get('long')?.value).toBe(1);
    expect(map.get('short 99999')?.value).toBe(99_999);
    expect(map.get('short 99000')).toBeUndefined();
  });

  it('keeps everything that has not ended, however much', () => {
    const clock = manualClock();
    const map = new ExpiringMap<number>(clock);
    for (let n = 0; n < 5_000; n += 1) map.set(String(n), n, clock.now() + 10);
    for (let n = 0; n < 5_000; n += 1) expect(map.get(String(n))?.value).toBe(n);
    clock.advance(10);
    expect(map.get('1')).toBeUndefined();
  });
});

describe('VerifiedCache', () => {
  it.each([1, 2, 3, 10, 1_000])('holds at most %i entries', (maxEntries) => {
    const cache = new VerifiedCache<number>(maxEntries);
    for (let n = 0; n < 5 * maxEntries; n += 1) {
      cache.set(String(n), n);
      cache.get(String(n - 1));
      expect(cache.size).toBeLessThanOrEqual(maxEntries);
    }
    expect(cache.get(String(5 * maxEntries - 1))).toBe(5 * maxEntries - 1);
  });

  it('keeps at least half of its bound and forgets what was not used', () => {
    const cache = new VerifiedCache<string>(100);
    cache.set('used', 'used');
    cache.set('unused', 'unused');
    for (let n = 0; n < 1_000; n += 1) {
      cache.set(String(n), String(n));
      cache.get('used');
    }
    expect(cache.get('used')).toBe('used');
    expect(cache.get('unused')).toBeUndefined();
    for (let n = 951; n < 1_000; n += 1) expect(cache.get(String(n))).toBe(String(n));
  });

  it('holds nothing with a bound of 0, and nothing once cleared', () => {
    const off = new VerifiedCache<number>(0);
    off.set('a', 1);
    expect([off.get('a'), off.size]).toEqual([undefined, 0]);
    const cleared = new VerifiedCache<number>(10);
    cleared.set('a', 1);
    cleared.clear();
    expect([cleared.get('a'), cleared.size]).toEqual([undefined, 0]);
  });
});
