/** The HTTP client of all experiments: one simulated user with its cookies, its bearer token and its own address. */
import { Agent, type Dispatcher } from 'undici';
import type { Json } from '../results.ts';
import { CookieJar } from './cookie-jar.ts';

/** No answer: none within the time limit; nobody listens; the connection broke before the answer was complete. */
type FailedRequest = 'timeout' | 'refused' | 'broken';

/** What one request led to. Plain JSON, and free of cookies and tokens, so that it can be recorded as it is. */
export type LabAnswer = {
  /** The HTTP status, or why there is none. */
  readonly status: number | FailedRequest;
  /** The JSON body without its `token`; `null` when there was none. */
  readonly body: { readonly [name: string]: Json } | null;
  /** Which server answered, from `X-Server-Id`; `null` when none of ours did. */
  readonly server: string | null;
  /** The servers that the balancer tried, from `X-Upstream`; empty without a balancer. */
  readonly upstreams: readonly string[];
  readonly durationMs: number;
};

export interface LabUser {
  readonly userId: string;
  readonly username: string;
  readonly role?: string;
}

export interface LabClientOptions {
  /** Sent as `X-Forwarded-For`; may be changed later. @default none */
  readonly address?: string;
  /** @default 5000 */
  readonly timeLimitMs?: number;
}

export interface LabRequest {
  /** @default 'GET' */
  readonly method?: 'GET' | 'POST';
  readonly body?: Json;
  readonly headers?: Readonly<Record<string, string>>;
}

export class LabClient {
  address: string | undefined;
  /** Sent as `Authorization: Bearer`; taken from the body of an answer that has one. */
  token: string | undefined;
  readonly cookies: CookieJar = new CookieJar();
  readonly #timeLimitMs: number;
  /** A new connection for each request: one kept from before a kill would break where a new one is refused. */
  readonly #agent: Agent = new Agent({ pipelining: 0 });

  constructor({ address, timeLimitMs = 5000 }: LabClientOptions = {}) {
    this.address = address;
    this.#timeLimitMs = timeLimitMs;
  }

  /** @param url Of a server or of the balancer, e.g. `http://127.0.0.1:8080`. */
  login(url: string, user: LabUser): Promise<LabAnswer> {
    return this.request(url, '/login', { method: 'POST', body: { ...user } });
  }

  profile(url: string): Promise<LabAnswer> {
    return this.request(url, '/profile');
  }

  logout(url: string): Promise<LabAnswer> {
    return this.request(url, '/logout', { method: 'POST' });
  }

  /** Never rejects, and always settles within the time limit. */
  async request(
    url: string,
    path: string,
    { method = 'GET', body, headers = {} }: LabRequest = {},
  ): Promise<LabAnswer> {
    const startedAt = performance.now();
    const elapsed = () => Math.round((performance.now() - startedAt) * 100) / 100;
    try {
      const response = await this.#agent.request({
        origin: url,
        path,
        method,
        headers: this.#headers(headers, body),
        body: body === undefined ? null : JSON.stringify(body),
        signal: AbortSignal.timeout(this.#timeLimitMs),
      });
      const text = await response.body.text();
      return { ...this.#read(response, text), durationMs: elapsed() };
    } catch (error) {
      return { status: failureOf(error), body: null, server: null, upstreams: [], durationMs: elapsed() };
    }
  }

  #headers(given: Readonly<Record<string, string>>, body: Json | undefined): Record<string, string> {
    const cookie = this.cookies.header();
    return {
      ...(this.address === undefined ? {} : { 'x-forwarded-for': this.address }),
      ...(cookie === undefined ? {} : { cookie }),
      ...(this.token === undefined ? {} : { authorization: `Bearer ${this.token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...given,
    };
  }

  #read({ statusCode, headers }: Dispatcher.ResponseData, text: string): Omit<LabAnswer, 'durationMs'> {
    this.cookies.take(headers['set-cookie']);
    const parsed = parseObject(text);
    const { token, ...body } = parsed ?? {};
    if (typeof token === 'string') this.token = token;
    const [server] = [headers['x-server-id'] ?? null].flat();
    return {
      status: statusCode,
      body: parsed === undefined ? null : body,
      server: server ?? null,
      upstreams: [headers['x-upstream'] ?? []].flat().flatMap((tried) => tried.split(/ *[,:] +/)),
    };
  }
}

function parseObject(text: string): Record<string, Json> | undefined {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, Json>)
      : undefined;
  } catch {
    return undefined;
  }
}

function failureOf(error: unknown): FailedRequest {
  const { name, code } = error as { name?: string; code?: string };
  if (name === 'TimeoutError' || code?.endsWith('_TIMEOUT') === true || code === 'ETIMEDOUT') return 'timeout';
  return code === 'ECONNREFUSED' ? 'refused' : 'broken';
}
