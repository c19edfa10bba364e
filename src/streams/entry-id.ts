/** Ids of events, `<ms>-<seq>`: when Redis got the event, and a number that tells those of one millisecond apart. */
import { InvalidOptionError } from '../errors.ts';

/** Before any other. */
export const lowestId = '0-0';
const highestSeq = '18446744073709551615';
/** After any other. */
export const highestId: string = `${highestSeq}-${highestSeq}`;

/** `-1`, `0` or `1`. The numbers are longer than a JavaScript number is exact, so they are compared as digits. */
export function compareIds(a: string, b: string): number {
  if (a === b) return 0;
  const [dashA, dashB] = [a.indexOf('-'), b.indexOf('-')];
  return compareDigits(a.slice(0, dashA), b.slice(0, dashB)) || compareDigits(a.slice(dashA + 1), b.slice(dashB + 1));
}

function compareDigits(a: string, b: string): number {
  if (a.length !== b.length) return a.length < b.length ? -1 : 1;
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Unix ms. */
export function timeOf(id: string): number {
  return Number(id.slice(0, id.indexOf('-')));
}

/** The first id of this moment. */
export function firstIdAt(ms: number): string {
  return `${Math.max(0, Math.ceil(ms))}-0`;
}

/** The last id of this moment. */
function lastIdAt(ms: number): string {
  return `${Math.max(0, Math.floor(ms))}-${highestSeq}`;
}

/** What comes after the id returned is exactly what has happened since then. */
function idBefore(ms: number): string {
  return ms <= 0 ? lowestId : lastIdAt(Math.ceil(ms) - 1);
}

/** The id that follows. */
export function nextId(id: string): string {
  const dash = id.indexOf('-');
  const seq = id.slice(dash + 1);
  return seq === highestSeq ? `${BigInt(id.slice(0, dash)) + 1n}-0` : `${id.slice(0, dash)}-${BigInt(seq) + 1n}`;
}

/** @throws InvalidOptionError */
export function checkId(option: string, id: string): string {
  const parts = /^(0|[1-9]\d{0,19})-(0|[1-9]\d{0,19})$/.exec(id);
  if (parts === null || [parts[1]!, parts[2]!].some((part) => compareDigits(part, highestSeq) > 0)) {
    throw new InvalidOptionError(option, "an event's id, such as '1767225600000-0'");
  }
  return id;
}

/** A place in a stream to begin at: its first event, what is appended from now on, what came after an id, or a moment. */
export type Position = 'start' | 'now' | (string & {}) | Date;

/**
 * The id after which the position begins; `$` is the last one that there is.
 * @throws InvalidOptionError
 */
export function idAfterWhich(option: string, position: Position): string {
  if (position === 'start') return lowestId;
  if (position === 'now') return '$';
  if (position instanceof Date) return idBefore(checkedTime(option, position));
  return checkId(option, position);
}

/** An end of a range, which belongs to it: an id or a moment. */
export type Bound = (string & {}) | Date;

/** @throws InvalidOptionError */
export function boundOf(option: string, bound: Bound | undefined, end: 'from' | 'to'): string {
  if (bound === undefined) return end === 'from' ? lowestId : highestId;
  if (!(bound instanceof Date)) return checkId(option, bound);
  const ms = checkedTime(option, bound);
  return end === 'from' ? firstIdAt(ms) : lastIdAt(ms);
}

function checkedTime(option: string, date: Date): number {
  const ms = date.getTime();
  if (!(ms >= 0)) throw new InvalidOptionError(option, 'a valid Date since 1970');
  return ms;
}
