/** Keeps what must stay secret out of everything that is reported, whatever an application prints or answers. */
import { mapTexts } from './placeholders.ts';

/** A shorter secret could be a word of ours by chance, and hiding that word would give the secret away. */
const shortestEverywhere = 16;

const hidden = '[hidden]';

export interface Redaction {
  /** A password, token or cookie value of this run. */
  add(secret: string): void;
  /** For foreign text, e.g. what a server printed: hides every secret, however short. */
  clean(text: string): string;
  /** For results, which are made of our own words: hides the long secrets in every text. */
  cleanAll<Value>(value: Value): Value;
}

export function createRedaction(): Redaction {
  const secrets = new Set<string>();
  return {
    add: (secret) => {
      for (const form of [secret, decoded(secret)]) if (form.trim() !== '') secrets.add(form);
    },
    clean: (text) => without(text, anyOf([...secrets])),
    cleanAll: (value) => {
      const long = anyOf([...secrets].filter(({ length }) => length >= shortestEverywhere));
      return mapTexts(value, (text) => without(text, long));
    },
  };
}

/** One pass for all of them; the longest first, since one may be a part of another. */
function anyOf(secrets: readonly string[]): RegExp | undefined {
  const written = [...secrets]
    .sort((first, second) => second.length - first.length)
    .map((secret) => secret.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&'));
  return written.length === 0 ? undefined : new RegExp(written.join('|'), 'g');
}

function without(text: string, secrets: RegExp | undefined): string {
  return secrets === undefined ? text : text.replace(secrets, hidden);
}

/** A cookie's value as the application knows it, which is not always as it is sent. */
export function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

/** Whether a variable of a server's environment is one whose value should not be shown. */
export function namesSecret(variable: string): boolean {
  return /secret|pass|pwd|token|key|credential|private|auth/i.test(variable);
}
