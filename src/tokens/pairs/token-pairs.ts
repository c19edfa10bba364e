import type { IssuedToken, TokenContents } from '../issue.ts';

/** An access token and the refresh token that leads to the next one. */
export interface TokenPair {
  /** A JWT; goes into `Authorization: Bearer`. */
  readonly accessToken: string;
  readonly accessExpiresAt: Date;
  /** Opaque; good for one `refresh`. */
  readonly refreshToken: string;
  readonly refreshExpiresAt: Date;
  /** The claim `sid` of the access token. */
  readonly familyId: string;
  /** Of the access token. */
  readonly claims: IssuedToken['claims'];
}

export interface NewPair {
  readonly userId: string;
  /** Binds the family to this device: `refresh` has to name the same one. Written as the claim `device`. @default none */
  readonly deviceId?: string | undefined;
  /** `username`, `role` and JSON members of your own, for every access token of the family. */
  readonly claims?: Omit<TokenContents, 'sub' | 'deviceId'> | undefined;
}

export interface RefreshOptions {
  /** The device that asks, if the family is bound to one. */
  readonly deviceId?: string | undefined;
}

/** A login that lives: what `list` shows of a family. */
export interface TokenFamily {
  readonly id: string;
  readonly deviceId?: string;
  readonly createdAt: Date;
  readonly lastUsedAt: Date;
  /** When it expires unless it is refreshed. */
  readonly expiresAt: Date;
  /** When it ends however often it is refreshed. */
  readonly endsAt: Date;
}

/** Pairs of a short access token and a refresh token that is replaced at every use. */
export interface TokenPairs {
  /**
   * Begins a family: a login. Stored before it is returned.
   * @throws InvalidOptionError, TokenSigningKeyMissingError, RedisUnavailableError
   */
  issue(login: NewPair): Promise<TokenPair>;
  /**
   * Spends a refresh token for a new pair. One that was spent less than `graceSeconds` ago gives the newest refresh
   * token again, so it is safe to repeat after an error that is not a `TokenError`.
   * @throws RefreshExpiredError, RefreshReusedError, RefreshEndedError, RefreshDeviceError, RefreshUnknownError;
   *   RedisUnavailableError
   */
  refresh(refreshToken: string, options?: RefreshOptions): Promise<TokenPair>;
  /**
   * Logs out: ends the family of a refresh token, be it the newest or an old one, and its access tokens. Once it has
   * resolved no refresh succeeds. Safe to repeat.
   * @returns `'missing'` for what is no refresh token, or of a family that has expired
   * @throws RedisUnavailableError
   */
  end(refreshToken: string): Promise<'ended' | 'missing'>;
  /** Like `end`, by the claims `sub` and `sid` of an access token, or by the `id` in a list. */
  endFamily(userId: string, familyId: string): Promise<'ended' | 'missing'>;
  /** Logs out a user everywhere: all families and, with revocation, all access tokens issued so far. */
  endUser(userId: string): Promise<void>;
  /** The families of a user that live, the oldest first. */
  list(userId: string): Promise<readonly TokenFamily[]>;
}
