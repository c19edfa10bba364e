/** Between a session object of express-session or @fastify/session and the texts that are stored. */
import { SessionNotSerialisableError, SessionUndecodableError } from '../../sessions/errors.ts';
import { ReadCopy } from './read-copy.ts';
import type { RecordFields } from './record-store.ts';

interface StoredDates {
  readonly expires?: Date | string | null;
  readonly originalExpires?: Date | string | null;
}

/** The part of a cookie that decides how long its session lives; the rest is kept as it comes. */
interface StoredCookie extends StoredDates {
  readonly originalMaxAge?: number | null;
}

export interface EncodedCookie {
  readonly cookie: string;
  readonly dates: string;
  /** How long the cookie lets the session live from now on: 0 or less when it is over. */
  readonly ttlMs: number;
}

/** Ten years; Redis refuses what is no whole number of 64 bits. */
const longestTtlMs = 315_360_000_000;

export function encodeCookie(session: object, defaultTtlMs: number, nowMs: number): EncodedCookie {
  const { cookie } = session as { cookie?: StoredCookie & { toJSON?: () => StoredCookie } };
  const { expires, originalExpires, ...rest } = cookie?.toJSON?.() ?? cookie ?? {};
  const ttlMs =
    ttlMsOf({ expires: expires ?? null, originalMaxAge: rest.originalMaxAge ?? null }, nowMs) ?? defaultTtlMs;
  return {
    cookie: toJson('cookie', rest) ?? '{}',
    dates: toJson('cookie', { expires, originalExpires }) ?? '{}',
    ttlMs: Math.min(ttlMs, longestTtlMs),
  };
}

/** Everything but the cookie. @throws SessionNotSerialisableError for what JSON cannot hold, e.g. a cycle or a bigint */
export function encodeData(session: object): [field: string, text: string][] {
  const encoded: [string, string][] = [];
  for (const [field, value] of Object.entries(session)) {
    if (field === 'cookie' || value instanceof ReadCopy) continue;
    const text = toJson(field, value);
    if (text !== undefined) encoded.push([dataPrefix + field, text]);
  }
  return encoded;
}

/** @throws SessionUndecodableError */
export function decodeSession(fields: RecordFields): { cookie: StoredCookie } {
  try {
    const session = { cookie: JSON.parse(fields.get('cookie') ?? '') as StoredCookie };
    for (const [field, text] of fields) {
      if (field === 'dates') {
        Object.assign(
          session.cookie,
          JSON.parse(text, (_, date) => (typeof date === 'string' ? new Date(date) : date)),
        );
      } else if (field.startsWith(dataPrefix)) {
        define(session, field.slice(dataPrefix.length), JSON.parse(text));
      }
    }
    return session;
  } catch {
    throw new SessionUndecodableError('its JSON is damaged');
  }
}

const dataPrefix = 'data.';

/** An assignment to `__proto__` would give the session another prototype. */
function define(session: object, field: string, value: unknown): void {
  if (field === '__proto__') {
    Object.defineProperty(session, field, { value, configurable: true, enumerable: true, writable: true });
  } else {
    (session as Record<string, unknown>)[field] = value;
  }
}

function toJson(field: string, value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch (error) {
    const problem = error instanceof Error ? error.message.split('\n', 1)[0] : 'unknown';
    throw new SessionNotSerialisableError(field, `cannot be written as JSON (${problem})`);
  }
}

/**
 * How long a cookie lets its session live from now on, in ms: 0 or less when it is over, `undefined` when it does not
 * say. `expires` has been moved already when a request touched the session; `originalMaxAge` alone counts from now.
 */
function ttlMsOf({ expires, originalMaxAge }: StoredCookie, nowMs: number): number | undefined {
  if (typeof expires === 'string' || expires instanceof Date) {
    const ms = new Date(expires).getTime();
    if (Number.isFinite(ms)) return Math.ceil(ms - nowMs);
  }
  return Number.isFinite(originalMaxAge) ? Math.ceil(originalMaxAge ?? 0) : undefined;
}
