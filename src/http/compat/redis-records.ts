import { defineScript } from '../../redis/define-script.ts';
import type { RedisPort, RedisScript } from '../../redis/port.ts';
import { scanKeys } from '../../redis/scan-keys.ts';
import { endedMs, type RecordFields, type RecordStore } from './record-store.ts';

const putScript = defineScript(new URL('./put.lua', import.meta.url));
const changeScript = defineScript(new URL('./change.lua', import.meta.url));
const endScript = defineScript(new URL('./end.lua', import.meta.url));
const joinScript = defineScript(new URL('./join.lua', import.meta.url));

/** Keeps sessions in Redis or Valkey: a hash each, so that a change writes what changed and nothing else. */
export function redisRecords(redis: RedisPort, { namespace }: { readonly namespace: string }): RecordStore {
  const key = (name: string) => `${namespace}:compat:{${name}}`;
  const endKey = (name: string) => `${key(name)}:ended`;
  const userKey = (user: string) => `${namespace}:compat:user:{${user}}`;
  const run = (script: RedisScript, name: string, args: readonly string[]) =>
    redis.run(script, [key(name), endKey(name)], args);

  return {
    read: async (name) => {
      const flat = (await redis.command(['HGETALL', key(name)])) as string[];
      return flat.length === 0 ? undefined : pairs(flat);
    },
    put: async (name, fields, ttlMs) => {
      const args = [String(ttlMs), ...[...fields].flat()];
      return (await run(putScript, name, args)) as 'stored' | 'ended';
    },
    change: async (name, { set, remove, cookie, dates, ttlMs }) => {
      const args = [String(ttlMs), cookie, dates, String(remove.length), ...remove, ...[...set].flat()];
      return (await run(changeScript, name, args)) as 'stored' | 'missing' | 'ended';
    },
    end: async (name, { as, ofUser = '' }) => {
      const [outcome, user] = (await run(endScript, name, [as, String(endedMs), ofUser])) as [string, string];
      return { ended: outcome === 'ended', user: user === '' ? undefined : user };
    },
    async *names() {
      for await (const keys of scanKeys(redis, { prefix: `${namespace}:compat:`, rest: '{*}' })) {
        yield keys.map((found) => found.slice(found.lastIndexOf('{') + 1, -1));
      }
    },
    join: async (user, name, ttlMs) => {
      await redis.run(joinScript, [userKey(user)], [name, String(ttlMs)]);
    },
    leave: async (user, name) => {
      await redis.command(['ZREM', userKey(user), name]);
    },
    namesOf: async (user) => (await redis.command(['ZRANGE', userKey(user), '0', '-1'])) as string[],
    close: async () => {},
  };
}

function pairs(flat: readonly string[]): RecordFields {
  const fields = new Map<string, string>();
  for (let at = 0; at < flat.length; at += 2) fields.set(flat[at] ?? '', flat[at + 1] ?? '');
  return fields;
}
