/** A store for applications that use @fastify/session. */
import type { SessionStore } from '@fastify/session';
import { answerCallback } from './answer-callback.ts';
import { copyField, type DropInSessions } from './drop-in-sessions.ts';
import { openDropInSessions, type SallyportStoreOptions } from './store-options.ts';

export type { SallyportStoreOptions } from './store-options.ts';

/** The session of @fastify/session as your application has declared it. */
export type StoredSession = Parameters<SessionStore['set']>[1];

/**
 * Keeps the sessions of @fastify/session in Redis or Valkey, or in memory.
 *
 * A request stores the fields that it changed and leaves the others as they are, so parallel requests keep each other's
 * writes; of two that change the same field the later one wins. A session that was destroyed is not stored again by a
 * request that was under way. Session ids are stored as hashes.
 * @throws InvalidOptionError
 * @example await app.register(fastifySession, { store: new SallyportStore({ redis: 'redis://localhost' }), secret, … })
 */
export class SallyportStore implements SessionStore {
  readonly #sessions: DropInSessions<StoredSession>;

  constructor(options: SallyportStoreOptions<StoredSession> = {}) {
    this.#sessions = openDropInSessions(options);
  }

  get(sid: string, callback: (error: unknown, session?: StoredSession | null) => void): void {
    answerCallback(
      this.#sessions.get(sid).then((session) => (session === null ? null : this.#withCopy(session))),
      callback,
    );
  }

  set(sid: string, session: StoredSession, callback?: (error?: unknown) => void): void {
    answerCallback(this.#sessions.set(sid, session), callback);
  }

  destroy(sid: string, callback?: (error?: unknown) => void): void {
    answerCallback(this.#sessions.destroy(sid), callback);
  }

  touch(sid: string, session: StoredSession, callback?: (error?: unknown) => void): void {
    answerCallback(this.#sessions.touch(sid, session), callback);
  }

  /** All sessions, without their ids: only hashes of those are stored. Reads every one; not for large stores. */
  all(callback: (error: unknown, sessions?: StoredSession[] | null) => void): void {
    answerCallback(this.#sessions.all(), callback);
  }

  /** How many sessions there are; walks through all keys of the server. */
  length(callback: (error: unknown, length?: number) => void): void {
    answerCallback(this.#sessions.length(), callback);
  }

  /** Destroys all sessions of this namespace; walks through all keys of the server. */
  clear(callback?: (error?: unknown) => void): void {
    answerCallback(this.#sessions.clear(), callback);
  }

  /** The sessions of a user. @throws RedisUnavailableError, InvalidOptionError when the store was not given `userId` */
  sessionsOfUser(userId: string): Promise<StoredSession[]> {
    return this.#sessions.ofUser(userId);
  }

  /**
   * Destroys all sessions of a user, or all but one. A login that is under way may be refused too. Resolves with how
   * many there were.
   * @param options.except The id of the session to keep, as in `request.session.sessionId`.
   * @throws RedisUnavailableError, InvalidOptionError when the store was not given `userId`
   */
  destroyUser(userId: string, options: { readonly except?: string } = {}): Promise<number> {
    return this.#sessions.destroyUser(userId, options.except);
  }

  /** Closes the connection that this store opened; a client that you made stays open. */
  close(): Promise<void> {
    return this.#sessions.close();
  }

  /**
   * @fastify/session makes a session object of its own and copies into it what it can enumerate, inherited members
   * included. So the copy is inherited: the request's session gets it, and the object itself looks as it was stored.
   */
  #withCopy(session: StoredSession): StoredSession {
    const copy = this.#sessions.copyFor(session);
    return Object.setPrototypeOf(
      session,
      Object.create(Object.prototype, { [copyField]: { value: copy, enumerable: true } }),
    );
  }
}
