/** From what a client rejects with to the errors of `RedisPort`. */
import { SallyportError } from '../errors.ts';
import { RedisReplyError, RedisUnavailableError } from './errors.ts';

/** Answers of a server that is there but can not serve now: callers treat them like an outage. */
const refusals = new Set([
  'LOADING',
  'MASTERDOWN',
  'CLUSTERDOWN',
  'TRYAGAIN',
  'READONLY',
  'BUSY',
  'OOM',
  'MISCONF',
  'NOREPLICAS',
  // A blocked command whose server became a replica.
  'UNBLOCKED',
]);

/**
 * Redis answers errors as `WORD text`; everything else a client rejects with means that no answer came. The client's
 * own error is not kept as the cause: it carries the command's arguments, and those hold what must not reach a log.
 */
export function translateError(error: unknown): SallyportError {
  if (error instanceof SallyportError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const word = /^[A-Z]{3,}(?= |$)/.exec(message)?.[0];
  if (word === undefined) {
    return new RedisUnavailableError(
      'disconnected',
      `The connection to Redis was lost before it answered (${message}).`,
    );
  }
  if (refusals.has(word)) return new RedisUnavailableError('refusing', `Redis refuses to serve now: ${word}.`);
  return new RedisReplyError(word, `Redis answered: ${message.replace(/,? with args beginning with.*$/s, '')}`);
}
