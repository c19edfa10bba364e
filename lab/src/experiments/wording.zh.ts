/** How figures are joined to Chinese sentences; everything else about them is the same in every language. */
import { type Interval, percent as percentInEnglish } from './share.ts';

/** `66.7%`: Chinese sets no space before the sign. */
export function percent(share: number): string {
  return percentInEnglish(share).replace(' ', '');
}

/** `63.1% 至 70%` */
export function percentRange({ low, high }: Interval): string {
  return `${percent(low)} 至 ${percent(high)}`;
}

/** `2 ms 至 7 ms`, or one figure when both are written alike. */
export function range(values: readonly number[], written: (value: number) => string): string {
  const [low, high] = [written(Math.min(...values)), written(Math.max(...values))];
  return low === high ? low : `${low} 至 ${high}`;
}
