/** Login, refresh and logout with token pairs, for any framework: what comes in, and what is to be answered. */
import {
  beginPair,
  endPair,
  type NewPair,
  type PairAnswer,
  type PairTransport,
  refreshPair,
  type Tokens,
} from '../tokens/index.ts';
import { ResponseStartedError } from './errors.ts';
import type { HttpExchange } from './exchange.ts';

/** What the handlers for pairs use of `createSallyport`. */
export interface TokenSource {
  readonly tokens: Tokens;
}

export interface PairHandlerOptions<Request> {
  /** `refreshCookieTransport({ path })` for pages in a browser, `bodyPairTransport()` for apps and services. */
  readonly transport: PairTransport;
  /**
   * The device a request comes from, for pairs that were issued with a `deviceId`.
   * @default none: only pairs without a `deviceId` can be refreshed
   */
  readonly deviceId?: (request: Request) => string | undefined;
}

type PairExchangeOfRequest = Pick<HttpExchange, 'cookieHeader' | 'setCookie' | 'responseStarted'>;

interface PairEndpoints<Request> {
  login(exchange: PairExchangeOfRequest, login: NewPair): Promise<PairAnswer>;
  refresh(exchange: PairExchangeOfRequest, request: Request, body: () => Promise<unknown>): Promise<PairAnswer>;
  /** Answered 204, also when there was nothing to end. */
  logout(exchange: PairExchangeOfRequest, body: () => Promise<unknown>): Promise<void>;
}

/** What a logout is answered with beside its status. */
export const logoutHeaders: PairAnswer['headers'] = { 'Cache-Control': 'no-store' };

/** @throws InvalidOptionError when there are no tokens, or no pairs */
export function pairEndpoints<Request>(
  source: TokenSource,
  { transport, deviceId = () => undefined }: PairHandlerOptions<Request>,
): PairEndpoints<Request> {
  // Now, so that what is missing in the set-up is found out when the routes are made.
  const { pairs } = source.tokens;
  const read = async (body: () => Promise<unknown>) => (transport.readsBody ? body() : undefined);
  // Before anything is stored: what has been spent could not be sent any more.
  const mustNotHaveStarted = (exchange: PairExchangeOfRequest) => {
    if (exchange.responseStarted()) throw new ResponseStartedError();
  };
  return {
    login: async (exchange, login) => {
      mustNotHaveStarted(exchange);
      return beginPair(pairs, transport, exchange, login);
    },
    refresh: async (exchange, request, body) => {
      mustNotHaveStarted(exchange);
      const presented = { body: await read(body), deviceId: deviceId(request) };
      return refreshPair(pairs, transport, exchange, presented);
    },
    logout: async (exchange, body) => {
      mustNotHaveStarted(exchange);
      await endPair(pairs, transport, exchange, { body: await read(body) });
    },
  };
}
