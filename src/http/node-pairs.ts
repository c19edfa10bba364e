/** Token pairs for plain `node:http`. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { NewPair } from '../tokens/index.ts';
import { bodyOfNodeRequest } from './json-body.ts';
import { type KeySetOptions, keySetAnswer } from './key-set.ts';
import { NodeExchange } from './node-exchange.ts';
import { logoutHeaders, type PairHandlerOptions, pairEndpoints, type TokenSource } from './pair-endpoints.ts';

/** What they throw is answered by `withSession`, or by `sendError`. */
export interface PairHandlers {
  /**
   * Begins a login and answers it, once the application knows who the user is.
   * @throws as `tokens.pairs.issue`; ResponseStartedError
   */
  login(request: IncomingMessage, response: ServerResponse, login: NewPair): Promise<void>;
  /** Answers a new pair for a refresh token. @throws TokenError (401), RedisUnavailableError (503) */
  refresh(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** Ends the login of a refresh token and answers 204, also when there is none. @throws RedisUnavailableError (503) */
  logout(request: IncomingMessage, response: ServerResponse): Promise<void>;
}

/**
 * Login, refresh and logout with token pairs.
 * @example
 * const auth = pairHandlers(sallyport, { transport: refreshCookieTransport({ path: '/auth' }) });
 * // in the handler: await auth.login(request, response, { userId }), auth.refresh(request, response), …
 */
export function pairHandlers(source: TokenSource, options: PairHandlerOptions<IncomingMessage>): PairHandlers {
  const endpoints = pairEndpoints(source, options);
  return {
    login: async (request, response, login) => {
      const { headers, body } = await endpoints.login(new NodeExchange(request, response), login);
      sendJson(response, headers, JSON.stringify(body));
    },
    refresh: async (request, response) => {
      const exchange = new NodeExchange(request, response);
      const { headers, body } = await endpoints.refresh(exchange, request, () => bodyOfNodeRequest(request));
      sendJson(response, headers, JSON.stringify(body));
    },
    logout: async (request, response) => {
      await endpoints.logout(new NodeExchange(request, response), () => bodyOfNodeRequest(request));
      response.writeHead(204, logoutHeaders).end();
    },
  };
}

/**
 * Answers the public keys as a JWK Set. What it gives throws TokenKeysUnavailableError (503) while a key is not to be had.
 * @throws InvalidOptionError
 * @example const sendKeys = jwksHandler(sallyport); // in the handler: await sendKeys(request, response)
 */
export function jwksHandler(
  source: TokenSource,
  options: KeySetOptions = {},
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const answer = keySetAnswer(source, options);
  return async (_request, response) => {
    const { headers, body } = await answer();
    sendJson(response, headers, body);
  };
}

function sendJson(response: ServerResponse, headers: Readonly<Record<string, string>>, body: string): void {
  response.writeHead(200, {
    'Content-Type': 'application/json; charset=utf-8',
    ...headers,
    'Content-Length': Buffer.byteLength(body),
  });
  response.end(body);
}
