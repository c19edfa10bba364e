import { RedisReplyError } from '../redis/errors.ts';
import { checkNamespace, defaultNamespace, slotKeys } from '../redis/keys.ts';
import type { RedisPort, RedisReply, RedisScript } from '../redis/port.ts';
import { members, type RedisEntry, storedEntry } from './entry-fields.ts';
import { streamBase } from './keys.ts';
import { redisDeadLetters } from './redis-dead-letters.ts';
import { isAbsent, redisGroupState, redisPending } from './redis-group.ts';
import {
  appendPlainScript,
  appendScript,
  leaveScript,
  removeGroupScript,
  seekScript,
  trimScript,
} from './redis-scripts.ts';
import { RedisTurns } from './redis-turns.ts';
import { RedisStreamWatch } from './redis-watch.ts';
import type { AppendResult, NewEntry, StreamState, StreamStore } from './store.ts';

export interface RedisStreamStoreOptions {
  readonly name: string;
  /** Prefix of all keys. @default 'sallyport' */
  readonly namespace?: string;
}

/**
 * Keeps a stream in Redis 7.0 or Valkey. A turn of a consumer is one round trip, however many entries it acknowledges and
 * takes. A consumer uses one store for all its turns.
 * @throws InvalidOptionError for a name or namespace that cannot be part of a key.
 */
export function redisStreamStore(redis: RedisPort, options: RedisStreamStoreOptions): StreamStore {
  return openRedisStreamStore(redis, options);
}

/** @param reading.plainFrom so many entries at once are read by a plain command; see redis-turns.ts */
export function openRedisStreamStore(
  redis: RedisPort,
  { name, namespace = defaultNamespace }: RedisStreamStoreOptions,
  { plainFrom = 8 }: { readonly plainFrom?: number } = {},
): StreamStore {
  const stream = streamBase(checkNamespace(namespace), name);
  const keys = slotKeys(stream);
  const run = (script: RedisScript, args: readonly string[]): Promise<RedisReply> => redis.run(script, keys, args);
  /** For a script that uses nothing but the stream itself, and so works while the slot moves. */
  const runAlone = (script: RedisScript, args: readonly string[]) => redis.run(script, [stream], args);
  const watch = new RedisStreamWatch(redis, stream);
  const turns = new RedisTurns(redis, stream, plainFrom);

  return {
    append: async (entries, keyTtlMs) => {
      if (entries.length === 0) return { ids: [], duplicates: [] };
      if (entries.every(isPlain)) {
        const ids = await runAlone(appendPlainScript, entries.map(eventOf));
        return { ids: ids as string[], duplicates: noDuplicates };
      }
      const args = [String(entries.length), String(Math.ceil(keyTtlMs))];
      for (const { event, trace = '', key = '' } of entries) args.push(event, trace, key);
      return appended((await run(appendScript, args)) as string[]);
    },
    range: async (from, to, limit, order) => {
      const ends = order === 'ascending' ? ['XRANGE', stream, from, to] : ['XREVRANGE', stream, to, from];
      const found = await redis.command([...ends, 'COUNT', String(limit)]);
      return (found as unknown as RedisEntry[]).map(storedEntry);
    },
    length: async () => Number(await redis.command(['XLEN', stream])),
    state: () => streamState(redis, stream),
    trim: async ({ maxLength, maxAgeMs, keepsUnacknowledged }) => {
      const args = [maxLength, maxAgeMs].map((limit) => (limit === undefined ? '' : String(Math.ceil(limit))));
      args.push(keepsUnacknowledged ? '1' : '0');
      for (let removed = 0; ; ) {
        const [these, more] = (await runAlone(trimScript, args)) as number[];
        removed += these ?? 0;
        if (more !== 1) return removed;
      }
    },
    wait: (after, timeoutMs, signal) => watch.wait(after, timeoutMs, signal),

    createGroup: async (group, after) => {
      try {
        await redis.command(['XGROUP', 'CREATE', stream, group, after, 'MKSTREAM'], { key: stream });
        return true;
      } catch (error) {
        if (error instanceof RedisReplyError && error.reply === 'BUSYGROUP') return false;
        throw error;
      }
    },
    turn: (turn) => turns.take(turn),
    leave: async (group, consumer, started) => {
      turns.forget(group, consumer);
      return Number(await run(leaveScript, [group, consumer, ...started]));
    },
    groupState: (group) => redisGroupState(redis, stream, group),
    pending: (group, query) => redisPending(redis, stream, group, query),
    seek: async (group, after) => (await run(seekScript, [group, after])) === 1,
    removeGroup: async (group) => (await run(removeGroupScript, [group])) === 1,
    deadLetters: (group) => redisDeadLetters(redis, stream, group),
    close: () => watch.close(),
  };
}

const noDuplicates: readonly number[] = [];

function isPlain({ trace, key }: NewEntry): boolean {
  return trace === undefined && key === undefined;
}

function eventOf({ event }: NewEntry): string {
  return event;
}

function appended(replies: readonly string[]): AppendResult {
  const duplicates: number[] = [];
  const ids = replies.map((reply, index) => {
    if (!reply.startsWith('=')) return reply;
    duplicates.push(index);
    return reply.slice(1);
  });
  return { ids, duplicates };
}

async function streamState(redis: RedisPort, stream: string): Promise<StreamState> {
  let reply: RedisReply[];
  try {
    reply = (await Promise.all([
      redis.command(['XINFO', 'STREAM', stream], { key: stream }),
      redis.command(['XINFO', 'GROUPS', stream], { key: stream }),
    ])) as RedisReply[];
  } catch (error) {
    if (isAbsent(error)) return { length: 0, firstId: undefined, lastId: undefined, added: 0, groups: [] };
    throw error;
  }
  const info = members(reply[0] ?? []);
  const added = Number(info.get('entries-added'));
  const first = info.get('first-entry') as RedisEntry | null;
  return {
    length: Number(info.get('length')),
    firstId: first?.[0],
    lastId: added === 0 ? undefined : String(info.get('last-generated-id')),
    added,
    groups: (reply[1] as RedisReply[]).map((group) => String(members(group).get('name'))),
  };
}
