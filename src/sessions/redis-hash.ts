import { defineScript } from '../redis/define-script.ts';
import type { RedisPort } from '../redis/port.ts';
import type { RawValue, SessionCodec } from './codec.ts';
import { dataField, fromHashFields, toHashFields } from './hash-fields.ts';
import { sessionKey } from './keys.ts';
import { dataSizeBytes } from './raw-value.ts';
import { createdRecord, readArguments, scriptCaller } from './redis-call.ts';
import type { SessionRotation, SessionStore } from './store.ts';

const createScript = defineScript(new URL('./create-hash.lua', import.meta.url));
const readScript = defineScript(new URL('./read-hash.lua', import.meta.url));
const changeScript = defineScript(new URL('./change-hash.lua', import.meta.url));
const rotateScript = defineScript(new URL('./rotate-hash.lua', import.meta.url));
const endScript = defineScript(new URL('./end-hash.lua', import.meta.url));

/**
 * One hash per session: fields are read and written one by one inside a script, so a change costs what the change
 * weighs and not what the session weighs. Times come from Redis' own clock.
 */
export function redisHashStore(redis: RedisPort, namespace: string, codec: SessionCodec): SessionStore {
  const run = scriptCaller(redis, codec);

  return {
    codec,
    create: async (key, record) => {
      const fields = toHashFields(record);
      const created = await run(
        createScript,
        [sessionKey(namespace, key)],
        [String(record.idleMs ?? 0), String(record.absoluteMs ?? 0), String(dataSizeBytes(record.data)), ...fields],
      );
      return createdRecord(record, created);
    },
    read: async (key, options) => {
      const answer = await run(readScript, [sessionKey(namespace, key)], readArguments(options));
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
        [sessionKey(namespace, key)],
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
    rotate: async (from, to, { role = '', tombstoneMs }) => {
      const keys = [sessionKey(namespace, from), sessionKey(namespace, to)];
      const [status] = await run(rotateScript, keys, [String(tombstoneMs), role]);
      return String(status) as SessionRotation;
    },
    end: async (key, { reason, tombstoneMs }) => {
      const [status] = await run(endScript, [sessionKey(namespace, key)], [reason, String(tombstoneMs)]);
      return String(status) === 'ended';
    },
    close: async () => {},
  };
}
