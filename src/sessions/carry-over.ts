/** What a login takes along from the session before it, also what others wrote there while it was under way. */
import { emit } from '../telemetry/events.ts';
import type { RawValue } from './codec.ts';
import { SessionUndecodableError } from './errors.ts';
import { sameRawValue } from './raw-value.ts';
import type { Session } from './session.ts';
import { parseSessionId, type SessionId } from './session-id.ts';
import type { SessionRecord, SessionRemains, SessionStore } from './store.ts';
import { tombstoneMs } from './tombstone.ts';

/** What the session held when it was read. */
export function carriedData<Data extends object>(visitor: Session<Data> | undefined, userId: string): Partial<Data> {
  if (visitor === undefined || !isOwn(visitor, userId)) return {};
  try {
    return visitor.data;
  } catch (error) {
    // Damaged data was reported when it was read; it must not keep anybody from signing in again.
    if (error instanceof SessionUndecodableError) return {};
    throw error;
  }
}

/** Another user's data stays behind: on a shared computer one account must not hand its fields to the next. */
export function isOwn(visitor: { readonly userId: string | undefined }, userId: string): boolean {
  return visitor.userId === undefined || visitor.userId === userId;
}

/** Ends the session before. @returns `undefined` when it was over already */
export async function endReplaced(
  store: SessionStore,
  { id: value, userId }: { readonly id: string; readonly userId: string | undefined },
): Promise<SessionRemains | undefined> {
  const id = parseSessionId(value);
  const remains = id === undefined ? undefined : await store.end(id, { reason: 'rotated', tombstoneMs });
  if (remains !== undefined) emit('session.ended', { ...(userId === undefined ? {} : { userId }), reason: 'rotated' });
  return remains;
}

export interface Overtaken {
  readonly id: SessionId;
  /** The new session, as it was stored. */
  readonly record: SessionRecord;
  /** Encoded: what was taken along. */
  readonly carried: ReadonlyMap<string, RawValue>;
  /** What the session before held when it ended. */
  readonly held: ReadonlyMap<string, RawValue>;
  /** Fields that the login itself gave, which win. */
  readonly given: object;
}

/**
 * Writes to the new session what was written to the one before it after that had been read. Those writes were answered, and
 * none comes after `held`. Costs nothing when there are none.
 * @throws RedisUnavailableError
 */
export async function carryLateWrites(
  store: SessionStore,
  { id, record, carried, held, given }: Overtaken,
): Promise<SessionRecord> {
  const isLate = (field: string) => !Object.hasOwn(given, field) && !sameRawValue(carried.get(field), held.get(field));
  const set = new Map([...held].filter(([field, raw]) => isLate(field) && isReadable(store, raw)));
  const remove = [...carried.keys()].filter((field) => !held.has(field) && isLate(field));
  if (set.size === 0 && remove.length === 0) return record;
  // Beyond the limit rather than lost: both parts were within it, and the next write that makes it more is refused.
  await store.change(id, { set, remove, maxDataBytes: Number.MAX_SAFE_INTEGER });
  const data = new Map([...record.data, ...set]);
  for (const field of remove) data.delete(field);
  return { ...record, data };
}

function isReadable(store: SessionStore, raw: RawValue): boolean {
  try {
    store.codec.decode(raw);
    return true;
  } catch (error) {
    if (error instanceof SessionUndecodableError) return false;
    throw error;
  }
}
