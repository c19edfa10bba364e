import { type Clock, systemClock } from '../../clock.ts';
import { ExpiringMap } from '../../expiring-map.ts';
import { userTag } from '../../redis/keys.ts';
import {
  type FamilyEndReason,
  type FamilyKey,
  type FamilyOwner,
  type FamilyRecord,
  maxSteps,
  type PairStore,
  type Rotation,
  type RotationAttempt,
} from './store.ts';

export interface MemoryPairStoreOptions {
  /** @default the system's clock */
  readonly clock?: Clock;
}

interface LivingFamily {
  readonly record: FamilyRecord;
  readonly claims: string;
  readonly generation: number;
  readonly hash: string;
  /** What the last rotations leave for the grace window, the oldest first. */
  readonly steps: readonly SpentToken[];
}

interface SpentToken {
  readonly generation: number;
  readonly hash: string;
  readonly step: string;
  readonly spentAt: number;
}

interface EndedFamily {
  readonly owner: FamilyOwner;
  readonly reason: FamilyEndReason;
  readonly endedAt: number;
}

type Family = LivingFamily | EndedFamily;

/** Keeps families in this process: for one server, for development and for tests. A restart forgets them. */
export function memoryPairStore({ clock = systemClock }: MemoryPairStoreOptions = {}): PairStore {
  const families = new ExpiringMap<Family>(clock);
  const idsOfTag = new ExpiringMap<ReadonlySet<string>>(clock);

  const placeOf = ({ tag, id }: FamilyKey) => `${tag}:${id}`;

  /** The families of a user that live; the others leave the index. */
  function livingOf(tag: string): (LivingFamily & { readonly key: FamilyKey })[] {
    return [...(idsOfTag.get(tag)?.value ?? [])].flatMap((id) => {
      const family = families.get(placeOf({ tag, id }))?.value;
      return family === undefined || 'reason' in family ? [] : [{ ...family, key: { tag, id } }];
    });
  }

  function put(key: FamilyKey, family: LivingFamily): void {
    families.set(placeOf(key), family, family.record.expiresAt);
    const others = livingOf(key.tag).filter((other) => other.key.id !== key.id);
    const records = [...others.map(({ record }) => record), family.record];
    const untilMs = records.reduce((latest, { expiresAt }) => Math.max(latest, expiresAt), 0);
    idsOfTag.set(key.tag, new Set(records.map(({ id }) => id)), untilMs);
  }

  function end(key: FamilyKey, { record }: LivingFamily, reason: FamilyEndReason): void {
    const ended: EndedFamily = { owner: ownerOf(record), reason, endedAt: clock.now() };
    families.set(placeOf(key), ended, record.expiresAt);
    const index = idsOfTag.get(key.tag);
    const ids = new Set(index?.value);
    ids.delete(key.id);
    if (ids.size === 0) idsOfTag.delete(key.tag);
    else idsOfTag.set(key.tag, ids, index?.untilMs ?? 0);
  }

  function rotate(key: FamilyKey, attempt: RotationAttempt): Rotation {
    const now = clock.now();
    const family = families.get(placeOf(key))?.value;
    if (family === undefined) return { status: 'missing' };
    if ('reason' in family) {
      return { status: 'ended', owner: family.owner, reason: family.reason, sinceMs: now - family.endedAt };
    }
    const { record, claims, generation } = family;
    const owner = ownerOf(record);
    const inGrace = family.steps.filter(({ spentAt }) => now - spentAt < attempt.graceMs);
    const spent = inGrace.find((each) => each.generation === attempt.generation);
    if (attempt.generation < generation && spent === undefined) {
      end(key, family, 'reused');
      return { status: 'replayed', owner };
    }
    const isNewest = attempt.generation === generation;
    if (attempt.hash !== (isNewest ? family.hash : spent?.hash)) return { status: 'unknown', owner };
    if (owner.deviceId !== undefined && attempt.deviceId !== owner.deviceId) {
      if (attempt.endOnWrongDevice) end(key, family, 'wrong-device');
      return { status: 'wrong-device', owner, ended: attempt.endOnWrongDevice };
    }
    if (!isNewest || inGrace.length >= maxSteps) {
      const steps = inGrace.filter((each) => each.generation >= attempt.generation).map(({ step }) => step);
      return { status: 'repeated', owner, claims, generation, steps, expiresAt: record.expiresAt };
    }
    const expiresAt = Math.min(now + attempt.refreshMs, record.endsAt);
    const { hash, step } = attempt;
    put(key, {
      record: { ...record, lastUsedAt: now, expiresAt },
      claims,
      generation: generation + 1,
      hash: attempt.nextHash,
      steps: [...inGrace, { generation, hash, step, spentAt: now }],
    });
    return { status: 'rotated', owner, claims, generation: generation + 1, steps: [step], expiresAt };
  }

  return {
    create: async (key, { claims, hash, refreshMs, absoluteMs, ...owner }) => {
      const createdAt = clock.now();
      const endsAt = createdAt + absoluteMs;
      const expiresAt = Math.min(createdAt + refreshMs, endsAt);
      const record = { id: key.id, ...owner, createdAt, lastUsedAt: createdAt, expiresAt, endsAt };
      put(key, { record, claims, generation: 0, hash, steps: [] });
      return { createdAt, expiresAt, endsAt };
    },
    rotate: async (key, attempt) => rotate(key, attempt),
    end: async (key, reason, userId) => {
      const family = families.get(placeOf(key))?.value;
      if (family === undefined) return undefined;
      const owner = 'reason' in family ? family.owner : ownerOf(family.record);
      if (userId !== undefined && owner.userId !== userId) return undefined;
      const wasAlive = !('reason' in family);
      if (wasAlive) end(key, family, reason);
      return { owner, wasAlive };
    },
    endAll: async (userId, { deviceId, createdBefore = Number.POSITIVE_INFINITY }, reason) => {
      const chosen = livingOf(userTag(userId)).filter(
        ({ record }) =>
          record.userId === userId &&
          (deviceId === undefined || record.deviceId === deviceId) &&
          record.createdAt < createdBefore,
      );
      for (const family of chosen) end(family.key, family, reason);
      return chosen.map(({ record }) => record);
    },
    list: async (userId) =>
      livingOf(userTag(userId))
        .map(({ record }) => record)
        .filter((record) => record.userId === userId)
        .toSorted((one, other) => one.createdAt - other.createdAt),
  };
}

function ownerOf({ userId, deviceId }: FamilyOwner): FamilyOwner {
  return deviceId === undefined ? { userId } : { userId, deviceId };
}
