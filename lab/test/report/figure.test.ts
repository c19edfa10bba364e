import { describe, expect, it } from 'vitest';
import { cellText, figure, momentText, sizeText } from '../../src/report/figure.ts';
import { english } from '../../src/report/i18n/en.ts';

describe('figures in a report', () => {
  it.each([
    [0, '0'],
    [0.1 + 0.2, '0.3'],
    [2.995, '2.995'],
    [0.00012345, '0.000123'],
    [-12.345, '-12.35'],
    [1004, '1004'],
    [54_614, '54,614'],
    [1_234_567.8, '1,234,568'],
  ])('writes %d as %s', (value, text) => {
    expect(figure(value)).toBe(text);
  });

  it('does not group the digits of a cell, which may be a port', () => {
    expect(cellText(18_081)).toBe('18081');
    expect(cellText(0.1 + 0.2)).toBe('0.3');
    expect(cellText('1,004 ms')).toBe('1,004 ms');
  });

  it('writes sizes and moments the same everywhere', () => {
    expect(sizeText(512)).toBe('512 B');
    expect(sizeText(8_226_783_232)).toBe('7.7 GiB');
    expect(momentText('2026-11-21T09:14:07.312Z')).toBe('2026-11-21 09:14 UTC');
  });

  it.each([
    [0, '0 ms'],
    [940, '940 ms'],
    [999.7, '1.0 s'],
    [14_260, '14.3 s'],
    [59_960, '1 min 0 s'],
    [86_900, '1 min 27 s'],
    [3_599_900, '1 h 0 min'],
  ])('writes %d ms as %s', (milliseconds, text) => {
    expect(english.duration(milliseconds)).toBe(text);
  });

  it('says what happened to the times', () => {
    expect(english.timeScale(1)).toBe('real times');
    expect(english.timeScale(0.1)).toBe('times divided by 10');
    expect(english.timeScale(2)).toBe('times multiplied by 2');
  });
});
