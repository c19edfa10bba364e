import { SallyportError } from '../errors.ts';

/**
 * Why Redis can not be used: `deadline` = sent but not answered in time, `disconnected` = there is no working connection,
 * `refusing` = the server answers but can not serve (loading, read-only, out of memory), `closed` = `close()` was called.
 */
export type RedisUnavailableReason = 'deadline' | 'disconnected' | 'refusing' | 'closed';

/**
 * Redis did not answer in time or cannot be reached. What was sent may or may not have been carried out.
 * An HTTP adapter answers 503 with `Retry-After`; it never becomes a 401.
 */
export class RedisUnavailableError extends SallyportError {
  override readonly name: string = 'RedisUnavailableError';
  readonly reason: RedisUnavailableReason;
  /** With the reason `closed`: the command was on its way when the connection was closed, and may be carried out. */
  readonly wasSent: boolean;

  constructor(
    reason: RedisUnavailableReason,
    message: string,
    { wasSent = false, ...options }: ErrorOptions & { readonly wasSent?: boolean } = {},
  ) {
    super('ERR_REDIS_UNAVAILABLE', message, options);
    this.reason = reason;
    this.wasSent = wasSent;
  }
}

/** Redis answered with an error (`WRONGTYPE`, `NOPERM`, `OOM` …): a fault of set-up, not an outage. */
export class RedisReplyError extends SallyportError {
  override readonly name: string = 'RedisReplyError';
  /** The first word of Redis' answer, e.g. `NOPERM`. */
  readonly reply: string;

  constructor(reply: string, message: string, options?: ErrorOptions) {
    super('ERR_REDIS_REPLY', message, options);
    this.reply = reply;
  }
}

/** Whether what was asked for may have been done: a refusal is an answer, and a connection closed before was never asked. */
export function isAmbiguous(error: unknown): boolean {
  if (!(error instanceof RedisUnavailableError) || error.reason === 'refusing') return false;
  return error.reason !== 'closed' || error.wasSent;
}
