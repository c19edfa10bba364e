/** Sessions and tokens for Fastify 5. */
import type { FastifyError, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { InvalidOptionError } from '../errors.ts';
import type { TokenClaims, Tokens } from '../tokens/index.ts';
import { answerTo, withStatus } from './answer.ts';
import { fastifyExchange } from './fastify-exchange.ts';
import { checkSession, checkToken, type GuardOptions } from './guard.ts';
import { readOn } from './half-read-request.ts';
import { openRequestSession, type SessionSource } from './open-request-session.ts';
import { RequestSession } from './request-session.ts';

export { bodyPairTransport } from '../tokens/index.ts';
export { AccessDeniedError, ResponseStartedError, SessionNotSetUpError, TokenMissingError } from './errors.ts';
export { type FastifyPairHandler, jwksHandler, type PairHandlers, pairHandlers } from './fastify-pairs.ts';
export { bearerToken, type GuardOptions } from './guard.ts';
export type { KeySetOptions } from './key-set.ts';
export type { SessionSource } from './open-request-session.ts';
export type { PairHandlerOptions, TokenSource } from './pair-endpoints.ts';
export { type RefreshCookieOptions, refreshCookieTransport } from './refresh-cookie.ts';
export type { SessionCookie, SessionCookieOptions } from './session-cookie.ts';
export { RequestSession };

declare module 'fastify' {
  interface FastifyRequest {
    /** The visitor's session; there once `sessionPlugin` is registered. */
    session: RequestSession;
    /** The claims of the bearer token, behind `requireToken`. */
    token?: TokenClaims;
  }
}

export interface SessionPluginOptions {
  readonly sallyport: SessionSource;
}

/**
 * Gives every request of the application `request.session`, also in scopes beside the one it is registered in. The
 * client's address is `request.ip`, so set Fastify's `trustProxy` behind a load balancer.
 * @throws InvalidOptionError
 * @example await app.register(sessionPlugin, { sallyport })
 */
export const sessionPlugin: FastifyPluginAsync<SessionPluginOptions> = async (app, { sallyport }) => {
  if (sallyport?.sessions === undefined) throw new InvalidOptionError('sallyport', 'what createSallyport gives');
  app.decorateRequest('session');
  app.decorateRequest('token');
  app.addHook('onRequest', (request, reply, done) => {
    const opened = openRequestSession(sallyport, fastifyExchange(request, reply));
    if (opened instanceof RequestSession) {
      request.session = opened;
      done();
    } else {
      opened.then((session) => {
        request.session = session;
        done();
      }, done);
    }
  });
};

// What Fastify reads of a plugin that is not to be shut into a scope of its own (as the package fastify-plugin sets it).
Object.assign(sessionPlugin, {
  [Symbol.for('skip-override')]: true,
  [Symbol.for('fastify.display-name')]: 'sallyport',
  [Symbol.for('plugin-meta')]: { fastify: '5.x', name: 'sallyport' },
});

/**
 * Lets only signed-in users on to a route; the others get 401, or 403 for a wrong role, or 503 when the store is away.
 * @example app.get('/admin', { preHandler: requireSession({ role: 'admin' }) }, handler)
 */
export function requireSession(options: GuardOptions = {}): FastifyGuard {
  return (request, _reply, done) => {
    try {
      checkSession(request.session, options);
    } catch (error) {
      done(withStatus(error) as Error);
      return;
    }
    done();
  };
}

/**
 * Lets only requests with a good `Authorization: Bearer` token on to a route, and gives it `request.token`.
 * @example app.get('/api/orders', { preHandler: requireToken(sallyport) }, handler)
 */
export function requireToken({ tokens }: { readonly tokens: Tokens }, options: GuardOptions = {}): FastifyGuard {
  return (request, _reply, done) => {
    checkToken(tokens, request.headers.authorization, options).then(
      (claims) => {
        request.token = claims;
        done();
      },
      (error) => done(withStatus(error) as Error),
    );
  };
}

/** A hook for `onRequest` behind the plugin, or `preHandler`. */
export type FastifyGuard = (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void) => void;

/**
 * Answers Sallyport's errors as JSON with their status and headers; other errors go on to Fastify's own handler.
 * @param otherwise Handles them instead.
 * @example app.setErrorHandler(errorHandler(sallyport))
 */
export function errorHandler(
  source: SessionSource,
  otherwise: FastifyErrorHandler = (error, _request, reply) => void reply.send(error),
): FastifyErrorHandler {
  return (error, request, reply) => {
    const answer = answerTo(error, source.sessionCookie.name);
    if (answer === undefined) return otherwise(error, request, reply);
    if (reply.raw.headersSent) {
      // Cut, so that the client does not take a part for the whole.
      if (!reply.raw.writableEnded) reply.raw.destroy();
      return undefined;
    }
    readOn(request.raw);
    return void reply.code(answer.status).headers(answer.headers).send(answer.body);
  };
}

export type FastifyErrorHandler = (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => unknown;
