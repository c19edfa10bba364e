/** Token pairs for Express 5. */
import type { Request, RequestHandler, Response } from 'express';
import type { NewPair } from '../tokens/index.ts';
import { withStatus } from './answer.ts';
import { expressExchange } from './express-exchange.ts';
import { bodyOfNodeRequest } from './json-body.ts';
import { type KeySetOptions, keySetAnswer } from './key-set.ts';
import { logoutHeaders, type PairHandlerOptions, pairEndpoints, type TokenSource } from './pair-endpoints.ts';

export interface PairHandlers {
  /**
   * Begins a login and answers it, once the application knows who the user is.
   * @throws as `tokens.pairs.issue`; ResponseStartedError
   */
  login(request: Request, response: Response, login: NewPair): Promise<void>;
  /** Answers a new pair for a refresh token; a bad one gets 401, and 503 while the store is away. */
  readonly refresh: RequestHandler;
  /** Ends the login of a refresh token and answers 204, also when there is none. */
  readonly logout: RequestHandler;
}

/**
 * Login, refresh and logout with token pairs.
 * @example
 * const auth = pairHandlers(sallyport, { transport: refreshCookieTransport({ path: '/auth' }) });
 * app.post('/auth/login', async (request, response) => {
 *   await auth.login(request, response, { userId: await checkPassword(request.body) });
 * });
 * app.post('/auth/refresh', auth.refresh);
 * app.post('/auth/logout', auth.logout);
 */
export function pairHandlers(source: TokenSource, options: PairHandlerOptions<Request>): PairHandlers {
  const endpoints = pairEndpoints(source, options);
  return {
    login: async (request, response, login) => {
      const answer = await endpoints.login(expressExchange(request, response), login).catch(failing);
      response.set(answer.headers).json(answer.body);
    },
    refresh: async (request, response) => {
      const exchange = expressExchange(request, response);
      const answer = await endpoints.refresh(exchange, request, () => bodyOfNodeRequest(request)).catch(failing);
      response.set(answer.headers).json(answer.body);
    },
    logout: async (request, response) => {
      await endpoints.logout(expressExchange(request, response), () => bodyOfNodeRequest(request)).catch(failing);
      response.set(logoutHeaders).status(204).end();
    },
  };
}

/**
 * Answers the public keys as a JWK Set, and 503 while a key is not to be had.
 * @throws InvalidOptionError
 * @example app.get('/.well-known/jwks.json', jwksHandler(sallyport))
 */
export function jwksHandler(source: TokenSource, options: KeySetOptions = {}): RequestHandler {
  const answer = keySetAnswer(source, options);
  return async (_request, response) => {
    const { headers, body } = await answer().catch(failing);
    response.set(headers).send(Buffer.from(body));
  };
}

function failing(error: unknown): Promise<never> {
  return Promise.reject(withStatus(error));
}
