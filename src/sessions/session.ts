import { emit } from '../telemetry/events.ts';
import type { RawValue } from './codec.ts';
import type { SessionDevice } from './device.ts';
import {
  SessionConflictError,
  SessionDataTooLargeError,
  type SessionEndReason,
  SessionNotFoundError,
  SessionUndecodableError,
  sessionOver,
} from './errors.ts';
import { expiresAt } from './expiry.ts';
import { assertSerialisable } from './serialisable.ts';
import { sessionHandle } from './session-handle.ts';
import { newSessionId, type SessionId } from './session-id.ts';
import { checkIdentity } from './session-identity.ts';
import type { SessionChange, SessionRecord, SessionStore } from './store.ts';
import { tombstoneMs } from './tombstone.ts';

const updateAttempts = 100;

export interface SessionLimits {
  readonly maxDataBytes: number;
}

/**
 * One live session as this request sees it. What it shows was read when the request came; what it writes goes to the
 * store at once, field by field, and never undoes what a parallel request wrote or brings an ended session back.
 */
export class Session<Data extends object = Sallyport.SessionData> {
  readonly #store: SessionStore;
  readonly #limits: SessionLimits;
  /** The record's own map, which others may hold too, until this session writes. */
  #data: ReadonlyMap<string, RawValue>;
  #id: SessionId;
  #record: SessionRecord;

  /** Made by `createSessions`; applications get theirs from `request.session` or `sessions.open`. */
  constructor(store: SessionStore, limits: SessionLimits, id: SessionId, record: SessionRecord) {
    this.#store = store;
    this.#limits = limits;
    this.#id = id;
    this.#record = record;
    this.#data = record.data;
  }

  /** The secret that the browser keeps. It is not printed, logged or stored anywhere. */
  get id(): string {
    return this.#id.value;
  }
  get userId(): string | undefined {
    return this.#record.userId;
  }
  get username(): string | undefined {
    return this.#record.username;
  }
  get role(): string | undefined {
    return this.#record.role;
  }
  get createdAt(): Date {
    return new Date(this.#record.createdAt);
  }
  get loginTime(): Date | undefined {
    return this.#record.loginTime === undefined ? undefined : new Date(this.#record.loginTime);
  }
  get lastAccess(): Date {
    return new Date(this.#record.lastAccess);
  }
  /** When the session ends if nobody uses it any more. */
  get expiresAt(): Date {
    return new Date(this.#record.expiresAt);
  }
  get ipAddress(): string | undefined {
    return this.#record.ipAddress;
  }
  get userAgent(): string | undefined {
    return this.#record.userAgent;
  }
  /** The device it was opened on, as `login` was told. */
  get device(): SessionDevice | undefined {
    return this.#record.device && { ...this.#record.device };
  }
  /** Of a visitor: why the session of a user that the browser had before was ended from elsewhere. */
  get afterEnd(): SessionEndReason | undefined {
    return this.#record.afterEnd;
  }
  /** Names the session among those of its user, in lists and messages. No secret; the same after `rotate`. */
  get handle(): string {
    return sessionHandle(this.#record.createdAt);
  }
  /** Time without access after which it ends, in ms; `undefined`: it does not slide. */
  get idleMs(): number | undefined {
    return this.#record.idleMs;
  }

  /**
   * One field of the application's own data, as of the last read or write through this object. A copy each time.
   * @throws SessionUndecodableError when another codec or version wrote it.
   */
  get<Field extends keyof Data & string>(field: Field): Data[Field] | undefined {
    const raw = this.#data.get(field);
    return raw === undefined ? undefined : (this.#decode(raw) as Data[Field]);
  }

  /** All of the application's own data, as a copy. @throws SessionUndecodableError */
  get data(): Partial<Data> {
    return Object.fromEntries([...this.#data].map(([field, raw]) => [field, this.#decode(raw)])) as Partial<Data>;
  }

  /**
   * Stores fields, whatever they held before; the other fields stay as they are. One round trip.
   * For a value made from the old one (a list, a counter) use `update`, which loses no parallel change.
   * @throws SessionNotSerialisableError, SessionDataTooLargeError, SessionEndedError, SessionNotFoundError,
   * RedisUnavailableError. Nothing was written then, except that an outage leaves it open.
   */
  async set(fields: Partial<Data>): Promise<void>;
  async set<Field extends keyof Data & string>(field: Field, value: Data[Field]): Promise<void>;
  async set(fieldOrFields: string | object, value?: unknown): Promise<void> {
    const given = typeof fieldOrFields === 'string' ? { [fieldOrFields]: value } : fieldOrFields;
    const { set, remove } = encodeFields(this.#store, given);
    await this.#change({ set, remove });
  }

  /** Removes fields. One round trip. @throws as `set`. */
  async remove(...fields: (keyof Data & string)[]): Promise<void> {
    await this.#change({ set: new Map(), remove: fields });
  }

  /**
   * Replaces a field by what `make` returns for its present value; when another request changed it meanwhile, `make`
   * is called again with the newer value, so no change is lost. `make` must have no side effects. Returning
   * `undefined` removes the field. One round trip without a conflict.
   * @throws SessionConflictError after 100 conflicts; and as `set`.
   * @example await session.update('cart', (cart = []) => [...cart, item]);
   */
  async update<Field extends keyof Data & string>(
    field: Field,
    make: (present: Data[Field] | undefined) => Data[Field] | undefined,
  ): Promise<Data[Field] | undefined> {
    for (let attempt = 1; attempt <= updateAttempts; attempt++) {
      const present = this.#data.get(field);
      const next = make(present === undefined ? undefined : (this.#decode(present) as Data[Field]));
      const { set, remove } = encodeFields(this.#store, { [field]: next });
      const overtaken = await this.#change({ set, remove, expect: { field, value: present } });
      if (!overtaken) return next;
      emit('session.conflicted', { field, attempts: attempt });
    }
    throw new SessionConflictError(field, updateAttempts);
  }

  /**
   * Gives the session a new id, e.g. after a change of privilege: the old id ends in the same step. The caller sends
   * the new one to the browser. One round trip.
   * @throws SessionIdentityError, SessionEndedError, SessionNotFoundError, RedisUnavailableError
   */
  async rotate({ role }: { readonly role?: string } = {}): Promise<void> {
    const change = checkIdentity({ ...(role === undefined ? {} : { role }) });
    const fresh: SessionId = newSessionId(this.#record.userId);
    // The tag must not change: both keys have to lie in one cluster slot for the step to be atomic.
    const next: SessionId = { ...fresh, tag: this.#id.tag, value: `${this.#id.tag}.${fresh.value.split('.')[1]}` };
    const outcome = await this.#store.rotate(this.#id, next, { ...change, tombstoneMs });
    if (outcome !== 'rotated') {
      const found = await this.#store.read(this.#id, { renew: false });
      throw found.status === 'ended' ? sessionOver(found.reason) : new SessionNotFoundError();
    }
    this.#id = next;
    this.#record = { ...this.#record, ...change };
    emit('session.rotated', this.#who());
  }

  /**
   * Gives the session another idle time, which starts now. Resolves with `false` when it is over. One round trip.
   * @throws RedisUnavailableError
   */
  async retime(idleMs: number): Promise<boolean> {
    const { userId, absoluteAt } = this.#record;
    const result = await this.#store.retime(this.#id, { idleMs, userId });
    if (result.status !== 'changed') return false;
    const { lastAccess } = result;
    this.#record = { ...this.#record, idleMs, lastAccess, expiresAt: expiresAt(lastAccess, idleMs, absoluteAt) };
    return true;
  }

  /** Ends the session on all servers at once. Ending it twice does no harm. @throws RedisUnavailableError */
  async end(reason: SessionEndReason = 'logout'): Promise<void> {
    const ended = await this.#store.end(this.#id, { reason, tombstoneMs });
    if (ended !== undefined) emit('session.ended', { ...this.#who(), reason });
  }

  /** Sends a change and takes its result into this object's own copy. Resolves with `true` when overtaken. */
  async #change(change: Omit<SessionChange, 'maxDataBytes'>): Promise<boolean> {
    if (change.set.size === 0 && change.remove.length === 0) return false;
    const result = await this.#store.change(this.#id, { ...change, maxDataBytes: this.#limits.maxDataBytes });
    switch (result.status) {
      case 'changed':
        this.#takeOver(change.set, change.remove);
        return false;
      case 'conflict': {
        const field = change.expect?.field ?? '';
        if (result.value === undefined) this.#takeOver(new Map(), [field]);
        else this.#takeOver(new Map([[field, result.value]]), []);
        return true;
      }
      case 'too-large':
        throw new SessionDataTooLargeError(result.sizeBytes, this.#limits.maxDataBytes);
      case 'ended':
        throw sessionOver(result.reason);
      case 'missing':
        throw new SessionNotFoundError();
    }
  }

  #takeOver(set: ReadonlyMap<string, RawValue>, remove: readonly string[]): void {
    const data = new Map(this.#data);
    for (const field of remove) data.delete(field);
    for (const [field, raw] of set) data.set(field, raw);
    this.#data = data;
  }

  #decode(raw: RawValue): unknown {
    try {
      return this.#store.codec.decode(raw);
    } catch (error) {
      if (error instanceof SessionUndecodableError) emit('session.undecodable', { cause: error });
      throw error;
    }
  }

  #who(): { userId?: string } {
    return this.#record.userId === undefined ? {} : { userId: this.#record.userId };
  }
}

/** Encodes what is to be stored; an undefined value means that the field goes. */
export function encodeFields(store: SessionStore, fields: object): { set: Map<string, RawValue>; remove: string[] } {
  const set = new Map<string, RawValue>();
  const remove: string[] = [];
  for (const [field, value] of Object.entries(fields)) {
    if (value === undefined) {
      remove.push(field);
      continue;
    }
    assertSerialisable(value, field);
    set.set(field, store.codec.encode(value));
  }
  return { set, remove };
}
