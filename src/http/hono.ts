/** Sessions and tokens for Hono 4, on Node and on every other runtime it runs on. */
import type { Context, ErrorHandler, MiddlewareHandler } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { TokenClaims, Tokens } from '../tokens/index.ts';
import { answerTo } from './answer.ts';
import { checkSession, checkToken, type GuardOptions } from './guard.ts';
import { putCookie, withResponse } from './hono-response.ts';
import { openRequestSession, type SessionSource } from './open-request-session.ts';
import type { RequestSession } from './request-session.ts';

export { bodyPairTransport } from '../tokens/index.ts';
export { AccessDeniedError, ResponseStartedError, SessionNotSetUpError, TokenMissingError } from './errors.ts';
export { bearerToken, type GuardOptions } from './guard.ts';
export { jwksHandler, type PairHandlers, pairHandlers } from './hono-pairs.ts';
export type { KeySetOptions } from './key-set.ts';
export type { SessionSource } from './open-request-session.ts';
export type { PairHandlerOptions, TokenSource } from './pair-endpoints.ts';
export { type RefreshCookieOptions, refreshCookieTransport } from './refresh-cookie.ts';
export { RequestSession } from './request-session.ts';
export type { SessionCookie, SessionCookieOptions } from './session-cookie.ts';

declare module 'hono' {
  interface ContextVariableMap {
    /** The visitor's session; there once `sessionMiddleware` is mounted. */
    session: RequestSession;
    /** The claims of the bearer token, behind `requireToken`. */
    token: TokenClaims;
  }
}

export interface HonoSessionOptions {
  /**
   * Where the client's address is taken from. Behind a load balancer read the header that *it* sets; runtimes without
   * Node's sockets have functions of their own (`getConnInfo` of the runtime's Hono adapter).
   * @default the socket's address under `@hono/node-server`, elsewhere none
   */
  readonly clientAddress?: (context: Context) => string | undefined;
}

/**
 * Gives every handler behind it `c.get('session')` and `c.var.session`.
 * @example app.use(sessionMiddleware(sallyport))
 */
export function sessionMiddleware(source: SessionSource, options: HonoSessionOptions = {}): MiddlewareHandler {
  const { clientAddress = socketAddress } = options;
  return async (context, next) => {
    let ended = false;
    let cookie: { name: string; header: string } | undefined;
    const session = await openRequestSession(source, {
      cookieHeader: context.req.header('cookie'),
      ipAddress: () => clientAddress(context),
      userAgent: context.req.header('user-agent'),
      responseStarted: () => ended,
      setCookie: (name, header) => {
        cookie = { name, header };
      },
    });
    context.set('session', session);
    await next();
    // The response is complete but for a streamed body: from here on no header can be added.
    ended = true;
    if (cookie !== undefined) putCookie(context, cookie);
  };
}

/**
 * Lets only signed-in users on to a route; the others get 401, or 403 for a wrong role, or 503 when the store is away.
 * @example app.get('/admin', requireSession({ role: 'admin' }), handler)
 */
export function requireSession(options: GuardOptions = {}): MiddlewareHandler {
  return async (context, next) => {
    try {
      checkSession(context.get('session'), options);
    } catch (error) {
      throw withResponse(error);
    }
    await next();
  };
}

/**
 * Lets only requests with a good `Authorization: Bearer` token on to a route, and gives it `c.get('token')`.
 * @example app.get('/api/orders', requireToken(sallyport), handler)
 */
export function requireToken({ tokens }: { readonly tokens: Tokens }, options: GuardOptions = {}): MiddlewareHandler {
  return async (context, next) => {
    let claims: TokenClaims;
    try {
      claims = await checkToken(tokens, context.req.header('authorization'), options);
    } catch (error) {
      throw withResponse(error);
    }
    context.set('token', claims);
    await next();
  };
}

/**
 * Answers Sallyport's errors as JSON with their status and headers; other errors as Hono does.
 * @param otherwise Handles them instead.
 * @example app.onError(errorHandler(sallyport))
 */
export function errorHandler(source: SessionSource, otherwise: ErrorHandler = asHonoDoes): ErrorHandler {
  return (error, context) => {
    const answer = answerTo(error, source.sessionCookie.name);
    if (answer === undefined) return otherwise(error, context);
    return context.json(answer.body, answer.status as ContentfulStatusCode, answer.headers);
  };
}

const asHonoDoes: ErrorHandler = (error, context) => {
  if ('getResponse' in error) {
    const response = error.getResponse();
    return context.newResponse(response.body, response);
  }
  console.error(error);
  return context.text('Internal Server Error', 500);
};

function socketAddress({ env }: Context): string | undefined {
  const { incoming } = (env ?? {}) as { incoming?: { socket?: { remoteAddress?: string } } };
  return incoming?.socket?.remoteAddress;
}
