import { InvalidOptionError } from '../errors.ts';
import { hardenedCookie } from './hardened-cookie.ts';

export interface SessionCookieOptions {
  /**
   * Name of the cookie, without the `__Host-` prefix that a secure cookie gets.
   * @default 'session'
   */
  readonly name?: string;
  /**
   * When the browser sends the cookie along from other sites. `strict` also leaves it out when a user follows a link
   * to you; `none` needs your own protection against CSRF.
   * @default 'lax'
   */
  readonly sameSite?: 'lax' | 'strict' | 'none';
  /**
   * Sends the cookie over plain HTTP too, and drops the `__Host-` prefix that would forbid it. Browsers treat
   * http://localhost as secure, so development seldom needs this.
   * @default false
   */
  readonly allowInsecure?: boolean;
  /**
   * How long the browser keeps the cookie, in seconds; `null`: until it is closed. The server decides on the session's
   * life either way.
   * @default null
   */
  readonly maxAgeSeconds?: number | null;
}

/** Reads and writes the one cookie that holds the session id (RFC 6265bis: `__Host-`, Secure, HttpOnly, SameSite). */
export interface SessionCookie {
  readonly name: string;
  /** The id in a `Cookie` header, if any. */
  read(header: string | undefined): string | undefined;
  /** A `Set-Cookie` value that stores the id. */
  store(id: string): string;
  /** A `Set-Cookie` value that makes the browser forget it. */
  clear(): string;
}

/** @throws InvalidOptionError */
export function createSessionCookie(options: SessionCookieOptions = {}): SessionCookie {
  const { name = 'session', sameSite = 'lax', allowInsecure = false, maxAgeSeconds = null } = options;
  if (maxAgeSeconds !== null && (!Number.isInteger(maxAgeSeconds) || maxAgeSeconds < 1)) {
    throw new InvalidOptionError('session.cookie.maxAgeSeconds', 'a whole number of seconds above 0, or null');
  }
  const cookie = hardenedCookie({ option: 'session.cookie', name, path: '/', sameSite, allowInsecure });
  return { ...cookie, store: (id) => cookie.store(id, maxAgeSeconds ?? undefined) };
}
