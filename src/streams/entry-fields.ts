/** Entries as Redis gives them: an id, then names and values in turn. */
import type { RedisReply } from '../redis/port.ts';
import type { StoredEntry } from './store.ts';

export type RedisEntry = readonly [id: string, fields: readonly string[]];

export function storedEntry([id, fields]: RedisEntry): StoredEntry {
  return { id, ...eventOf(fields) };
}

/** What XREAD or XREADGROUP gave of the first stream that they name: a list of pairs, which a client may have made flat. */
export function firstEntries(reply: RedisReply): readonly RedisEntry[] {
  if (reply === null) return [];
  const [first, entries] = reply as RedisReply[];
  return (typeof first === 'string' ? entries : (first as RedisReply[])[1]) as unknown as RedisEntry[];
}

/** The event of an entry that this version wrote; see prelude.lua. */
export function eventOf(fields: readonly string[]): Omit<StoredEntry, 'id'> {
  const [name, event, ...more] = fields;
  const unreadable = { event: undefined };
  if (name !== 'event' || event === undefined) return unreadable;
  const trace = more[0] === 'trace' ? more[1] : undefined;
  const rest = trace === undefined ? more : more.slice(2);
  if (rest.length === 0) return trace === undefined ? { event } : { event, trace };
  const [, group, first] = /^([^ ]+) (\d+-\d+)$/.exec(rest[1] ?? '') ?? [];
  if (rest[0] !== 'redriven' || rest.length !== 2 || group === undefined || first === undefined) return unreadable;
  return { event, ...(trace === undefined ? {} : { trace }), redriven: { group, id: first } };
}

/** A reply of names and values. */
export function members(reply: RedisReply): Map<string, RedisReply> {
  const flat = reply as RedisReply[];
  const found = new Map<string, RedisReply>();
  for (let index = 0; index < flat.length; index += 2) found.set(String(flat[index]), flat[index + 1] ?? null);
  return found;
}
