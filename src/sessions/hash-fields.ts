import type { RawValue } from './codec.ts';
import { SessionUndecodableError } from './errors.ts';
import type { NewSessionRecord, SessionRecord } from './store.ts';

/** Prefix of the application's own fields in the hash. The scripts count on its five bytes. */
const dataPrefix = 'data.';

/** A value of more than 64 bytes would turn a compact hash (listpack) into one that takes twice the memory. */
const pieceLength = 64;
const userAgentFields = ['userAgent', 'userAgent2', 'userAgent3', 'userAgent4'] as const;

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
  for (const [name, value] of record.data) fields.push(dataField(name), value);
  return fields;
}

/**
 * Runs at every request that is not answered from memory, and so without a map or an object that is thrown away.
 * @throws SessionUndecodableError when a field that every session has is missing or not a time.
 */
export function fromHashFields(fields: readonly RawValue[], expiresAt: number, readAt: number): SessionRecord {
  const data = new Map<string, RawValue>();
  const record: { -readonly [Member in keyof SessionRecord]: SessionRecord[Member] } = {
    createdAt: 0,
    lastAccess: 0,
    expiresAt,
    idleMs: undefined,
    absoluteAt: undefined,
    readAt,
    data,
  };
  let userAgent: string[] | undefined;
  let loginTime: RawValue | undefined;
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const name = String(fields[index]);
    const value = fields[index + 1] as RawValue;
    switch (name) {
      case 'userId':
      case 'username':
      case 'role':
      case 'ipAddress':
        record[name] = value.toString();
        break;
      case 'createdAt':
      case 'lastAccess':
        record[name] = Number(value);
        break;
      case 'idleMs':
      case 'absoluteAt':
        record[name] = Number(value) || undefined;
        break;
      case 'loginTime':
        loginTime = value;
        break;
      default:
        if (name.startsWith(dataPrefix)) {
          data.set(name.slice(dataPrefix.length), value);
        } else {
          const piece = userAgentFields.indexOf(name as (typeof userAgentFields)[number]);
          if (piece >= 0) {
            userAgent ??= [];
            userAgent[piece] = value.toString();
          }
        }
    }
  }
  checkTime('createdAt', record.createdAt);
  checkTime('lastAccess', record.lastAccess);
  if (record.userId !== undefined) record.loginTime = checkTime('loginTime', Number(loginTime));
  if (userAgent !== undefined) record.userAgent = userAgent.join('');
  return record;
}

function checkTime(name: string, value: number): number {
  if (!(value > 0)) throw new SessionUndecodableError(`its field ${name} is missing or damaged`);
  return value;
}
