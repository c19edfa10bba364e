import { defineScript } from '../../redis/define-script.ts';
import { defaultNamespace, slotKeys, userTag } from '../../redis/keys.ts';
import type { RedisPort, RedisReply, RedisScript } from '../../redis/port.ts';
import { pairKeys } from './keys.ts';
import {
  type FamilyEndReason,
  type FamilyOwner,
  type FamilyRecord,
  maxSteps,
  type PairStore,
  type Rotation,
} from './store.ts';

const script = (name: string): RedisScript =>
  defineScript(new URL('./prelude.lua', import.meta.url), new URL(`./${name}.lua`, import.meta.url));

const createScript = script('create');
const rotateScript = script('rotate');
const endScript = script('end');
const endAllScript = script('end-all');
const listScript = script('list');

export interface RedisPairStoreOptions {
  /** Prefix of all keys. @default 'sallyport' */
  readonly namespace?: string;
}

/**
 * Keeps families of token pairs in Redis 7.0 or Valkey, for all servers together. Every method is one script: one round
 * trip. Times come from Redis' own clock.
 * @throws InvalidOptionError for a namespace that cannot be part of a key.
 */
export function redisPairStore(
  redis: RedisPort,
  { namespace = defaultNamespace }: RedisPairStoreOptions = {},
): PairStore {
  const keys = pairKeys(namespace);
  const run = async (each: RedisScript, of: readonly string[], args: readonly string[]) =>
    (await redis.run(each, of, args)) as RedisReply[];

  return {
    create: async (key, { userId, deviceId = '', claims, hash, refreshMs, absoluteMs }) => {
      const [createdAt, expiresAt, endsAt] = await run(
        createScript,
        [keys.family(key), keys.index(key.tag)],
        [key.id, userId, deviceId, claims, hash, String(refreshMs), String(absoluteMs)],
      );
      return { createdAt: Number(createdAt), expiresAt: Number(expiresAt), endsAt: Number(endsAt) };
    },
    rotate: async (key, attempt) => {
      const { generation, hash, deviceId = '', nextHash, step, refreshMs, graceMs, endOnWrongDevice } = attempt;
      const answer = await run(
        rotateScript,
        [keys.family(key), keys.steps(key), keys.index(key.tag)],
        [
          ...[key.id, String(generation), hash, deviceId, nextHash, step, String(refreshMs), String(graceMs)],
          ...[String(maxSteps), endOnWrongDevice ? 'end' : 'keep'],
        ],
      );
      return rotationOf(answer, endOnWrongDevice);
    },
    end: async (key, reason, userId = '') => {
      const [status, ...owner] = await run(
        endScript,
        [keys.family(key), keys.index(key.tag), keys.steps(key)],
        [key.id, reason, userId],
      );
      return status === 'missing' ? undefined : { owner: ownerOf(owner), wasAlive: status === 'ended' };
    },
    endAll: async (userId, { deviceId = '', createdBefore }, reason) => {
      const tag = userTag(userId);
      const before = createdBefore === undefined ? '' : String(Math.ceil(createdBefore));
      const args = [userId, deviceId, before, reason];
      return recordsOf(userId, await run(endAllScript, slotKeys(keys.index(tag)), args));
    },
    list: async (userId) => {
      const tag = userTag(userId);
      const living = recordsOf(userId, await run(listScript, slotKeys(keys.index(tag)), [userId]));
      return living.toSorted((one, other) => one.createdAt - other.createdAt);
    },
  };
}

function rotationOf([status, user, device, ...rest]: readonly RedisReply[], endOnWrongDevice: boolean): Rotation {
  const owner = ownerOf([user, device]);
  switch (status) {
    case 'rotated':
    case 'repeated': {
      const [claims, generation, expiresAt, ...steps] = rest;
      return {
        status,
        owner,
        claims: String(claims),
        generation: Number(generation),
        steps: steps as string[],
        expiresAt: Number(expiresAt),
      };
    }
    case 'replayed':
    case 'unknown':
      return { status, owner };
    case 'wrong-device':
      return { status, owner, ended: endOnWrongDevice };
    case 'ended':
      return { status, owner, reason: rest[0] as FamilyEndReason, sinceMs: Number(rest[1]) };
    default:
      return { status: 'missing' };
  }
}

function ownerOf([user, device]: readonly (RedisReply | undefined)[]): FamilyOwner {
  const userId = String(user);
  return typeof device === 'string' ? { userId, deviceId: device } : { userId };
}

function recordsOf(userId: string, rows: readonly RedisReply[]): FamilyRecord[] {
  return (rows as RedisReply[][]).map(([id, device, createdAt, lastUsedAt, expiresAt, endsAt]) => ({
    id: String(id),
    ...ownerOf([userId, device]),
    createdAt: Number(createdAt),
    lastUsedAt: Number(lastUsedAt),
    expiresAt: Number(expiresAt),
    endsAt: Number(endsAt),
  }));
}
