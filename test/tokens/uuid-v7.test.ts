import { describe, expect, it } from 'vitest';
import { uuidV7, uuidV7Ms } from '../../src/uuid-v7.ts';

describe('uuidV7', () => {
  it('has the version, the variant and the time of RFC 9562', () => {
    const uuid = uuidV7(0x017f22e279b0);
    // The example of RFC 9562, appendix A.6, has this time and so this beginning.
    expect(uuid).toMatch(/^017f22e2-79b0-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(uuidV7Ms('017F22E2-79B0-7CC3-98C4-DC0C0C07398F')).toBe(0x017f22e279b0);
  });

  it('gives back every time it was made with', () => {
    for (const ms of [0, 1, 999, 1_700_000_000_123, 2 ** 48 - 1]) expect(uuidV7Ms(uuidV7(ms))).toBe(ms);
    expect(uuidV7Ms(uuidV7(1_700_000_000_123.9))).toBe(1_700_000_000_123);
  });

  it('differs every time, and sorts by time', () => {
    expect(new Set(Array.from({ length: 10_000 }, () => uuidV7(5))).size).toBe(10_000);
    const ordered = Array.from({ length: 100 }, (_, ms) => uuidV7(1_700_000_000_000 + ms));
    expect(ordered.toSorted()).toEqual(ordered);
  });

  it.each([
    '',
    'text',
    '017f22e2-79b0-4cc3-98c4-dc0c0c07398f',
    '017f22e2-79b0-7cc3-18c4-dc0c0c07398f',
    ' 017f22e2-79b0',
  ])('reads no time from %j', (text) => {
    expect(uuidV7Ms(text)).toBeUndefined();
  });
});
