/** Token pairs for Hono 4. */
import type { Context, Handler } from 'hono';
import type { NewPair } from '../tokens/index.ts';
import { putCookie, withResponse } from './hono-response.ts';
import { readJsonBody } from './json-body.ts';
import { type KeySetOptions, keySetAnswer } from './key-set.ts';
import { logoutHeaders, type PairHandlerOptions, pairEndpoints, type TokenSource } from './pair-endpoints.ts';

export interface PairHandlers {
  /**
   * Begins a login, once the application knows who the user is; return the response it resolves with.
   * @throws as `tokens.pairs.issue`
   */
  login(context: Context, login: NewPair): Promise<Response>;
  /** Answers a new pair for a refresh token; a bad one gets 401, and 503 while the store is away. */
  readonly refresh: Handler;
  /** Ends the login of a refresh token and answers 204, also when there is none. */
  readonly logout: Handler;
}

/**
 * Login, refresh and logout with token pairs.
 * @example
 * const auth = pairHandlers(sallyport, { transport: refreshCookieTransport({ path: '/auth' }) });
 * app.post('/auth/login', async (c) => auth.login(c, { userId: await checkPassword(await c.req.json()) }));
 * app.post('/auth/refresh', auth.refresh);
 * app.post('/auth/logout', auth.logout);
 */
export function pairHandlers(source: TokenSource, options: PairHandlerOptions<Context>): PairHandlers {
  const endpoints = pairEndpoints(source, options);
  return {
    login: async (context, login) => {
      const { body, headers } = await endpoints.login(exchangeOf(context), login).catch(failing);
      return context.json(body, 200, headers);
    },
    refresh: async (context) => {
      const answer = endpoints.refresh(exchangeOf(context), context, () => bodyOf(context));
      const { body, headers } = await answer.catch(failing);
      return context.json(body, 200, headers);
    },
    logout: async (context) => {
      await endpoints.logout(exchangeOf(context), () => bodyOf(context)).catch(failing);
      return context.body(null, 204, logoutHeaders);
    },
  };
}

/**
 * Answers the public keys as a JWK Set, and 503 while a key is not to be had.
 * @throws InvalidOptionError
 * @example app.get('/.well-known/jwks.json', jwksHandler(sallyport))
 */
export function jwksHandler(source: TokenSource, options: KeySetOptions = {}): Handler {
  const answer = keySetAnswer(source, options);
  return async (context) => {
    const { body, headers } = await answer().catch(failing);
    return context.body(body, 200, headers);
  };
}

/** The response is what a handler returns, so it cannot have begun. */
function exchangeOf(context: Context) {
  return {
    cookieHeader: context.req.header('cookie'),
    responseStarted: () => false,
    setCookie: (name: string, header: string) => putCookie(context, { name, header }),
  };
}

async function bodyOf({ req }: Context): Promise<unknown> {
  // Somebody in front, e.g. a validator, has read it: Hono keeps what was read.
  if (req.raw.bodyUsed) return req.json().catch(() => undefined);
  return req.raw.body === null ? undefined : readJsonBody(req.raw.body);
}

function failing(error: unknown): Promise<never> {
  return Promise.reject(withResponse(error));
}
