import { RedisReplyError } from '../redis/errors.ts';
import { SessionUndecodableError } from './errors.ts';

/** A key of another type holds a session of another layout: the record cannot be read, Redis itself is well. */
export function orUndecodable(error: unknown): never {
  if (error instanceof RedisReplyError && error.message.includes('WRONGTYPE')) {
    throw new SessionUndecodableError('it was written with another layout');
  }
  throw error;
}
