import { InvalidOptionError } from '../../errors.ts';
import { shortText } from '../../option-checks.ts';
import { userTag } from '../../redis/keys.ts';
import { emit } from '../../telemetry/events.ts';
import type { IssuedToken, TokenContents } from '../issue.ts';
import { RefreshUnknownError } from './errors.ts';
import type { PairSettings } from './options.ts';
import {
  hashOfSecret,
  newFamily,
  newStep,
  parseRefreshToken,
  type RefreshToken,
  successorOf,
  writeRefreshToken,
} from './refresh-token.ts';
import { isRefusal, type Refusal, refuse } from './refuse.ts';
import type { FamilyEndReason, FamilyKey, FamilyOwner, FamilyRecord, FamilySelection } from './store.ts';
import type { TokenFamily, TokenPair, TokenPairs } from './token-pairs.ts';

/** What pairs need of the tokens they are part of. */
export interface PairSurroundings {
  readonly settings: PairSettings;
  nowMs(): number;
  /** The issue time of a token that is about to be issued. */
  issueMs(): number;
  /** Signs an access token, and puts it on the allow-list where there is one. */
  sign(contents: TokenContents, issuedAtMs: number): Promise<IssuedToken>;
  /** Takes back the access tokens of a family. */
  revokeFamily(userId: string, familyId: string): Promise<void>;
  /** How long an access token can outlive the end of its family, in ms. */
  readonly longestAccessMs: number;
  endUser(userId: string): Promise<void>;
}

export interface TokenPairsInternals extends TokenPairs {
  /** Ends families of a user with their access tokens. */
  endSelected(userId: string, selection: FamilySelection): Promise<void>;
}

const setByIssue = ['sub', 'sid', 'deviceId'];

export function createTokenPairs(surroundings: PairSurroundings): TokenPairsInternals {
  const { settings, sign, issueMs, nowMs, revokeFamily, longestAccessMs } = surroundings;
  const { store, refreshMs, absoluteMs, graceMs, endOnWrongDevice } = settings;

  async function finish(
    key: FamilyKey,
    owner: FamilyOwner,
    reason: FamilyEndReason,
    wasAlive: boolean,
  ): Promise<'ended'> {
    if (wasAlive) emit('token.family.ended', { userId: owner.userId, familyId: key.id, reason });
    // Also for one that had been ended before: whoever did that may have failed to get here.
    await revokeFamily(owner.userId, key.id);
    return 'ended';
  }

  async function endOne(key: FamilyKey, userId?: string): Promise<'ended' | 'missing'> {
    const found = await store.end(key, 'logout', userId);
    return found === undefined ? 'missing' : finish(key, found.owner, 'logout', found.wasAlive);
  }

  /** What a refusal leaves to be done before it is told. */
  async function settle(key: FamilyKey, rotation: Refusal): Promise<void> {
    if (rotation.status === 'replayed') await finish(key, rotation.owner, 'reused', true);
    if (rotation.status === 'wrong-device' && rotation.ended) await finish(key, rotation.owner, 'wrong-device', true);
    if (rotation.status === 'ended' && rotation.sinceMs < longestAccessMs) {
      await finish(key, rotation.owner, rotation.reason, false);
    }
  }

  function pairOf(access: IssuedToken, refresh: RefreshToken, expiresAtMs: number): TokenPair {
    return {
      accessToken: access.token,
      accessExpiresAt: new Date(access.claims.exp * 1_000),
      refreshToken: writeRefreshToken(refresh),
      refreshExpiresAt: new Date(expiresAtMs),
      familyId: refresh.key.id,
      claims: access.claims,
    };
  }

  return {
    issue: async ({ userId, deviceId, claims = {} }) => {
      checkClaims(claims);
      const { key, locator, secret } = newFamily(shortText('userId', userId));
      const contents = { ...claims, deviceId: deviceId === undefined ? undefined : shortText('deviceId', deviceId) };
      // Signed first: claims that cannot be signed are found out before anything is stored.
      const access = await sign({ ...contents, sub: userId, sid: key.id }, issueMs());
      const { expiresAt } = await store.create(key, {
        ...ownerOf(userId, deviceId),
        claims: JSON.stringify(claims),
        hash: hashOfSecret(secret),
        refreshMs,
        absoluteMs,
      });
      emit('token.pair.issued', { ...ownerOf(userId, deviceId), familyId: key.id });
      const refresh = { key, locator, secret, generation: 0, expiresAtSeconds: Math.floor(expiresAt / 1_000) };
      return pairOf(access, refresh, expiresAt);
    },

    refresh: async (refreshToken, { deviceId } = {}) => {
      const presented = parseRefreshToken(refreshToken);
      if (presented === undefined) throw refused(new RefreshUnknownError());
      // Its length is not ours to refuse: it comes with the request, and can only be the right one or a wrong one.
      if (deviceId !== undefined && typeof deviceId !== 'string') throw new InvalidOptionError('deviceId', 'text');
      const { key, generation, secret } = presented;
      const step = newStep();
      // Before the store is asked: a cut-off that lies after the rotation then lies after the access token too.
      const issuedAtMs = issueMs();
      const rotation = await store.rotate(key, {
        ...(deviceId === undefined ? {} : { deviceId }),
        generation,
        hash: hashOfSecret(secret),
        nextHash: hashOfSecret(successorOf(secret, step)),
        step,
        refreshMs,
        graceMs,
        endOnWrongDevice,
      });
      if (isRefusal(rotation)) {
        // The alarm does not wait for a store that may be away.
        const refusal = refuse(presented, rotation, { nowMs: nowMs(), graceMs });
        await settle(key, rotation);
        throw refused(refusal);
      }
      const { owner, expiresAt } = rotation;
      const contents = { ...(JSON.parse(rotation.claims) as object), deviceId: owner.deviceId };
      const access = await sign({ ...contents, sub: owner.userId, sid: key.id }, issuedAtMs);
      emit('token.pair.refreshed', {
        userId: owner.userId,
        familyId: key.id,
        repeated: rotation.status === 'repeated',
      });
      const newest = {
        ...presented,
        generation: rotation.generation,
        expiresAtSeconds: Math.floor(expiresAt / 1_000),
        secret: rotation.steps.reduce(successorOf, secret),
      };
      return pairOf(access, newest, expiresAt);
    },

    end: async (refreshToken) => {
      const presented = parseRefreshToken(refreshToken);
      return presented === undefined ? 'missing' : endOne(presented.key);
    },
    endFamily: async (userId, familyId) =>
      endOne({ tag: userTag(shortText('userId', userId)), id: shortText('familyId', familyId) }, userId),
    endUser: async (userId) => surroundings.endUser(shortText('userId', userId)),
    endSelected: async (userId, selection) => {
      // No repeat finds a family that has been ended, and its newest access tokens may have been issued after the time that
      // is given: so those are taken back first, and whatever fails afterwards is done by a repeat.
      if (selection.createdBefore !== undefined) {
        const chosen = (await store.list(userId)).filter((record) => isSelected(record, selection));
        await Promise.all(chosen.map(({ id }) => revokeFamily(userId, id)));
      }
      const ended = await store.endAll(userId, selection, 'logout');
      const tag = userTag(userId);
      await Promise.all(ended.map((record) => finish({ tag, id: record.id }, record, 'logout', true)));
    },
    list: async (userId) => (await store.list(shortText('userId', userId))).map(familyOf),
  };
}

function refused<Refusal extends { readonly code: string }>(error: Refusal): Refusal {
  emit('token.refused', { code: error.code });
  return error;
}

function checkClaims(claims: object): void {
  if (typeof claims !== 'object' || claims === null) throw new InvalidOptionError('claims', 'an object');
  for (const claim of setByIssue) {
    if (Object.hasOwn(claims, claim)) throw new InvalidOptionError(`claims.${claim}`, 'left out: issue() sets it');
  }
}

function ownerOf(userId: string, deviceId: string | undefined): FamilyOwner {
  return deviceId === undefined ? { userId } : { userId, deviceId };
}

function isSelected(
  { deviceId, createdAt }: FamilyRecord,
  { deviceId: chosen = deviceId, createdBefore = Number.POSITIVE_INFINITY }: FamilySelection,
): boolean {
  return deviceId === chosen && createdAt < createdBefore;
}

function familyOf({ id, userId, deviceId, ...times }: FamilyRecord): TokenFamily {
  return {
    id,
    ...(deviceId === undefined ? {} : { deviceId }),
    createdAt: new Date(times.createdAt),
    lastUsedAt: new Date(times.lastUsedAt),
    expiresAt: new Date(times.expiresAt),
    endsAt: new Date(times.endsAt),
  };
}
