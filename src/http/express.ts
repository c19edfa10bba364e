/** Sessions and tokens for Express 5. */
import type { ErrorRequestHandler, RequestHandler } from 'express';
import type { TokenClaims, Tokens } from '../tokens/index.ts';
import { withStatus } from './answer.ts';
import { keepAsDictionaries } from './express-dictionaries.ts';
import { expressExchange } from './express-exchange.ts';
import { checkSession, checkToken, type GuardOptions } from './guard.ts';
import { sendError } from './node.ts';
import { openRequestSession, type SessionSource } from './open-request-session.ts';
import { RequestSession } from './request-session.ts';

export { bodyPairTransport } from '../tokens/index.ts';
export { AccessDeniedError, ResponseStartedError, SessionNotSetUpError, TokenMissingError } from './errors.ts';
export { jwksHandler, type PairHandlers, pairHandlers } from './express-pairs.ts';
export { bearerToken, type GuardOptions } from './guard.ts';
export type { KeySetOptions } from './key-set.ts';
export type { SessionSource } from './open-request-session.ts';
export type { PairHandlerOptions, TokenSource } from './pair-endpoints.ts';
export { type RefreshCookieOptions, refreshCookieTransport } from './refresh-cookie.ts';
export type { SessionCookie, SessionCookieOptions } from './session-cookie.ts';
export { RequestSession };

declare global {
  namespace Express {
    interface Request {
      /** The visitor's session; there once `sessionMiddleware` is mounted. */
      session: RequestSession;
      /** The claims of the bearer token, behind `requireToken`. */
      token?: TokenClaims;
    }
  }
}

/**
 * Gives every request behind it `request.session`. The client's address is `request.ip`, so set Express' `trust proxy`
 * behind a load balancer.
 * @example app.use(sessionMiddleware(sallyport))
 */
export function sessionMiddleware(source: SessionSource): RequestHandler {
  return (request, response, next) => {
    keepAsDictionaries(request, response);
    const opened = openRequestSession(source, expressExchange(request, response));
    if (opened instanceof RequestSession) {
      request.session = opened;
      next();
    } else {
      opened.then((session) => {
        request.session = session;
        next();
      }, next);
    }
  };
}

/**
 * Lets only signed-in users on to a route; the others get 401, or 403 for a wrong role, or 503 when the store is away.
 * @example app.get('/admin', requireSession({ role: 'admin' }), handler)
 */
export function requireSession(options: GuardOptions = {}): RequestHandler {
  return (request, _response, next) => {
    try {
      checkSession(request.session, options);
    } catch (error) {
      next(withStatus(error));
      return;
    }
    next();
  };
}

/**
 * Lets only requests with a good `Authorization: Bearer` token on to a route, and gives it `request.token`.
 * @example app.get('/api/orders', requireToken(sallyport), handler)
 */
export function requireToken({ tokens }: { readonly tokens: Tokens }, options: GuardOptions = {}): RequestHandler {
  return (request, response, next) => {
    keepAsDictionaries(request, response);
    checkToken(tokens, request.headers.authorization, options).then(
      (claims) => {
        request.token = claims;
        next();
      },
      (error) => next(withStatus(error)),
    );
  };
}

/** Answers Sallyport's errors as JSON with their status and headers; mount it last. Other errors pass through. */
export function errorHandler(source: SessionSource): ErrorRequestHandler {
  return (error, _request, response, next) => {
    if (!sendError(source, error, response)) next(error);
  };
}
