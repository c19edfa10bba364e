/** What the drop-in stores do, apart from the callbacks that express-session and @fastify/session ask for. */
import { createHash } from 'node:crypto';
import { InvalidOptionError } from '../../errors.ts';
import { userTag } from '../../redis/keys.ts';
import { SessionUndecodableError } from '../../sessions/errors.ts';
import { emit } from '../../telemetry/events.ts';
import { ReadCopy } from './read-copy.ts';
import type { RecordStore } from './record-store.ts';
import { decodeSession, type EncodedCookie, encodeCookie, encodeData } from './session-fields.ts';

export interface DropInSettings<Data extends object> {
  readonly records: RecordStore;
  readonly defaultTtlMs: number;
  readonly userId: ((session: Data) => string | undefined) | undefined;
}

interface EncodedSession extends EncodedCookie {
  /** As stored, without `dates`, which change with every request. */
  readonly fields: Map<string, string>;
}

export class DropInSessions<Data extends object> {
  readonly #records: RecordStore;
  readonly #defaultTtlMs: number;
  readonly #userId: DropInSettings<Data>['userId'];
  /** By session object, so that a copy is gone when the request is. */
  readonly #copies = new WeakMap<object, ReadCopy>();

  constructor({ records, defaultTtlMs, userId }: DropInSettings<Data>) {
    this.#records = records;
    this.#defaultTtlMs = defaultTtlMs;
    this.#userId = userId;
  }

  /** A record that cannot be read is no session: its browser gets a new one instead of errors until it expires. */
  async get(sid: string): Promise<Data | null> {
    return (await this.#read(nameOf(sid))) ?? null;
  }

  /**
   * Stores a session. An object that was read before sends what changed in it, and nothing when the session has been
   * destroyed since. Any other object is stored whole.
   */
  async set(sid: string, session: Data): Promise<void> {
    const name = nameOf(sid);
    const user = this.#userOf(session);
    const encoded = this.#encode(session, user);
    if (encoded.ttlMs <= 0) return this.destroy(sid);
    if (user !== undefined) await this.#records.join(user, name, encoded.ttlMs);
    const copy = this.#copyOf(session);
    if (copy?.isOf(name)) {
      // The list of the user before keeps its entry, which does no harm: whoever reads it asks whose the session is by now.
      // To take it off could undo a parallel request that gives the session back to that user.
      await this.#storeChanges(name, encoded, copy);
      return;
    }
    const { fields, dates, ttlMs } = encoded;
    await this.#records.put(name, new Map([...fields, ['dates', dates]]), ttlMs);
    // Plain objects are not sessions of a request: whoever stores one twice means it both times.
    if (Object.getPrototypeOf(session) !== Object.prototype) {
      this.#copies.set(session, new ReadCopy(name, encoded.fields));
    }
  }

  /** Moves the end of a session and stores its cookie, and changes nothing else. */
  async touch(sid: string, session: Data): Promise<void> {
    const name = nameOf(sid);
    const cookie = encodeCookie(session, this.#defaultTtlMs, Date.now());
    if (cookie.ttlMs <= 0) return this.destroy(sid);
    const user = this.#userOf(session);
    if (user !== undefined) await this.#records.join(user, name, cookie.ttlMs);
    const copy = this.#copyOf(session);
    // A longer life that this request has given the cookie counts; one that another request has given stays.
    const set = copy?.isOf(name) ? copy.advanceCookie(cookie.cookie) : new Map([['cookie', cookie.cookie]]);
    try {
      await this.#records.change(name, { ...cookie, set, remove: [] });
    } catch (error) {
      copy?.doubt(set.keys());
      throw error;
    }
  }

  async destroy(sid: string): Promise<void> {
    await this.#end(nameOf(sid));
  }

  /** For a session object that was made from another one. */
  copied(from: object, to: object): void {
    const copy = this.#copyOf(from);
    if (copy !== undefined) this.#copies.set(to, copy);
  }

  /** What `set` will look for on the session object, for a library that makes its own from the one it is given. */
  copyFor(session: object): ReadCopy | undefined {
    return this.#copies.get(session);
  }

  async all(): Promise<Data[]> {
    const sessions: Data[] = [];
    for await (const names of this.#records.names()) sessions.push(...(await this.#readAll(names)));
    return sessions;
  }

  async length(): Promise<number> {
    let length = 0;
    for await (const names of this.#records.names()) length += names.length;
    return length;
  }

  async clear(): Promise<void> {
    for await (const names of this.#records.names()) await Promise.all(names.map((name) => this.#end(name)));
  }

  async ofUser(userId: string): Promise<Data[]> {
    const user = this.#listedUser(userId);
    return this.#readAll(await this.#records.namesOf(user), user);
  }

  async destroyUser(userId: string, except: string | undefined): Promise<number> {
    const user = this.#listedUser(userId);
    const spared = except === undefined ? undefined : nameOf(except);
    const names = (await this.#records.namesOf(user)).filter((name) => name !== spared);
    const outcomes = await Promise.all(
      names.map(async (name) => {
        const { ended } = await this.#records.end(name, { as: 'revoked', ofUser: user });
        // One that is being given to the user just now stays listed: a later call finds it.
        if (ended) await this.#records.leave(user, name);
        return ended;
      }),
    );
    return outcomes.filter(Boolean).length;
  }

  close(): Promise<void> {
    return this.#records.close();
  }

  async #read(name: string, ofUser?: string): Promise<Data | undefined> {
    const fields = await this.#records.read(name);
    if (fields === undefined || (ofUser !== undefined && fields.get('user') !== ofUser)) return undefined;
    try {
      const session = decodeSession(fields);
      this.#copies.set(session, new ReadCopy(name, fields));
      return session as unknown as Data;
    } catch (error) {
      if (!(error instanceof SessionUndecodableError)) throw error;
      emit('session.undecodable', { cause: error });
      return undefined;
    }
  }

  async #readAll(names: readonly string[], ofUser?: string): Promise<Data[]> {
    const sessions = await Promise.all(names.map((name) => this.#read(name, ofUser)));
    return sessions.filter((session) => session !== undefined);
  }

  /** Without `userId` no session is listed, and "none found" would be taken for "logged out everywhere". */
  #listedUser(userId: string): string {
    if (this.#userId === undefined) {
      throw new InvalidOptionError('userId', 'given to the store, so that it lists sessions by user');
    }
    const user = userTagOf(userId);
    if (user === undefined) throw new InvalidOptionError('userId', "a user's id, as `userId` of the store gives it");
    return user;
  }

  #userOf(session: Data): string | undefined {
    return userTagOf(this.#userId?.(session));
  }

  #encode(session: Data, user: string | undefined): EncodedSession {
    const cookie = encodeCookie(session, this.#defaultTtlMs, Date.now());
    const fields = new Map(encodeData(session)).set('cookie', cookie.cookie);
    if (user !== undefined) fields.set('user', user);
    return { ...cookie, fields };
  }

  async #storeChanges(name: string, encoded: EncodedSession, copy: ReadCopy): Promise<void> {
    const { set, remove } = copy.advance(encoded.fields);
    try {
      // One that is gone stays so, whether it was destroyed, however long ago, or its time ran out.
      await this.#records.change(name, { ...encoded, set, remove });
    } catch (error) {
      copy.doubt([...set.keys(), ...remove]);
      throw error;
    }
  }

  async #end(name: string): Promise<void> {
    const { user } = await this.#records.end(name, { as: 'destroyed' });
    if (user !== undefined) await this.#records.leave(user, name);
  }

  #copyOf(session: object): ReadCopy | undefined {
    const copy = this.#copies.get(session);
    if (copy !== undefined) return copy;
    const carried = (session as { [copyField]?: unknown })[copyField];
    return carried instanceof ReadCopy ? carried : undefined;
  }
}

/** Under this name a session object carries its copy where it cannot be found by identity. */
export const copyField = 'sallyportCopy';

/** Ids that are numbers are listed as their digits, since JSON and databases do not tell them apart either. */
function userTagOf(userId: unknown): string | undefined {
  return userId === undefined || userId === null || userId === '' ? undefined : userTag(String(userId));
}

function nameOf(sid: string): string {
  return createHash('sha256').update(sid).digest('base64url');
}
