import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/experiments/seeded-random.ts';

function draw(seed: number, stream: string, count: number): number[] {
  const random = seededRandom(seed, stream);
  return Array.from({ length: count }, () => random.next());
}

describe('the seeded random numbers', () => {
  it('repeat with the seed and stream, and only then', () => {
    expect(draw(7, '1.1', 50)).toEqual(draw(7, '1.1', 50));
    expect(draw(7, '1.1', 5)).not.toEqual(draw(7, '1.2', 5));
    expect(draw(7, '1.1', 5)).not.toEqual(draw(8, '1.1', 5));
  });

  it('are spread over their range', () => {
    const values = draw(1, 'spread', 10_000);
    expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
    const tenths = Array.from(
      { length: 10 },
      (_, tenth) => values.filter((value) => Math.floor(value * 10) === tenth).length,
    );
    // Five standard deviations of a share of one tenth.
    for (const count of tenths) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });

  it('draw whole numbers with both ends, and addresses of the internet only', () => {
    const random = seededRandom(3, 'integers');
    expect(new Set(Array.from({ length: 200 }, () => random.integer(1, 3)))).toEqual(new Set([1, 2, 3]));
    for (let index = 0; index < 2000; index++) {
      const octets = random.address().split('.').map(Number);
      expect(octets).toHaveLength(4);
      expect([0, 10, 127]).not.toContain(octets[0]);
      expect(octets.every((octet) => octet >= 0 && octet <= 255)).toBe(true);
    }
  });

  it('shuffle without losing anything, and refuse to pick from nothing', () => {
    const random = seededRandom(3, 'lists');
    const items = Array.from({ length: 30 }, (_, index) => index);
    expect(random.shuffled(items)).not.toEqual(items);
    expect(random.shuffled(items).sort((a, b) => a - b)).toEqual(items);
    expect(items).toContain(random.pick(items));
    expect(() => random.pick([])).toThrow(RangeError);
  });
});
