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
  afterEnd: 'afterEnd',
} as const;
const deviceFields = { type: 'deviceType', id: 'deviceId', name: 'deviceName', place: 'devicePlace' } as const;
const deviceMembers = ['type', 'id', 'name', 'place'] as const;

type Writable<Value> = { -readonly [Member in keyof Value]: Value[Member] };

export function dataField(name: string): string {
  return dataPrefix + name;
}

/** The fields of a new hash, besides those that the script itself sets. */
export function toHashFields(record: NewSessionRecord): RawValue[] {
  const fields: RawValue[] = [];
  for (const member of ['userId', 'username', 'role', 'ipAddress', 'userAgent', 'afterEnd'] as const) {
    const value = record[member];
    if (value !== undefined) fields.push(knownFields[member], value);
  }
  for (const member of deviceMembers) {
    const value = record.device?.[member];
    if (value !== undefined) fields.push(deviceFields[member], value);
  }
  for (const [name, value] of record.data) fields.push(dataField(name), value);
  return fields;
}

/** The application's data among the fields of a hash. */
export function dataOfFields(fields: readonly RawValue[]): Map<string, RawValue> {
  const data = new Map<string, RawValue>();
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const name = String(fields[index]);
    if (name.startsWith(dataPrefix)) data.set(name.slice(dataPrefix.length), fields[index + 1] as RawValue);
  }
  return data;
}

/**
 * Runs at every request that is not answered from memory, and so without a map or an object that is thrown away.
 * @throws SessionUndecodableError when a field that every session has is missing or not a time.
 */
export function fromHashFields(fields: readonly RawValue[], expiresAt: number, readAt: number): SessionRecord {
  const data = new Map<string, RawValue>();
  const record: Writable<SessionRecord> = {
    createdAt: 0,
    lastAccess: 0,
    expiresAt,
    idleMs: undefined,
    absoluteAt: undefined,
    readAt,
    data,
  };
  let device: Writable<SessionDevice> | undefined;
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const name = String(fields[index]);
    const value = fields[index + 1] as RawValue;
    if (name.startsWith(dataPrefix)) {
      data.set(name.slice(dataPrefix.length), value);
      continue;
    }
    switch (name) {
      case 'at':
        record.createdAt = Number(value);
        break;
      case 'seen':
        record.lastAccess = Number(value);
        break;
      case 'idle':
        record.idleMs = Number(value) || undefined;
        break;
      case 'end':
        record.absoluteAt = Number(value) || undefined;
        break;
      case 'userId':
      case 'username':
      case 'role':
      case 'afterEnd':
        record[name] = value.toString();
        break;
      case knownFields.ipAddress:
        record.ipAddress = value.toString();
        break;
      case knownFields.userAgent:
        record.userAgent = value.toString();
        break;
      default: {
        const member = deviceMembers.find((each) => deviceFields[each] === name);
        if (member === undefined) break;
        device ??= {};
        device[member] = value.toString();
      }
    }
  }
  checkTime('at', record.createdAt);
  checkTime('seen', record.lastAccess);
  if (record.userId !== undefined) record.loginTime = record.createdAt;
  if (device !== undefined) record.device = device;
  return record;
}

function checkTime(name: string, value: number): void {
  if (!(value > 0)) throw new SessionUndecodableError(`its field ${name} is missing or damaged`);
}
