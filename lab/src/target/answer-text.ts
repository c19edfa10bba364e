/** Finds what a target file points at in an answer: by JSON pointer (RFC 6901), regular expression, header or cookie. */
import type { BrowserCookies } from './browser-cookies.ts';
import type { Exchange } from './exchange.ts';
import { decoded } from './redaction.ts';

/** Where something is in an answer; one member is there. */
export interface AnswerPlace {
  readonly json?: string;
  readonly regex?: string;
  readonly header?: string;
  readonly cookie?: string;
}

/** The text at that place; `undefined` when the answer has none there. Numbers are written out. */
export function textAt(place: AnswerPlace, { text, headers }: Exchange, cookies?: BrowserCookies): string | undefined {
  if (place.json !== undefined) return memberText(text, place.json);
  if (place.regex !== undefined) {
    const found = new RegExp(place.regex).exec(text)?.[1];
    return found === undefined ? undefined : withoutEntities(found);
  }
  if (place.header !== undefined) return [headers[place.header.toLowerCase()] ?? []].flat()[0];
  const value = place.cookie === undefined ? undefined : cookies?.get(place.cookie);
  return value === undefined ? undefined : decoded(value);
}

function memberText(text: string, pointer: string): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  for (const step of pointer.split('/').slice(1)) {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

const namedEntities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** What stands in a page is escaped; what is sent back must not be. */
function withoutEntities(text: string): string {
  return text.replace(/&(?:#(\d{1,6})|#x([0-9a-f]{1,5})|(amp|lt|gt|quot|apos));/gi, (found, decimal, hex, name) => {
    if (name !== undefined) return namedEntities[String(name).toLowerCase()] ?? found;
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return code <= 0x10_ffff ? String.fromCodePoint(code) : found;
  });
}
