/** Where load is sent, and as whom. What all kinds of load have in common. */
import { InvalidOptionError } from 'sallyport';
import { requireLoopback } from './loopback.ts';

/** The headers of one simulated user, e.g. its cookie and the address its requests come from. */
export type VisitorHeaders = Readonly<Record<string, string>>;

export interface LoadTarget {
  /** Of a server or of the balancer, on loopback, with the path, e.g. `http://127.0.0.1:8080/profile`. */
  readonly url: string;
  /** Taken in turn, request by request, so that many sessions are in use. @default one visitor without headers */
  readonly visitors?: readonly VisitorHeaders[];
  /** How long one request may take. @default 5000 */
  readonly requestTimeoutMs?: number;
}

/** Requests that were not answered with success, by what became of them. Plain JSON. */
export type FailureCounts = {
  /** Answered with another status than 2xx. */
  readonly non2xx: number;
  readonly timeouts: number;
  /** No connection, or one that broke before the answer was complete. */
  readonly errors: number;
};

export interface ResolvedTarget {
  readonly url: URL;
  readonly visitors: readonly VisitorHeaders[];
  readonly requestTimeoutMs: number;
}

/** What an HTTP client gives for the path. */
export function pathOf({ pathname, search }: URL): string {
  return `${pathname}${search}`;
}

/** @throws InvalidOptionError */
export function resolveTarget({ url, visitors = [{}], requestTimeoutMs = 5000 }: LoadTarget): ResolvedTarget {
  if (visitors.length === 0) throw new InvalidOptionError('visitors', 'a list of at least one set of headers');
  // A line break in a header would make two requests out of one. The value itself may be a session: it is not shown.
  const isField = (text: unknown) => typeof text === 'string' && /^[\t\x20-\x7e\x80-\xff]*$/.test(text);
  if (!visitors.every((headers) => Object.entries(headers).flat().every(isField))) {
    throw new InvalidOptionError('visitors', 'sets of headers whose names and values are text of one line');
  }
  requireWhole('requestTimeoutMs', requestTimeoutMs, 1, 600_000);
  return { url: requireLoopback(url), visitors, requestTimeoutMs };
}

/** @throws InvalidOptionError */
export function requireWhole(option: string, value: number, low: number, high: number): void {
  if (!Number.isSafeInteger(value) || value < low || value > high) {
    throw new InvalidOptionError(option, `a whole number from ${low} to ${high}`);
  }
}
