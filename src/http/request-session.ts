import { isFromElsewhere, SessionEndedError, SessionNotFoundError, sessionOver } from '../sessions/errors.ts';
import type { Session, SessionAftermath, SessionDevice, SessionIdentity, Sessions } from '../sessions/index.ts';
import { ResponseStartedError } from './errors.ts';
import type { HttpExchange } from './exchange.ts';
import type { SessionCookie } from './session-cookie.ts';

/** How a request's cookie was answered by the store. */
export type SessionState<Data extends object> =
  | { readonly status: 'live'; readonly session: Session<Data> }
  | { readonly status: 'none' }
  | { readonly status: 'ended'; readonly reason: string }
  /** The store could not be asked or its record not be read; whoever needs the session is told so. */
  | { readonly status: 'failed'; readonly error: Error };

/**
 * `request.session`: the visitor's session, or the lack of one. Reading is synchronous, since the session was read
 * when the request came; every write is stored before its promise resolves, so an error can still be answered.
 *
 * When the store was away, every member throws `RedisUnavailableError`: a visitor whose session cannot be read is
 * neither logged in nor logged out. Routes that never touch the session are not affected.
 */
export class RequestSession<Data extends object = Sallyport.SessionData> {
  readonly #sessions: Sessions<Data>;
  readonly #cookie: SessionCookie;
  readonly #exchange: HttpExchange;
  #state: SessionState<Data>;
  /** Settles, and never rejects, when the session that this request is beginning is there or cannot be. */
  #beginning: Promise<void> | undefined;

  /** Made by the adapters. */
  constructor(sessions: Sessions<Data>, cookie: SessionCookie, exchange: HttpExchange, state: SessionState<Data>) {
    this.#sessions = sessions;
    this.#cookie = cookie;
    this.#exchange = exchange;
    this.#state = state;
  }

  /** True when a user is signed in. @throws RedisUnavailableError */
  get isAuthenticated(): boolean {
    return this.#live()?.userId !== undefined;
  }
  get userId(): string | undefined {
    return this.#live()?.userId;
  }
  get username(): string | undefined {
    return this.#live()?.username;
  }
  get role(): string | undefined {
    return this.#live()?.role;
  }
  get loginTime(): Date | undefined {
    return this.#live()?.loginTime;
  }
  get lastAccess(): Date | undefined {
    return this.#live()?.lastAccess;
  }
  /** When the session ends if the user does nothing more. */
  get expiresAt(): Date | undefined {
    return this.#live()?.expiresAt;
  }
  get ipAddress(): string | undefined {
    return this.#live()?.ipAddress;
  }
  get userAgent(): string | undefined {
    return this.#live()?.userAgent;
  }

  get device(): SessionDevice | undefined {
    return this.#live()?.device;
  }
  /** Names the session among those of its user, as `sallyport.devices` and `force_logout` do. No secret. */
  get handle(): string | undefined {
    return this.#live()?.handle;
  }

  /** One field of the application's own data. */
  get<Field extends keyof Data & string>(field: Field): Data[Field] | undefined {
    return this.#live()?.get(field);
  }
  /** A copy of the application's own data. */
  get data(): Partial<Data> {
    return this.#live()?.data ?? {};
  }

  /**
   * Stores fields at once; a visitor without a session gets one. Other fields are left as they are, also by parallel
   * requests. For a value made from the old one use `update`.
   * @throws SessionDataTooLargeError, SessionNotSerialisableError, SessionEndedError (logged out meanwhile),
   * ResponseStartedError, RedisUnavailableError
   */
  async set(fields: Partial<Data>): Promise<void>;
  async set<Field extends keyof Data & string>(field: Field, value: Data[Field]): Promise<void>;
  async set(fieldOrFields: string | object, value?: unknown): Promise<void> {
    const fields = (typeof fieldOrFields === 'string' ? { [fieldOrFields]: value } : fieldOrFields) as Partial<Data>;
    while (this.#beginning !== undefined) await this.#beginning;
    const session = this.#live();
    if (session === undefined) await this.#begin(fields);
    else await session.set(fields);
  }

  /**
   * Replaces a field by what `make` returns for its present value, without losing a parallel change.
   * @throws SessionConflictError, and as `set`
   * @example await request.session.update('cart', (cart = []) => [...cart, item]);
   */
  async update<Field extends keyof Data & string>(
    field: Field,
    make: (present: Data[Field] | undefined) => Data[Field] | undefined,
  ): Promise<Data[Field] | undefined> {
    while (this.#beginning !== undefined) await this.#beginning;
    const session = this.#live();
    if (session !== undefined) return session.update(field, make);
    const first = make(undefined);
    if (first !== undefined) await this.#begin({ [field]: first } as unknown as Partial<Data>);
    return first;
  }

  /** Removes fields. @throws as `set` */
  async remove(...fields: (keyof Data & string)[]): Promise<void> {
    while (this.#beginning !== undefined) await this.#beginning;
    await this.#live()?.remove(...fields);
  }

  /**
   * Signs a user in, always under a new id, and sets the cookie. The visitor's data comes along.
   * @param details.device what is known of the device, for `sallyport.devices` and the limits of `session.devices`
   * @throws SessionLimitError, SessionIdentityError, ResponseStartedError, RedisUnavailableError, and for `data` as `set`
   */
  async login(
    identity: SessionIdentity & { readonly data?: Partial<Data> },
    { device }: { readonly device?: SessionDevice } = {},
  ): Promise<void> {
    while (this.#beginning !== undefined) await this.#beginning;
    this.#mustNotHaveStarted();
    const { data, ...user } = identity;
    const details = {
      ...this.#client(),
      ...(device === undefined ? {} : { device }),
      ...(data === undefined ? {} : { data }),
    };
    await this.#take(this.#sessions.login(this.#live(), user, details));
  }

  /**
   * Gives the session a new id, and optionally another role: for every change of privilege.
   * @throws SessionNotFoundError, SessionEndedError, ResponseStartedError, RedisUnavailableError
   */
  async rotate(options: { readonly role?: string } = {}): Promise<void> {
    while (this.#beginning !== undefined) await this.#beginning;
    this.#mustNotHaveStarted();
    const session = this.required();
    await this.#take(session.rotate(options).then(() => session));
  }

  /** Ends the session on all servers and clears the cookie. Harmless without one. @throws RedisUnavailableError */
  async logout(): Promise<void> {
    while (this.#beginning !== undefined) await this.#beginning;
    this.#mustNotHaveStarted();
    const session = this.#live();
    await session?.end('logout');
    this.#state = { status: 'none' };
    this.#exchange.setCookie(this.#cookie.name, this.#cookie.clear());
  }

  /**
   * The session of a signed-in user, for guards.
   * @throws SessionNotFoundError, SessionEndedError (with the reason), SessionUndecodableError, RedisUnavailableError
   */
  required(): Session<Data> {
    if (this.#state.status === 'failed') throw this.#state.error;
    if (this.#state.status === 'ended') throw sessionOver(this.#state.reason);
    if (this.#state.status === 'none') throw new SessionNotFoundError();
    const { session } = this.#state;
    if (session.userId !== undefined) return session;
    throw session.afterEnd === undefined ? new SessionNotFoundError() : sessionOver(session.afterEnd);
  }

  #live(): Session<Data> | undefined {
    if (this.#state.status === 'failed') {
      // A record that cannot be read is no session; a store that cannot be asked leaves the question open.
      if ((this.#state.error as { code?: unknown }).code === 'ERR_SESSION_UNDECODABLE') return undefined;
      throw this.#state.error;
    }
    return this.#state.status === 'live' ? this.#state.session : undefined;
  }

  async #begin(data: Partial<Data>): Promise<void> {
    // The browser has, or is about to get, a newer id than the one it sent: a second session would push that out.
    if (this.#state.status === 'ended' && this.#state.reason === 'rotated') throw new SessionEndedError('rotated');
    this.#mustNotHaveStarted();
    await this.#take(this.#sessions.create({ ...this.#client(), ...this.#aftermath(), data }));
  }

  /** Whatever else this request does with its session meanwhile waits, and is then done to the one that is being made. */
  async #take(making: Promise<Session<Data>>): Promise<void> {
    const taken = making
      .then((session) => {
        this.#state = { status: 'live', session };
        this.#exchange.setCookie(this.#cookie.name, this.#cookie.store(session.id));
      })
      .finally(() => {
        this.#beginning = undefined;
      });
    this.#beginning = taken.catch(() => {});
    await taken;
  }

  #mustNotHaveStarted(): void {
    if (this.#exchange.responseStarted()) throw new ResponseStartedError();
  }

  /** The cookie that brings the reason goes with the first write: the new session keeps it for the guards. */
  #aftermath(): SessionAftermath {
    if (this.#state.status !== 'ended' || !isFromElsewhere(this.#state.reason)) return {};
    return { afterEnd: this.#state.reason };
  }

  #client(): { ipAddress?: string; userAgent?: string } {
    const { userAgent } = this.#exchange;
    const ipAddress = this.#exchange.ipAddress();
    return {
      ...(ipAddress === undefined ? {} : { ipAddress }),
      ...(userAgent === undefined ? {} : { userAgent }),
    };
  }
}
