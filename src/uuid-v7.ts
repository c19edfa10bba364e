import { randomUUID } from 'node:crypto';

/** A UUID of version 7 (RFC 9562, section 5.7): 48 bits of Unix milliseconds, then 74 random bits. */
export function uuidV7(unixMs: number): string {
  // A version 4 UUID has the same layout after its version digit, and Node draws it from a buffered random source.
  return prefixOf(Math.floor(unixMs)) + randomUUID().slice(15);
}

/** Many are made in one millisecond: what they share is written once. */
let latest = { ms: -1, prefix: '' };

function prefixOf(ms: number): string {
  if (latest.ms !== ms) {
    const time = ms.toString(16).padStart(12, '0');
    latest = { ms, prefix: `${time.slice(0, 8)}-${time.slice(8)}-7` };
  }
  return latest.prefix;
}

const versionSeven = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

/** The milliseconds inside a UUID of version 7; `undefined` for any other text. */
export function uuidV7Ms(text: string): number | undefined {
  if (!versionSeven.test(text)) return undefined;
  return Number.parseInt(text.slice(0, 8) + text.slice(9, 13), 16);
}
