/** Sessions and tokens for Hono 4, on Node and on every other runtime it runs on. */
import type { Context, ErrorHandler, MiddlewareHandler } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { TokenClaims, Tokens } from '../tokens/index.ts';
import { answerTo } from './answer.ts';
import { checkSession, checkToken, type GuardOptions } from './guard.ts';
import { openRequestSession, type SessionSource } from './open-request-session.ts';
import type { RequestSession } from './request-session.ts';
import { withoutCookie } from './set-cookie-list.ts';

export { AccessDeniedError, ResponseStartedError, SessionNotSetUpError, TokenMissingError } from './errors.ts';
export { bearerToken, type GuardOptions } from './guard.ts';
export type { SessionSource } from './open-request-session.ts';
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

/** Hono's own error handler sends this response, so the status is right even without `errorHandler`. */
function withResponse(error: unknown): unknown {
  const answer = answerTo(error, 'session');
  if (answer === undefined) return error;
  const { status, headers, body } = answer;
  return Object.assign(error as Error, { getResponse: () => Response.json(body, { status, headers }) });
}

const asHonoDoes: ErrorHandler = (error, context) => {
  if ('getResponse' in error) {
    const response = error.getResponse();
    return context.newResponse(response.body, response);
  }
  console.error(error);
  return context.text('Internal Server Error', 500);
};

function putCookie(context: Context, { name, header }: { readonly name: string; readonly header: string }): void {
  const present = context.res.headers.getSetCookie();
  const others = withoutCookie(present, name);
  if (others.length < present.length) {
    context.header('Set-Cookie', undefined);
    for (const other of others) context.header('Set-Cookie', other, { append: true });
  }
  context.header('Set-Cookie', header, { append: true });
}

function socketAddress({ env }: Context): string | undefined {
  const { incoming } = (env ?? {}) as { incoming?: { socket?: { remoteAddress?: string } } };
  return incoming?.socket?.remoteAddress;
}
