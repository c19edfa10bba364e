import { defineScript } from '../redis/define-script.ts';
import type { RedisPort } from '../redis/port.ts';
import type { RawValue } from './codec.ts';
import { SessionConflictError, type SessionEndReason } from './errors.ts';
import { sessionKey } from './keys.ts';
import { dataSizeBytes, sameRawValue } from './raw-value.ts';
import { createdRecord, readArguments, retimed, scriptCaller } from './redis-call.ts';
import { type WatchedChange, watched } from './redis-expiry.ts';
import { openIndex, type RedisStoreSettings } from './redis-index.ts';
import { layoutScripts, listingScript, type RedisLayout } from './redis-layout.ts';
import type { SessionKey } from './session-id.ts';
import type { SessionChangeResult, SessionReadOptions, SessionRotation, SessionStore } from './store.ts';
import {
  decodeBody,
  decodedData,
  decodeRecord,
  encodeBody,
  encodedData,
  newBody,
  rawBodyOf,
  readableData,
  type SessionBody,
} from './string-record.ts';

const scripts = layoutScripts(new URL('./string-layout.lua', import.meta.url));
const readScript = defineScript(new URL('./read-string.lua', import.meta.url));
const replaceScript = defineScript(new URL('./replace-string.lua', import.meta.url));
const retimeScript = listingScript(new URL('./retime-string.lua', import.meta.url));
const rotateScript = listingScript(new URL('./rotate-string.lua', import.meta.url));

const attempts = 100;

/**
 * One string per session: fewer bytes, one value to look at, but a change reads and replaces the whole (two round
 * trips). A replacement is made only on the very body it was made from, else it is made again.
 */
export function redisStringStore(redis: RedisPort, settings: RedisStoreSettings): SessionStore {
  const { codec, namespace } = settings;
  const run = scriptCaller(redis, codec);
  const layout: RedisLayout = {
    encode: (record) => [encodeBody(codec, newBody(codec, record))],
    decode: (stored, expiresAt, readAt) => decodeRecord(codec, stored as RawValue, expiresAt, readAt),
    remains: (held) => ({ data: readableData(codec, held as RawValue) }),
  };
  const { users, expiry, slackMs, close, keys: keysOf } = openIndex(redis, run, settings, layout, scripts);
  const read = async (key: SessionKey, options: SessionReadOptions) => {
    const [status, detail, now, stored] = await run(readScript, keysOf(key), readArguments(options, slackMs));
    return { status: String(status), detail, readAt: Number(now), stored: stored as RawValue };
  };
  const absence = (status: string, detail: RawValue | undefined) =>
    status === 'ended'
      ? { status: 'ended' as const, reason: String(detail) as SessionEndReason }
      : { status: 'missing' as const };

  return {
    codec,
    users,
    create: async (key, record) => {
      const times = [String(record.idleMs ?? 0), String(record.absoluteMs ?? 0)];
      const args = [...times, ...layout.encode(record)];
      return createdRecord(record, await run(scripts.create, [sessionKey(namespace, key)], args));
    },
    read: async (key, options) => {
      const { status, detail, readAt, stored } = await read(key, options);
      if (status !== 'live') return absence(status, detail);
      return { status: 'live', record: decodeRecord(codec, stored, Number(detail), readAt) };
    },
    change: async (key, { set, remove, expect, maxDataBytes }): Promise<SessionChangeResult> => {
      for (let attempt = 0; attempt < attempts; attempt++) {
        const { status, detail, stored } = await read(key, { renew: false });
        if (status !== 'live') return absence(status, detail);
        const before = rawBodyOf(stored);
        const body = decodeBody(codec, before);
        const data = encodedData(codec, body);
        if (expect !== undefined) {
          const value = data.get(expect.field);
          if (!sameRawValue(value, expect.value)) return { status: 'conflict', value };
        }
        const bytesBefore = dataSizeBytes(data);
        for (const field of remove) data.delete(field);
        for (const [field, raw] of set) data.set(field, raw);
        const sizeBytes = dataSizeBytes(data);
        if (sizeBytes > maxDataBytes && sizeBytes > bytesBefore) return { status: 'too-large', sizeBytes };
        const after = encodeBody(codec, { ...body, data: decodedData(codec, data) });
        const [outcome, reason] = await run(replaceScript, [sessionKey(namespace, key)], [before, after]);
        if (String(outcome) === 'changed') return { status: 'changed' };
        if (String(outcome) !== 'overtaken') return absence(String(outcome), reason);
      }
      throw new SessionConflictError([...set.keys(), ...remove].join(', '), attempts);
    },
    retime: async (key, { idleMs, userId }) => {
      const change: WatchedChange = (looked, since) =>
        run(retimeScript, [...keysOf(key), ...looked], [String(idleMs), slackMs, since]);
      return retimed(await watched(expiry, userId, idleMs, change));
    },
    rotate: async (from, to, { role, tombstoneMs }): Promise<SessionRotation> => {
      const keys = keysOf(from, to);
      for (let attempt = 0; attempt < attempts; attempt++) {
        const bodies: RawValue[] = ['', ''];
        if (role !== undefined) {
          const { status, detail, stored } = await read(from, { renew: false });
          if (status !== 'live') return absence(status, detail).status;
          const before = rawBodyOf(stored);
          const body: SessionBody = { ...decodeBody(codec, before), role };
          bodies.splice(0, 2, before, encodeBody(codec, body));
        }
        const [outcome] = await run(rotateScript, keys, [String(tombstoneMs), ...bodies]);
        if (String(outcome) !== 'overtaken') return String(outcome) as SessionRotation;
      }
      throw new SessionConflictError('role', attempts);
    },
    end: async (key, { reason, tombstoneMs }) => {
      const [outcome, held] = await run(scripts.end, keysOf(key), [reason, String(tombstoneMs)]);
      return String(outcome) === 'ended' ? layout.remains(held as RawValue) : undefined;
    },
    close,
  };
}
