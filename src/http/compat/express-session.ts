/** A store for applications that use express-session. */
import { type Session, type SessionData, Store } from 'express-session';
import { answerCallback } from './answer-callback.ts';
import type { DropInSessions } from './drop-in-sessions.ts';
import { openDropInSessions, type SallyportStoreOptions } from './store-options.ts';

export type { SallyportStoreOptions } from './store-options.ts';

/**
 * Keeps the sessions of express-session in Redis or Valkey, or in memory.
 *
 * A request stores the fields that it changed and leaves the others as they are, so parallel requests keep each other's
 * writes; of two that change the same field the later one wins. A session that was destroyed is not stored again by a
 * request that was under way. Session ids are stored as hashes.
 * @throws InvalidOptionError
 * @example app.use(session({ store: new SallyportStore({ redis: 'redis://localhost' }), secret, resave: false, … }))
 */
export class SallyportStore extends Store {
  readonly #sessions: DropInSessions<SessionData>;

  constructor(options: SallyportStoreOptions<SessionData> = {}) {
    super();
    this.#sessions = openDropInSessions(options);
  }

  override get(sid: string, callback: (error: unknown, session?: SessionData | null) => void): void {
    answerCallback(this.#sessions.get(sid), callback);
  }

  override set(sid: string, session: SessionData, callback?: (error?: unknown) => void): void {
    answerCallback(this.#sessions.set(sid, session), callback);
  }

  override destroy(sid: string, callback?: (error?: unknown) => void): void {
    answerCallback(this.#sessions.destroy(sid), callback);
  }

  override touch(sid: string, session: SessionData, callback?: (error?: unknown) => void): void {
    answerCallback(this.#sessions.touch(sid, session), callback);
  }

  /** All sessions, without their ids: only hashes of those are stored. Reads every one; not for large stores. */
  override all(callback: (error: unknown, sessions?: SessionData[] | null) => void): void {
    answerCallback(this.#sessions.all(), callback);
  }

  /** How many sessions there are; walks through all keys of the server. */
  override length(callback: (error: unknown, length?: number) => void): void {
    answerCallback(this.#sessions.length(), callback);
  }

  /** Destroys all sessions of this namespace; walks through all keys of the server. */
  override clear(callback?: (error?: unknown) => void): void {
    answerCallback(this.#sessions.clear(), callback);
  }

  /** The sessions of a user. @throws RedisUnavailableError, InvalidOptionError when the store was not given `userId` */
  sessionsOfUser(userId: string): Promise<SessionData[]> {
    return this.#sessions.ofUser(userId);
  }

  /**
   * Destroys all sessions of a user, or all but one. A login that is under way may be refused too. Resolves with how
   * many there were.
   * @param options.except The id of the session to keep, as in `request.sessionID`.
   * @throws RedisUnavailableError, InvalidOptionError when the store was not given `userId`
   */
  destroyUser(userId: string, options: { readonly except?: string } = {}): Promise<number> {
    return this.#sessions.destroyUser(userId, options.except);
  }

  /** Called by express-session when it makes a request's session from a stored one. */
  override createSession(request: Parameters<Store['createSession']>[0], session: SessionData): Session & SessionData {
    const made = super.createSession(request, session);
    this.#sessions.copied(session, made);
    return made;
  }

  /** Closes the connection that this store opened; a client that you made stays open. */
  close(): Promise<void> {
    return this.#sessions.close();
  }
}
