/** Token pairs for Fastify 5. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { NewPair, PairAnswer } from '../tokens/index.ts';
import { withStatus } from './answer.ts';
import { fastifyExchange } from './fastify-exchange.ts';
import { type KeySetOptions, keySetAnswer } from './key-set.ts';
import { logoutHeaders, type PairHandlerOptions, pairEndpoints, type TokenSource } from './pair-endpoints.ts';

/** A route handler that resolves with what Fastify is to send. */
export type FastifyPairHandler = (request: FastifyRequest, reply: FastifyReply) => Promise<PairAnswer['body']>;

export interface PairHandlers {
  /**
   * Begins a login, once the application knows who the user is; return what it resolves with.
   * @throws as `tokens.pairs.issue`; ResponseStartedError
   */
  login(request: FastifyRequest, reply: FastifyReply, login: NewPair): Promise<PairAnswer['body']>;
  /** Answers a new pair for a refresh token; a bad one gets 401, and 503 while the store is away. */
  readonly refresh: FastifyPairHandler;
  /** Ends the login of a refresh token and answers 204, also when there is none. */
  readonly logout: (request: FastifyRequest, reply: FastifyReply) => Promise<void>;
}

/**
 * Login, refresh and logout with token pairs.
 * @example
 * const auth = pairHandlers(sallyport, { transport: refreshCookieTransport({ path: '/auth' }) });
 * app.post('/auth/login', async (request, reply) => {
 *   return auth.login(request, reply, { userId: await checkPassword(request.body) });
 * });
 * app.post('/auth/refresh', auth.refresh);
 * app.post('/auth/logout', auth.logout);
 */
export function pairHandlers(source: TokenSource, options: PairHandlerOptions<FastifyRequest>): PairHandlers {
  const endpoints = pairEndpoints(source, options);
  return {
    login: async (request, reply, login) => {
      const answer = await endpoints.login(fastifyExchange(request, reply), login).catch(failing);
      reply.headers(answer.headers);
      return answer.body;
    },
    refresh: async (request, reply) => {
      const exchange = fastifyExchange(request, reply);
      const answer = await endpoints.refresh(exchange, request, async () => request.body).catch(failing);
      reply.headers(answer.headers);
      return answer.body;
    },
    logout: async (request, reply) => {
      await endpoints.logout(fastifyExchange(request, reply), async () => request.body).catch(failing);
      reply.code(204).headers(logoutHeaders);
    },
  };
}

/**
 * Answers the public keys as a JWK Set, and 503 while a key is not to be had.
 * @throws InvalidOptionError
 * @example app.get('/.well-known/jwks.json', jwksHandler(sallyport))
 */
export function jwksHandler(
  source: TokenSource,
  options: KeySetOptions = {},
): (request: FastifyRequest, reply: FastifyReply) => Promise<Buffer> {
  const answer = keySetAnswer(source, options);
  return async (_request, reply) => {
    const { headers, body } = await answer().catch(failing);
    reply.headers(headers);
    // As text Fastify would add a charset, which this media type does not have.
    return Buffer.from(body);
  };
}

function failing(error: unknown): Promise<never> {
  return Promise.reject(withStatus(error));
}
