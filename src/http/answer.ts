/** Which HTTP answer each error gets: the only place that knows status codes. */
import { SallyportError } from '../errors.ts';
import { AccessDeniedError } from './errors.ts';

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: { readonly error: string; readonly code: string };
}

/** How soon a client may ask again after a 503, in seconds. */
const retryAfterSeconds = 1;

const statuses: Readonly<Record<string, number>> = {
  ERR_SESSION_NOT_FOUND: 401,
  ERR_SESSION_ENDED: 401,
  ERR_SESSION_EVICTED: 401,
  ERR_SESSION_UNDECODABLE: 401,
  ERR_TOKEN_MISSING: 401,
  ERR_TOKEN_EXPIRED: 401,
  ERR_TOKEN_INVALID_SIGNATURE: 401,
  ERR_TOKEN_REVOKED: 401,
  ERR_TOKEN_MALFORMED: 401,
  ERR_TOKEN_CLAIM_REFUSED: 401,
  ERR_REFRESH_UNKNOWN: 401,
  ERR_REFRESH_EXPIRED: 401,
  ERR_REFRESH_ENDED: 401,
  ERR_REFRESH_REUSED: 401,
  ERR_REFRESH_WRONG_DEVICE: 401,
  ERR_ACCESS_DENIED: 403,
  ERR_SESSION_CONFLICT: 409,
  ERR_SESSION_LIMIT: 409,
  ERR_SESSION_DATA_TOO_LARGE: 413,
  ERR_SESSION_NOT_SERIALISABLE: 422,
  ERR_SESSION_IDENTITY_INVALID: 422,
  ERR_PAYLOAD: 422,
  ERR_REDIS_UNAVAILABLE: 503,
  ERR_TOKEN_KEYS_UNAVAILABLE: 503,
  ERR_TOKEN_REVOCATIONS_BEHIND: 503,
  ERR_TASK_AMBIGUOUS: 503,
  ERR_APPEND_AMBIGUOUS: 503,
  ERR_QUEUE_FULL: 503,
};

/**
 * The answer to an error of ours; `undefined` for a stranger's. Messages of faults that concern only the operator are
 * not told to the client.
 */
export function answerTo(error: unknown, cookieName: string): HttpAnswer | undefined {
  if (!(error instanceof SallyportError)) return undefined;
  const status = statuses[error.code] ?? 500;
  return {
    status,
    headers: headersOf(error, status, cookieName),
    body: { error: publicMessage(error, status), code: error.code },
  };
}

/**
 * The error with the members that frameworks' own error handlers read, so that what a guard throws gets the right
 * status even where ours is not mounted.
 */
export function withStatus(error: unknown): unknown {
  const answer = answerTo(error, 'session');
  return answer === undefined
    ? error
    : Object.assign(error as Error, { status: answer.status, headers: answer.headers });
}

function publicMessage(error: SallyportError, status: number): string {
  if (status === 503) return 'service unavailable';
  if (status >= 500) return 'internal server error';
  if (error.code === 'ERR_SESSION_UNDECODABLE') return 'session not found';
  return error.message;
}

function headersOf(error: SallyportError, status: number, cookieName: string): Record<string, string> {
  if (status === 503) return { 'Retry-After': String(retryAfterSeconds), 'Cache-Control': 'no-store' };
  if (error instanceof AccessDeniedError && error.byToken) {
    return { 'WWW-Authenticate': 'Bearer error="insufficient_scope"' };
  }
  if (status !== 401) return {};
  return { 'WWW-Authenticate': challenge(error, cookieName), 'Cache-Control': 'no-store' };
}

/** RFC 6750 section 3 for tokens; for cookies the scheme of draft-broyer-http-cookie-auth, which no browser asks for. */
function challenge(error: SallyportError, cookieName: string): string {
  if (error.code === 'ERR_TOKEN_MISSING') return 'Bearer';
  if (/^ERR_(TOKEN|REFRESH)_/.test(error.code))
    return `Bearer error="invalid_token", error_description="${error.message}"`;
  return `Cookie cookie-name="${cookieName}"`;
}
