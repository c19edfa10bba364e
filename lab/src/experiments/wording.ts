/** How figures are written in the sentences and cells of the experiments, the same in every language. */
import { figure } from '../report/figure.ts';

/** An HTTP status, or what came instead of one: `timeout`, `refused`. */
export type Status = number | string;

/** `200 / 401 / 401` */
export function statusList(statuses: readonly Status[]): string {
  return statuses.length === 0 ? '–' : statuses.join(' / ');
}

/** `401 / 401 / 401 (token expired)` */
export function answersInWords(answers: {
  readonly statuses: readonly Status[];
  readonly errors: readonly (string | null)[];
}): string {
  const errors = [...new Set(answers.errors.filter((error) => error !== null))].join(', ');
  return errors === '' ? statusList(answers.statuses) : `${statusList(answers.statuses)} (${errors})`;
}

/** `503 ×11, 200 ×1`, the most frequent first. */
export function statusCounts(statuses: readonly Status[]): string {
  const counts = [...countOf(statuses)].sort(([, first], [, second]) => second - first);
  return counts.length === 0 ? '–' : counts.map(([status, count]) => `${status} ×${count}`).join(', ');
}

/** `3.005 s` */
export function seconds(ms: number): string {
  return `${figure(ms / 1000)} s`;
}

/** `12.4 ms`; whole milliseconds from 100 up. */
export function milliseconds(ms: number): string {
  return `${figure(Math.abs(ms) < 100 ? Number(ms.toFixed(1)) : Math.round(ms))} ms`;
}

/** `2 to 7 ms`, or one figure when both are written alike. */
export function range(values: readonly number[], written: (value: number) => string): string {
  const [low, high] = [written(Math.min(...values)), written(Math.max(...values))];
  return low === high ? low : `${low} to ${high}`;
}

/** How often each value occurs, in the order in which the values came first. */
export function countOf<Value>(values: Iterable<Value>): Map<Value, number> {
  const counts = new Map<Value, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
