/** What the two Redis layouts share: how they call their scripts and read a new session back. */
import { RedisReplyError } from '../redis/errors.ts';
import type { RedisPort, RedisScript } from '../redis/port.ts';
import type { RawValue, SessionCodec } from './codec.ts';
import { SessionUndecodableError } from './errors.ts';
import { renewalParts } from './expiry.ts';
import type { NewSessionRecord, SessionReadOptions, SessionRecord, SessionRetiming } from './store.ts';

export type CallScript = (script: RedisScript, keys: string[], args: RawValue[]) => Promise<RawValue[]>;

/** Runs scripts with replies in the form the codec reads; a script that returns one word gives a list of one. */
export function scriptCaller(redis: RedisPort, codec: SessionCodec): CallScript {
  const reply = codec.binary ? 'buffer' : 'text';
  return async (script, keys, args) => {
    const answer = await redis.run(script, keys, args, { reply }).catch(orUndecodable);
    return (Array.isArray(answer) ? answer : [answer]) as RawValue[];
  };
}

/** A key of another type holds a session of another layout: the record cannot be read, Redis itself is well. */
function orUndecodable(error: unknown): never {
  if (error instanceof RedisReplyError && error.message.includes('WRONGTYPE')) {
    throw new SessionUndecodableError('it was written with another layout');
  }
  throw error;
}

/** What the read scripts are told. */
export function readArguments({ renew }: SessionReadOptions, indexSlackMs: string): string[] {
  if (renew === 'due') return ['due', String(renewalParts), indexSlackMs];
  return renew ? ['renew', '', indexSlackMs] : ['keep'];
}

/** A session as a reader sees it right after it was made at `now`, on Redis' clock. */
export function createdRecord(record: NewSessionRecord, [now, ends, beginning]: readonly RawValue[]): SessionRecord {
  const { absoluteMs, ...known } = record;
  const createdAt = Number(beginning);
  const readAt = Number(now);
  return {
    ...known,
    createdAt,
    lastAccess: readAt,
    ...(record.userId === undefined ? {} : { loginTime: createdAt }),
    expiresAt: Number(ends),
    absoluteAt: absoluteMs === undefined ? undefined : readAt + absoluteMs,
    readAt,
  };
}

/** What a script said of a new idle time. */
export function retimed([status, now]: readonly RawValue[]): SessionRetiming {
  if (String(status) === 'changed') return { status: 'changed', lastAccess: Number(now) };
  return { status: String(status) === 'ended' ? 'ended' : 'missing' };
}
