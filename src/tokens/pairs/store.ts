/** Where the families of token pairs are kept. Every method is atomic: it takes effect as a whole or not at all. */

/** Where a family lies. Nothing of it makes a token. */
export interface FamilyKey {
  /** Short hash of the user id; keeps all keys of one user in one cluster slot. */
  readonly tag: string;
  /** The claim `sid` of the family's access tokens. */
  readonly id: string;
}

/** Whom a family was issued to. */
export interface FamilyOwner {
  readonly userId: string;
  /** Without one the family is not bound to a device. */
  readonly deviceId?: string;
}

export interface NewFamily extends FamilyOwner {
  /** What the application wants in the access tokens, as JSON. */
  readonly claims: string;
  /** Hash of the first refresh token, which has generation 0. */
  readonly hash: string;
  readonly refreshMs: number;
  readonly absoluteMs: number;
}

/** A family that lives. Times are Unix milliseconds on the store's own clock. */
export interface FamilyRecord extends FamilyOwner {
  readonly id: string;
  readonly createdAt: number;
  /** Of the last rotation, or of the issue. */
  readonly lastUsedAt: number;
  /** When the newest refresh token expires, and with it the family. */
  readonly expiresAt: number;
  /** When the family ends however often it is refreshed. */
  readonly endsAt: number;
}

/** One use of a refresh token, with the successor it will have if it is the newest. */
export interface RotationAttempt {
  /** How many rotations lie before the token that is used. */
  readonly generation: number;
  readonly hash: string;
  /** The device that asks; counts only for a family that is bound to one. */
  readonly deviceId?: string;
  readonly nextHash: string;
  /** What makes the successor out of the spent token. Kept for `graceMs`. */
  readonly step: string;
  readonly refreshMs: number;
  /** How long a spent token is answered with the newest one; 0 never. */
  readonly graceMs: number;
  /** Whether a use by another device ends the family. */
  readonly endOnWrongDevice: boolean;
}

/** Why a family was ended before its time. */
export type FamilyEndReason = 'logout' | 'reused' | 'wrong-device';

export type Rotation =
  /**
   * `rotated`: the token was the newest, and is spent now. `repeated`: it was spent less than `graceMs` ago, or there
   * have been `maxSteps` rotations within `graceMs`; nothing was changed. `steps` lead, one after the other, from the
   * token that was used to the newest one, which has `generation`.
   */
  | {
      readonly status: 'rotated' | 'repeated';
      readonly owner: FamilyOwner;
      readonly claims: string;
      readonly generation: number;
      readonly steps: readonly string[];
      readonly expiresAt: number;
    }
  /** The token was spent longer ago than `graceMs`. The family has been ended. */
  | { readonly status: 'replayed'; readonly owner: FamilyOwner }
  /** The token is good and of another device. `ended`: so is the family. */
  | { readonly status: 'wrong-device'; readonly owner: FamilyOwner; readonly ended: boolean }
  /** The family was ended `sinceMs` ago. */
  | {
      readonly status: 'ended';
      readonly owner: FamilyOwner;
      readonly reason: FamilyEndReason;
      readonly sinceMs: number;
    }
  /** The family lives and never had this token. Nothing was changed. */
  | { readonly status: 'unknown'; readonly owner: FamilyOwner }
  /** There is no such family: it expired, or it never was. */
  | { readonly status: 'missing' };

/** Most rotations within `graceMs`; it bounds what is kept for the grace window. */
export const maxSteps = 8;

/** Which families of a user; all when nothing is said. */
export interface FamilySelection {
  readonly deviceId?: string;
  /** Unix milliseconds. */
  readonly createdBefore?: number;
}

/**
 * The port behind `tokens.pairs`. A family is gone by itself when its newest refresh token expires. One that was ended
 * is remembered until then, and lives in no list. A method that resolved has taken effect for every call that starts
 * afterwards, on any server. One that rejected may or may not have taken effect.
 */
export interface PairStore {
  create(key: FamilyKey, family: NewFamily): Promise<Pick<FamilyRecord, 'createdAt' | 'expiresAt' | 'endsAt'>>;
  /**
   * Spends a refresh token. Of concurrent uses of the newest one, one rotates it and all the others repeat that;
   * of concurrent uses of a token that was spent long ago, one finds it replayed and all the others the family ended.
   */
  rotate(key: FamilyKey, attempt: RotationAttempt): Promise<Rotation>;
  /**
   * Ends a family, once: the first reason stays. Safe to repeat.
   * @param userId when given, a family of somebody else is not found
   * @returns whose it was, also when it had been ended before; `undefined` when there is none
   */
  end(
    key: FamilyKey,
    reason: FamilyEndReason,
    userId?: string,
  ): Promise<{ readonly owner: FamilyOwner; readonly wasAlive: boolean } | undefined>;
  /** Ends families of a user. @returns those that this call has ended */
  endAll(userId: string, selection: FamilySelection, reason: FamilyEndReason): Promise<readonly FamilyRecord[]>;
  /** The families of a user that live, the oldest first. */
  list(userId: string): Promise<readonly FamilyRecord[]>;
}
