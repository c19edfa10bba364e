import type { RawValue } from './codec.ts';
import type { SessionDevice } from './device.ts';
import { SessionUndecodableError } from './errors.ts';
import type { NewSessionRecord, SessionRecord } from './store.ts';

/** Prefix of the application's own fields in the hash. The scripts count on its five bytes. */
const dataPrefix = 'data.';

/** A value of more than 64 bytes would turn a compact hash (listpack) into one that takes twice the memory. */
const pieceLength = 64;
const userAgentFields = ['userAgent', 'userAgent2', 'userAgent3', 'userAgent4'] as const;

const deviceFields = { type: 'deviceType', id: 'deviceId', name: 'deviceName', place: 'devicePlace' } as const;

/** The longest user agent that is kept, in characters. */
export const maxUserAgentLength: number = pieceLength * userAgentFields.length;

export function dataField(name: string): string {
  return dataPrefix + name;
}

/** The fields of a new hash, besides those that the script itself sets. */
export function toHashFields(record: NewSessionRecord): RawValue[] {
  const fields: RawValue[] = [];
  for (const name of ['userId', 'username', 'role', 'ipAddress'] as const) {
    const value = record[name];
    if (value !== undefined) fields.push(name, value);
  }
  userAgentFields.forEach((name, index) => {
    const piece = record.userAgent?.slice(index * pieceLength, (index + 1) * pieceLength);
    if (piece) fields.push(name, piece);
  });
  for (const member of ['type', 'id', 'name', 'place'] as const) {
    const value = record.device?.[member];
    if (value !== undefined) fields.push(deviceFields[member], value);
  }
  for (const [name, value] of record.data) fields.push(dataField(name), value);
  return fields;
}

/** @throws SessionUndecodableError when a field that every session has is missing or not a time. */
export function fromHashFields(fields: readonly RawValue[], expiresAt: number, readAt: number): SessionRecord {
  const known = new Map<string, string>();
  const data = new Map<string, RawValue>();
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const name = String(fields[index]);
    const value = fields[index + 1] as RawValue;
    if (name.startsWith(dataPrefix)) data.set(name.slice(dataPrefix.length), value);
    else known.set(name, value.toString());
  }
  const time = (name: string) => {
    const value = Number(known.get(name));
    if (!(value > 0)) throw new SessionUndecodableError(`its field ${name} is missing or damaged`);
    return value;
  };
  let userAgent = '';
  for (const name of userAgentFields) userAgent += known.get(name) ?? '';
  const userId = known.get('userId');
  const username = known.get('username');
  const role = known.get('role');
  const ipAddress = known.get('ipAddress');
  const device = deviceOf(known);
  return {
    ...(userId === undefined ? {} : { userId, loginTime: time('loginTime') }),
    ...(username === undefined ? {} : { username }),
    ...(role === undefined ? {} : { role }),
    ...(ipAddress === undefined ? {} : { ipAddress }),
    ...(userAgent === '' ? {} : { userAgent }),
    ...(device === undefined ? {} : { device }),
    createdAt: time('createdAt'),
    lastAccess: time('lastAccess'),
    expiresAt,
    idleMs: Number(known.get('idleMs')) || undefined,
    absoluteAt: Number(known.get('absoluteAt')) || undefined,
    readAt,
    data,
  };
}

function deviceOf(known: ReadonlyMap<string, string>): SessionDevice | undefined {
  let device: { -readonly [Member in keyof SessionDevice]: SessionDevice[Member] } | undefined;
  for (const member of ['type', 'id', 'name', 'place'] as const) {
    const value = known.get(deviceFields[member]);
    if (value === undefined) continue;
    device ??= {};
    device[member] = value;
  }
  return device;
}
