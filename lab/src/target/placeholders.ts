/** The words in `${…}` that a target file may use: `${PORT}`, `${USER}`, `${env:NAME}` …; `$${` stands for a plain `${`. */
import type { Json } from '../results.ts';

const placeholder = /\$(\$?)\{([^}]*)\}/g;

/** Names of placeholders, each with its value. */
export type PlaceholderValues = Readonly<Record<string, string>>;

const environmentPrefix = 'env:';

/** The names of all placeholders in a text, in their order, `env:NAME` included. */
export function placeholdersIn(text: string): string[] {
  return [...text.matchAll(placeholder)].filter(([, escaped]) => escaped === '').map(([, , name = '']) => name);
}

/** A file is checked before it is used, so that every name has a value here; an unknown one stays as it is. */
export function fill(text: string, values: PlaceholderValues): string {
  return text.replace(placeholder, (found, escaped: string, name: string) => {
    if (escaped !== '') return found.slice(1);
    return values[name] ?? found;
  });
}

/** Fills every text in a value, not the names of its members. */
export function fillAll<Value extends Json>(value: Value, values: PlaceholderValues): Value {
  return mapTexts(value, (text) => fill(text, values));
}

/** The environment's part of the values: only what the file names. */
export function environmentValues(
  names: Iterable<string>,
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const values: Record<string, string> = {};
  for (const name of names) {
    const value = name.startsWith(environmentPrefix) ? env[name.slice(environmentPrefix.length)] : undefined;
    if (value !== undefined) values[name] = value;
  }
  return values;
}

/** The variable that a placeholder takes its value from; `undefined` for all but `env:NAME`. */
export function environmentVariable(name: string): string | undefined {
  return name.startsWith(environmentPrefix) ? name.slice(environmentPrefix.length) : undefined;
}

/** All texts in a value, however deep. */
export function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** The same value with every text in it replaced. */
export function mapTexts<Value>(value: Value, replace: (text: string) => string): Value {
  if (typeof value === 'string') return replace(value) as Value;
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, replace)) as Value;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, mapTexts(member, replace)])) as Value;
}
