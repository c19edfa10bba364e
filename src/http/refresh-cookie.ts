/** The cookie that carries a refresh token: sent to the routes that need it, and to no other. */
import { InvalidOptionError } from '../errors.ts';
import { cookiePairTransport, type PairTransport } from '../tokens/index.ts';
import { hardenedCookie } from './hardened-cookie.ts';

export interface RefreshCookieOptions {
  /**
   * Where the browser sends the cookie: the path below which the routes for refresh and logout lie, e.g. `/auth` for
   * `/auth/refresh` and `/auth/logout`. `/` sends it everywhere, and gives it the prefix `__Host-`, so that no
   * sub-domain can plant one.
   */
  readonly path: string;
  /** Without the prefix (`__Secure-`, or `__Host-` with the path `/`). @default 'refresh' */
  readonly name?: string;
  /**
   * Keeps the cookie until the refresh token expires; `false`: until the browser is closed.
   * @default true
   */
  readonly persistent?: boolean;
  /**
   * Sends the cookie over plain HTTP too, without a prefix. Browsers treat http://localhost as secure, so development
   * seldom needs this.
   * @default false
   */
  readonly allowInsecure?: boolean;
}

/**
 * Carries refresh tokens in a cookie with HttpOnly, Secure and `SameSite=Strict`, for pages in a browser.
 * @throws InvalidOptionError
 */
export function refreshCookieTransport(options: RefreshCookieOptions): PairTransport {
  const { path, name = 'refresh', persistent = true, allowInsecure = false } = options;
  // Every character that RFC 6265 has for a path, but for what would have to be encoded.
  if (typeof path !== 'string' || !/^\/[\w./~%-]{0,255}$/.test(path)) {
    throw new InvalidOptionError('refreshCookie.path', 'a path that begins with /, e.g. /auth');
  }
  const cookie = hardenedCookie({ option: 'refreshCookie', name, path, sameSite: 'strict', allowInsecure });
  const secondsUntil = (time: Date) => Math.max(1, Math.floor((time.getTime() - Date.now()) / 1_000));
  return cookiePairTransport({
    ...cookie,
    store: (token, expiresAt) => cookie.store(token, persistent ? secondsUntil(expiresAt) : undefined),
  });
}
