/** How pairs travel over HTTP, without a framework: the refresh token in a cookie that scripts cannot read, or in JSON. */
import { RefreshUnknownError } from './errors.ts';
import type { NewPair, TokenPair, TokenPairs } from './token-pairs.ts';

/** The little that pairs need of a request and its response; an `HttpExchange` has it. */
export interface PairExchange {
  readonly cookieHeader: string | undefined;
  setCookie(name: string, header: string): void;
}

/** Reads and writes the cookie of the refresh token; `refreshCookieTransport` of the HTTP adapters makes one. */
export interface PairCookie {
  readonly name: string;
  read(header: string | undefined): string | undefined;
  /** A `Set-Cookie` value. @param expiresAt when the refresh token does */
  store(value: string, expiresAt: Date): string;
  clear(): string;
}

/** What a client brings to `refreshPair` and `endPair`. */
export interface PairRequest {
  /** The parsed JSON body, if there is one; `{ "refreshToken": "…" }` without a cookie. */
  readonly body?: unknown;
  readonly deviceId?: string | undefined;
}

/** What is to be answered, as JSON; names and units are those of RFC 6749, section 5.1, in camel case. */
export interface PairAnswer {
  /** RFC 6749 wants that no token is cached. */
  readonly headers: { readonly 'Cache-Control': 'no-store' };
  readonly body: {
    readonly tokenType: 'Bearer';
    readonly accessToken: string;
    /** Unix seconds. */
    readonly accessExpiresAt: number;
    /** Not with a cookie: scripts are not to have it. */
    readonly refreshToken?: string;
    /** Unix seconds. */
    readonly refreshExpiresAt: number;
  };
}

/** Where the refresh token is carried. */
export interface PairTransport {
  /** Whether `read` looks at the body; else nobody has to parse it. */
  readonly readsBody: boolean;
  read(exchange: PairExchange, body: unknown): string | undefined;
  /** @returns the part of the body that carries it, if any */
  write(exchange: PairExchange, refreshToken: string, expiresAt: Date): { readonly refreshToken?: string };
  clear(exchange: PairExchange): void;
}

/**
 * For browsers, with a cookie of your own making; `refreshCookieTransport` of the HTTP adapters has one ready. Make it
 * HttpOnly and `SameSite=Strict`: no page of another site can then make a browser refresh or log out.
 */
export function cookiePairTransport(cookie: PairCookie): PairTransport {
  return {
    readsBody: false,
    read: ({ cookieHeader }) => cookie.read(cookieHeader),
    write: (exchange, refreshToken, expiresAt) => {
      exchange.setCookie(cookie.name, cookie.store(refreshToken, expiresAt));
      return {};
    },
    clear: (exchange) => exchange.setCookie(cookie.name, cookie.clear()),
  };
}

/** For apps and services, which keep the refresh token themselves. */
export function bodyPairTransport(): PairTransport {
  return {
    readsBody: true,
    read: (_exchange, body) => {
      const token = typeof body === 'object' && body !== null && 'refreshToken' in body ? body.refreshToken : undefined;
      return typeof token === 'string' ? token : undefined;
    },
    write: (_exchange, refreshToken) => ({ refreshToken }),
    clear: () => {},
  };
}

/** Login: issues a pair and puts the refresh token where it is carried. @throws as `pairs.issue` */
export async function beginPair(
  pairs: TokenPairs,
  transport: PairTransport,
  exchange: PairExchange,
  login: NewPair,
): Promise<PairAnswer> {
  return answerOf(await pairs.issue(login), transport, exchange);
}

/**
 * A new pair for the refresh token of a request. A refused one is left in its cookie: clearing it could throw away the
 * newer one that a parallel login has just set.
 * @throws as `pairs.refresh`; RefreshUnknownError when the request has no refresh token
 */
export async function refreshPair(
  pairs: TokenPairs,
  transport: PairTransport,
  exchange: PairExchange,
  { body, deviceId }: PairRequest = {},
): Promise<PairAnswer> {
  const presented = transport.read(exchange, body);
  if (presented === undefined) throw new RefreshUnknownError();
  return answerOf(await pairs.refresh(presented, { deviceId }), transport, exchange);
}

/** Logout: ends the family, then takes the cookie away. Harmless without a refresh token. @throws as `pairs.end` */
export async function endPair(
  pairs: TokenPairs,
  transport: PairTransport,
  exchange: PairExchange,
  { body }: PairRequest = {},
): Promise<'ended' | 'missing'> {
  const presented = transport.read(exchange, body);
  const outcome = presented === undefined ? 'missing' : await pairs.end(presented);
  transport.clear(exchange);
  return outcome;
}

function answerOf(pair: TokenPair, transport: PairTransport, exchange: PairExchange): PairAnswer {
  return {
    headers: { 'Cache-Control': 'no-store' },
    body: {
      tokenType: 'Bearer',
      accessToken: pair.accessToken,
      accessExpiresAt: unixSeconds(pair.accessExpiresAt),
      ...transport.write(exchange, pair.refreshToken, pair.refreshExpiresAt),
      refreshExpiresAt: unixSeconds(pair.refreshExpiresAt),
    },
  };
}

function unixSeconds(time: Date): number {
  return Math.floor(time.getTime() / 1_000);
}
