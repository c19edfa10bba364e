/** What a group of consumers is like at the moment. */
import { RedisReplyError } from '../redis/errors.ts';
import type { RedisPort, RedisReply } from '../redis/port.ts';
import { members } from './entry-fields.ts';
import { compareIds } from './entry-id.ts';
import { countAfterScript } from './redis-scripts.ts';
import type { GroupState, PendingEntry, PendingQuery } from './store.ts';

/** Owns what was given back; see prelude.lua. */
const releasedName = 'released';

export async function redisGroupState(
  redis: RedisPort,
  stream: string,
  group: string,
): Promise<GroupState | undefined> {
  const infos = await orAbsent(redis.command(['XINFO', 'GROUPS', stream], { key: stream }));
  const info = (infos as RedisReply[] | undefined)?.map(members).find((each) => each.get('name') === group);
  if (info === undefined) return undefined;
  const lastDeliveredId = String(info.get('last-delivered-id'));
  const [consumers, dead, lag] = await Promise.all([
    orAbsent(redis.command(['XINFO', 'CONSUMERS', stream, group], { key: stream })),
    redis.command(['XLEN', `${stream}:dead:${group}`]),
    lagOf(redis, stream, lastDeliveredId, info.get('lag') ?? null),
  ]);
  return {
    lag,
    pending: Number(info.get('pending')),
    lastDeliveredId,
    consumers: ((consumers ?? []) as RedisReply[])
      .map(members)
      .filter((each) => each.get('name') !== releasedName)
      .map((each) => ({
        name: String(each.get('name')),
        pending: Number(each.get('pending')),
        idleMs: Number(each.get('idle')),
      })),
    deadLetters: Number(dead),
  };
}

/**
 * Redis itself does not know the lag of a group that was begun in the middle of a stream, nor when an entry that it had
 * not read was deleted; and it counts what was trimmed away before the group had read it.
 */
async function lagOf(redis: RedisPort, stream: string, last: string, told: RedisReply): Promise<number> {
  const [length, oldest] = await Promise.all([
    redis.command(['XLEN', stream]),
    redis.command(['XRANGE', stream, '-', '+', 'COUNT', '1']),
  ]);
  const [first] = oldest as [string, string[]][];
  if (first === undefined) return 0;
  if (compareIds(last, first[0]) < 0) return Number(length);
  if (told !== null) return Number(told);
  for (let lag = 0, after = last; ; ) {
    const [counted, lastCounted] = (await redis.run(countAfterScript, [stream], [after])) as [number, string];
    lag += counted;
    if (counted < 1_000) return lag;
    after = lastCounted;
  }
}

export async function redisPending(
  redis: RedisPort,
  stream: string,
  group: string,
  { limit, after, consumer }: PendingQuery,
): Promise<PendingEntry[]> {
  const from = after === undefined ? '-' : `(${after}`;
  const only = consumer === undefined ? [] : [consumer];
  const rows = await orAbsent(redis.command(['XPENDING', stream, group, from, '+', String(limit), ...only]));
  return ((rows ?? []) as [string, string, number, number][]).map(([id, owner, idleMs, deliveries]) => ({
    id,
    consumer: owner === releasedName ? undefined : owner,
    idleMs,
    deliveries,
  }));
}

/** Without a group, or without a stream, there is nothing to tell. */
function orAbsent(reply: Promise<RedisReply>): Promise<RedisReply | undefined> {
  return reply.catch((error: unknown) => {
    if (isAbsent(error)) return undefined;
    throw error;
  });
}

/** Redis tells that a stream or a group is not there. */
export function isAbsent(error: unknown): boolean {
  if (!(error instanceof RedisReplyError)) return false;
  return error.reply === 'NOGROUP' || /no such key|key to exist/.test(error.message);
}
