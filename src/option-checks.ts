import { InvalidOptionError } from './errors.ts';

/** @throws InvalidOptionError unless `value` is a whole number from `least` to `most`. */
export function wholeNumber(option: string, value: unknown, least: number, most: number): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most) {
    throw new InvalidOptionError(option, `a whole number from ${least} to ${most}`);
  }
  return value;
}

/** @throws InvalidOptionError unless `value` is text of 1 to 512 characters. */
export function shortText(option: string, value: unknown): string {
  if (typeof value !== 'string' || value === '' || value.length > 512) {
    throw new InvalidOptionError(option, 'text of 1 to 512 characters');
  }
  return value;
}
