/** Reads the values of flags. Whatever they throw is shown with the flag's name before it. */
import { randomInt } from 'node:crypto';
import { type Language, languages } from '../language.ts';
import type { LabMode } from '../run/mode.ts';
import { UsageError } from './usage-error.ts';

const largestSeed = 2 ** 32 - 1;

/** `1.1,2.3` → the ids, each once. Which there are depends on what is run: `requireKnown` says. */
export function parseOnly(text: string): readonly string[] {
  return [...new Set(text.split(',').map((id) => id.trim()))];
}

/** @throws UsageError that names the first id that there is not. */
export function requireKnown(only: readonly string[] | undefined, known: readonly string[]): void {
  const unknown = only?.find((id) => !known.includes(id));
  if (unknown !== undefined) throw new UsageError(`there is no experiment "${unknown}"; there are ${known.join(', ')}`);
}

export function parseLanguage(text: string): Language {
  const language = languages.find((known) => known === text);
  if (language === undefined) throw new UsageError(`there is no language "${text}"; there are ${languages.join(', ')}`);
  return language;
}

export function parseSeed(text: string): number {
  const seed = Number(text);
  if (!/^\d+$/.test(text) || seed > largestSeed) {
    throw new UsageError(`a seed is a whole number from 0 to ${largestSeed}`);
  }
  return seed;
}

export function randomSeed(): number {
  return randomInt(largestSeed + 1);
}

export function parseFolder(text: string): string {
  if (text === '') throw new UsageError('a folder must be named');
  return text;
}

export function modeOf({ quick, full }: { readonly quick: boolean; readonly full: boolean }): LabMode {
  if (quick && full) throw new UsageError('Choose --quick or --full, not both.');
  if (quick) return 'quick';
  return full ? 'full' : 'default';
}
