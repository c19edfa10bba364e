import type { RawValue, SessionCodec } from './codec.ts';
import type { SessionDevice } from './device.ts';
import { SessionUndecodableError } from './errors.ts';
import type { NewSessionRecord, SessionRecord } from './store.ts';

/**
 * The string layout: a header of fixed width, which the scripts read and renew in place, then the encoded body.
 * `S1`, then thirteen digits each of: last access, idle ms, absolute end, creation.
 */
const headerShape = /^S1(\d{13})(\d{13})(\d{13})(\d{13})$/;
const headerLength = 2 + 4 * 13;

/** What the application and the login gave: encoded as one value. */
export interface SessionBody {
  readonly userId?: string;
  readonly username?: string;
  readonly role?: string;
  readonly ip?: string;
  /** A reference: see user-agents.ts. */
  readonly ua?: string;
  readonly afterEnd?: string;
  readonly device?: SessionDevice;
  /** Absent while there is none. */
  readonly data?: Readonly<Record<string, unknown>>;
}

export function encodeBody(codec: SessionCodec, body: SessionBody): RawValue {
  return codec.encode(body);
}

export function newBody(codec: SessionCodec, record: NewSessionRecord): SessionBody {
  const { idleMs, absoluteMs, data, ipAddress, userAgent, ...known } = record;
  return {
    ...known,
    ...(ipAddress === undefined ? {} : { ip: ipAddress }),
    ...(userAgent === undefined ? {} : { ua: userAgent }),
    ...(data.size === 0 ? {} : { data: decodedData(codec, data) }),
  };
}

export function decodedData(codec: SessionCodec, data: ReadonlyMap<string, RawValue>): Record<string, unknown> {
  return Object.fromEntries([...data].map(([field, raw]) => [field, codec.decode(raw)]));
}

export function encodedData(codec: SessionCodec, { data = {} }: SessionBody): Map<string, RawValue> {
  return new Map(Object.entries(data).map(([field, value]) => [field, codec.encode(value)]));
}

/** The data of a stored session; `undefined` where its body cannot be read. */
export function readableData(codec: SessionCodec, stored: RawValue): Map<string, RawValue> | undefined {
  try {
    return encodedData(codec, decodeBody(codec, rawBodyOf(stored)));
  } catch (error) {
    if (error instanceof SessionUndecodableError) return undefined;
    throw error;
  }
}

/** The encoded body behind the header. */
export function rawBodyOf(stored: RawValue): RawValue {
  return typeof stored === 'string' ? stored.slice(headerLength) : stored.subarray(headerLength);
}

/** @throws SessionUndecodableError for a body of another codec or shape. */
export function decodeBody(codec: SessionCodec, raw: RawValue): SessionBody {
  const body = codec.decode(raw) as SessionBody | null;
  const isBody = typeof body === 'object' && body !== null && typeof (body.data ?? {}) === 'object';
  if (!isBody) {
    throw new SessionUndecodableError('its body has another shape');
  }
  return body;
}

/** @throws SessionUndecodableError for a header or body that does not parse. */
export function decodeRecord(codec: SessionCodec, stored: RawValue, expiresAt: number, readAt: number): SessionRecord {
  const header = headerShape.exec(stored.slice(0, headerLength).toString());
  if (header === null) throw new SessionUndecodableError('it has no header of the string layout');
  const body = decodeBody(codec, rawBodyOf(stored));
  const { data: _, ip, ua, ...known } = body;
  const [lastAccess, idleMs, absoluteAt, createdAt] = header.slice(1).map(Number) as [number, number, number, number];
  return {
    ...known,
    ...(ip === undefined ? {} : { ipAddress: ip }),
    ...(ua === undefined ? {} : { userAgent: ua }),
    ...(known.userId === undefined ? {} : { loginTime: createdAt }),
    createdAt,
    lastAccess,
    expiresAt,
    idleMs: idleMs || undefined,
    absoluteAt: absoluteAt || undefined,
    readAt,
    data: encodedData(codec, body),
  };
}
