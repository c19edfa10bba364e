import { defineScript } from '../redis/define-script.ts';
import type { RedisPort } from '../redis/port.ts';
import type { RawValue } from './codec.ts';
import { dataField, dataOfFields, fromHashFields, toHashFields } from './hash-fields.ts';
import { sessionKey } from './keys.ts';
import { dataSizeBytes } from './raw-value.ts';
import { createdRecord, readArguments, retimed, scriptCaller } from './redis-call.ts';
import { type WatchedChange, watched } from './redis-expiry.ts';
import { openIndex, type RedisStoreSettings } from './redis-index.ts';
import { layoutScripts, listingScript, type RedisLayout } from './redis-layout.ts';
import type { SessionRotation, SessionStore } from './store.ts';

const scripts = layoutScripts(new URL('./hash-layout.lua', import.meta.url));
const readScript = defineScript(new URL('./read-hash.lua', import.meta.url));
const changeScript = defineScript(new URL('./change-hash.lua', import.meta.url));
const retimeScript = listingScript(new URL('./retime-hash.lua', import.meta.url));
const rotateScript = listingScript(new URL('./rotate-hash.lua', import.meta.url));

const hashLayout: RedisLayout = {
  encode: (record) => [String(dataSizeBytes(record.data)), ...toHashFields(record)],
  decode: (fields, expiresAt, readAt) => fromHashFields(fields as readonly RawValue[], expiresAt, readAt),
  remains: (held) => ({ data: dataOfFields(held as readonly RawValue[]) }),
};

/**
 * One hash per session: fields are read and written one by one inside a script, so a change costs what the change
 * weighs and not what the session weighs. Times come from Redis' own clock.
 */
export function redisHashStore(redis: RedisPort, settings: RedisStoreSettings): SessionStore {
  const { codec } = settings;
  const run = scriptCaller(redis, codec);
  const { users, expiry, slackMs, close, keys } = openIndex(redis, run, settings, hashLayout, scripts);

  return {
    codec,
    users,
    create: async (key, record) => {
      const times = [String(record.idleMs ?? 0), String(record.absoluteMs ?? 0)];
      return createdRecord(
        record,
        await run(scripts.create, [sessionKey(settings.namespace, key)], [...times, ...hashLayout.encode(record)]),
      );
    },
    read: async (key, options) => {
      const answer = await run(readScript, keys(key), readArguments(options, slackMs));
      const [status, ends, now, fields] = answer as unknown as [RawValue, RawValue, RawValue, RawValue[]];
      switch (String(status)) {
        case 'live':
          return { status: 'live', record: fromHashFields(fields, Number(ends), Number(now)) };
        case 'ended':
          return { status: 'ended', reason: String(ends) };
        default:
          return { status: 'missing' };
      }
    },
    change: async (key, { set, remove, expect, maxDataBytes }) => {
      const condition: RawValue[] = ['any', '', ''];
      if (expect !== undefined) {
        condition[0] = expect.value === undefined ? 'absent' : 'equal';
        condition[1] = dataField(expect.field);
        condition[2] = expect.value ?? '';
      }
      const pairs: RawValue[] = [];
      for (const [name, value] of set) pairs.push(dataField(name), value);
      const [status, detail] = await run(
        changeScript,
        [sessionKey(settings.namespace, key)],
        [String(maxDataBytes), ...condition, String(set.size), ...pairs, ...remove.map(dataField)],
      );
      switch (String(status)) {
        case 'changed':
          return { status: 'changed' };
        case 'ended':
          return { status: 'ended', reason: String(detail) };
        case 'conflict':
          return { status: 'conflict', value: detail };
        case 'too-large':
          return { status: 'too-large', sizeBytes: Number(detail) };
        default:
          return { status: 'missing' };
      }
    },
    retime: async (key, { idleMs, userId }) => {
      const change: WatchedChange = (looked, since) =>
        run(retimeScript, [...keys(key), ...looked], [String(idleMs), slackMs, since]);
      return retimed(await watched(expiry, userId, idleMs, change));
    },
    rotate: async (from, to, { role = '', tombstoneMs }) => {
      const [status] = await run(rotateScript, keys(from, to), [String(tombstoneMs), role]);
      return String(status) as SessionRotation;
    },
    end: async (key, { reason, tombstoneMs }) => {
      const [status, held] = await run(scripts.end, keys(key), [reason, String(tombstoneMs)]);
      return String(status) === 'ended' ? hashLayout.remains(held as RawValue) : undefined;
    },
    close,
  };
}
