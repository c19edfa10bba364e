import { parseCookie, stringifySetCookie } from 'cookie';
import { InvalidOptionError } from '../errors.ts';

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
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(name)) {
    throw new InvalidOptionError('session.cookie.name', '1 to 64 characters of A-Z a-z 0-9 _ -');
  }
  if (!['lax', 'strict', 'none'].includes(sameSite)) {
    throw new InvalidOptionError('session.cookie.sameSite', "'lax', 'strict' or 'none'");
  }
  if (sameSite === 'none' && allowInsecure) {
    throw new InvalidOptionError('session.cookie.sameSite', "'lax' or 'strict' when allowInsecure is set");
  }
  if (maxAgeSeconds !== null && (!Number.isInteger(maxAgeSeconds) || maxAgeSeconds < 1)) {
    throw new InvalidOptionError('session.cookie.maxAgeSeconds', 'a whole number of seconds above 0, or null');
  }
  const fullName = allowInsecure ? name : `__Host-${name}`;
  const attributes = { path: '/', httpOnly: true, secure: !allowInsecure, sameSite } as const;
  return {
    name: fullName,
    read: (header) => (header === undefined ? undefined : parseCookie(header)[fullName]),
    store: (value) =>
      stringifySetCookie({
        name: fullName,
        value,
        ...attributes,
        ...(maxAgeSeconds === null ? {} : { maxAge: maxAgeSeconds }),
      }),
    clear: () => stringifySetCookie({ name: fullName, value: '', ...attributes, maxAge: 0 }),
  };
}
