/** One HTTP request to an application and what came back. Never recorded as it is: it has cookies and tokens in it. */
import { Agent } from 'undici';
import type { LabAnswer } from '../experiments/lab-client.ts';

/** Why there is no status: `timeout`, `refused`, `broken`. */
type FailedRequest = Exclude<LabAnswer['status'], number>;

interface ExchangeRequest {
  /** Scheme, host and port. */
  readonly url: string;
  readonly path: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

export interface Exchange {
  readonly status: number | FailedRequest;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  readonly durationMs: number;
}

/** An answer longer than this is of no use to us. */
const longestAnswerBytes = 4 * 1024 * 1024;

export interface Http {
  /** Never rejects for what the application does, and settles within the time limit. @throws when the run is interrupted */
  send(request: ExchangeRequest, options?: ExchangeOptions): Promise<Exchange>;
  close(): Promise<void>;
}

export interface ExchangeOptions {
  /** @default that of the target file */
  readonly timeLimitMs?: number;
  /** Ends the request, and rejects. */
  readonly signal?: AbortSignal;
}

export function createHttp(timeLimitMs: number): Http {
  // A new connection for each request: one kept from before a kill would break where a new one is refused.
  const agent = new Agent({ pipelining: 0, maxResponseSize: longestAnswerBytes });
  return {
    send: async ({ url, path, method, headers, body }, options = {}) => {
      options.signal?.throwIfAborted();
      const startedAt = performance.now();
      const elapsed = () => Math.round((performance.now() - startedAt) * 100) / 100;
      // Not AbortSignal.any([signal, AbortSignal.timeout()]): nothing holds the second, and once it has been collected as
      // garbage it never ends anything (seen on Node 20).
      const end = new AbortController();
      const timer = setTimeout(
        () => end.abort(new DOMException('', 'TimeoutError')),
        options.timeLimitMs ?? timeLimitMs,
      );
      const interrupt = () => end.abort(options.signal?.reason);
      options.signal?.addEventListener('abort', interrupt, { once: true });
      try {
        const response = await agent.request({
          origin: url,
          path,
          method: method as 'GET',
          headers,
          body: body ?? null,
          signal: end.signal,
        });
        const text = await response.body.text();
        return { status: response.statusCode, headers: response.headers, text, durationMs: elapsed() };
      } catch (error) {
        options.signal?.throwIfAborted();
        return { status: failureOf(error), headers: {}, text: '', durationMs: elapsed() };
      } finally {
        clearTimeout(timer);
        options.signal?.removeEventListener('abort', interrupt);
      }
    },
    close: () => agent.destroy(),
  };
}

function failureOf(error: unknown): FailedRequest {
  const { name, code } = error as { name?: string; code?: string };
  if (name === 'TimeoutError' || code?.endsWith('_TIMEOUT') === true || code === 'ETIMEDOUT') return 'timeout';
  return code === 'ECONNREFUSED' ? 'refused' : 'broken';
}
