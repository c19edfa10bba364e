import type { RawValue } from './codec.ts';
import type { SessionDevice } from './device.ts';
import { SessionUndecodableError } from './errors.ts';
import type { NewSessionRecord, SessionRecord } from './store.ts';

/** Prefix of the application's own fields in the hash. The scripts count on its five bytes. */
const dataPrefix = 'data.';

/**
 * Members of a record and their fields. The names are short, since a hash whose values are short is kept as one piece of
 * memory, in which names weigh as much as values.
 */
const knownFields = {
  userId: 'userId',
  username: 'username',
  role: 'role',
  ipAddress: 'ip',
  /** A reference: see user-agents.ts. */
  userAgent: 'ua',
} as const;
const deviceFields = { type: 'deviceType', id: 'deviceId', name: 'deviceName', place: 'devicePlace' } as const;

export function dataField(name: string): string {
  return dataPrefix + name;
}

/** The fields of a new hash, besides those that the script itself sets. */
export function toHashFields(record: NewSessionRecord): RawValue[] {
  const fields: RawValue[] = [];
  for (const member of ['userId', 'username', 'role', 'ipAddress', 'userAgent'] as const) {
    const value = record[member];
    if (value !== undefined) fields.push(knownFields[member], value);
  }
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
  const userId = known.get(knownFields.userId);
  const username = known.get(knownFields.username);
  const role = known.get(knownFields.role);
  const ipAddress = known.get(knownFields.ipAddress);
  const userAgent = known.get(knownFields.userAgent);
  const createdAt = time('at');
  const device = deviceOf(known);
  return {
    ...(userId === undefined ? {} : { userId, loginTime: createdAt }),
    ...(username === undefined ? {} : { username }),
    ...(role === undefined ? {} : { role }),
    ...(ipAddress === undefined ? {} : { ipAddress }),
    ...(userAgent === undefined ? {} : { userAgent }),
    ...(device === undefined ? {} : { device }),
    createdAt,
    lastAccess: time('seen'),
    expiresAt,
    idleMs: Number(known.get('idle')) || undefined,
    absoluteAt: Number(known.get('end')) || undefined,
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
