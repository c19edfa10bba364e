/** The ids of a Redis stream, `<milliseconds>-<sequence>`: compared as numbers, for as texts `9-1` would follow `10-1`. */

/** Before all messages. */
export const noId = '0-0';

/** Ids have up to 20 digits in each half, which is more than a number of JavaScript holds exactly. */
const form = /^(0|[1-9]\d{0,19})-(0|[1-9]\d{0,19})$/;

export function isStreamId(text: unknown): text is string {
  return typeof text === 'string' && form.test(text);
}

/** @returns below 0 when `a` is earlier, 0 when they are the same, above 0 when `a` is later */
export function compareIds(a: string, b: string): number {
  const dashA = a.indexOf('-');
  const dashB = b.indexOf('-');
  return compareDigits(a.slice(0, dashA), b.slice(0, dashB)) || compareDigits(a.slice(dashA + 1), b.slice(dashB + 1));
}

function compareDigits(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** When it was given out, on Redis' clock, in milliseconds since the Unix epoch. */
export function timeOfId(id: string): number {
  return Number(id.slice(0, id.indexOf('-')));
}
