/** Sessions and tokens for plain `node:http`. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { TokenClaims, Tokens } from '../tokens/index.ts';
import { answerTo } from './answer.ts';
import { checkSession, checkToken, type GuardOptions } from './guard.ts';
import { readOn } from './half-read-request.ts';
import { NodeExchange } from './node-exchange.ts';
import { openRequestSession, type SessionSource } from './open-request-session.ts';
import { RequestSession } from './request-session.ts';

export { bodyPairTransport } from '../tokens/index.ts';
export { AccessDeniedError, ResponseStartedError, SessionNotSetUpError, TokenMissingError } from './errors.ts';
export { bearerToken, type GuardOptions } from './guard.ts';
export type { KeySetOptions } from './key-set.ts';
export { jwksHandler, type PairHandlers, pairHandlers } from './node-pairs.ts';
export type { SessionSource } from './open-request-session.ts';
export type { PairHandlerOptions, TokenSource } from './pair-endpoints.ts';
export { type RefreshCookieOptions, refreshCookieTransport } from './refresh-cookie.ts';
export type { SessionCookie, SessionCookieOptions } from './session-cookie.ts';
export { RequestSession };

export interface SessionRequest extends IncomingMessage {
  readonly session: RequestSession;
}

export interface NodeSessionOptions {
  /**
   * Where the client's address is taken from. Behind a load balancer read the header that *it* sets.
   * @default request.socket.remoteAddress
   */
  readonly clientAddress?: (request: IncomingMessage) => string | undefined;
  /** Told about errors that are not Sallyport's; the client gets a 500. @default they are thrown as unhandled */
  readonly onError?: (error: unknown) => void;
}

/**
 * Wraps a handler so that `request.session` is there and errors of sessions and tokens are answered: 401, 403, 503.
 * @example createServer(withSession(sallyport, async (request, response) => { … }))
 */
export function withSession(
  source: SessionSource,
  handler: (request: SessionRequest, response: ServerResponse) => unknown,
  options: NodeSessionOptions = {},
): RequestListener {
  const { clientAddress, onError } = options;
  return async (request, response) => {
    try {
      const exchange = new NodeExchange(request, response, clientAddress);
      const opened = openRequestSession(source, exchange);
      const session = opened instanceof RequestSession ? opened : await opened;
      await handler(Object.assign(request, { session }), response);
    } catch (error) {
      if (sendError(source, error, response)) return;
      if (onError === undefined) throw error;
      onError(error);
      if (response.headersSent) return void response.destroy();
      readOn(request);
      response.writeHead(500).end();
    }
  };
}

/**
 * Lets only signed-in users on.
 * @throws SessionNotFoundError or SessionEndedError (401), AccessDeniedError (403), RedisUnavailableError (503);
 * `withSession` answers them.
 */
export function requireSession(request: IncomingMessage, options: GuardOptions = {}): RequestSession {
  const { session } = request as SessionRequest;
  checkSession(session, options);
  return session;
}

/**
 * Lets only requests with a good bearer token on, and gives its claims.
 * @throws TokenMissingError or TokenError (401), AccessDeniedError (403), RedisUnavailableError (503)
 */
export function requireToken(
  { tokens }: { readonly tokens: Tokens },
  request: IncomingMessage,
  options: GuardOptions = {},
): Promise<TokenClaims> {
  return checkToken(tokens, request.headers.authorization, options);
}

/**
 * Answers an error of Sallyport's with its status, headers and a JSON body. Returns `false` for any other error.
 * When the response has already begun it is cut, so that the client does not take a part for the whole.
 */
export function sendError(source: SessionSource, error: unknown, response: ServerResponse): boolean {
  const answer = answerTo(error, source.sessionCookie.name);
  if (answer === undefined) return false;
  if (response.headersSent) {
    if (!response.writableEnded) response.destroy();
    return true;
  }
  readOn(response.req);
  const body = JSON.stringify(answer.body);
  response.writeHead(answer.status, {
    ...answer.headers,
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
  });
  response.end(body);
  return true;
}
