import { randomBytes } from 'node:crypto';
import {
  type FamilyKey,
  type NewFamily,
  type PairStore,
  type Rotation,
  type RotationAttempt,
  redisPairStore,
} from 'sallyport/tokens';
import { userTag } from '../../src/redis/keys.ts';
import type { OpenedPort } from '../redis-clients.ts';

/** A store under test together with its time. */
export interface PairStoreSubject {
  readonly store: PairStore;
  /** The same families through another connection, or the same store where there are none. */
  readonly other: PairStore;
  /** Lets time pass on the store's clock: at once on a replaceable clock, really on a server's. */
  advance(ms: number): Promise<void>;
  close(): Promise<void>;
}

/** A subject on Redis, over two connections. */
export async function redisPairSubject(
  open: () => Promise<OpenedPort>,
  namespace: string,
  wait: (ms: number) => Promise<unknown>,
): Promise<PairStoreSubject> {
  const [one, two] = await Promise.all([open(), open()]);
  return {
    store: redisPairStore(one.redis, { namespace }),
    other: redisPairStore(two.redis, { namespace }),
    advance: async (ms) => void (await wait(ms)),
    close: async () => void (await Promise.all([one.close(), two.close()])),
  };
}

export const text = (bytes: number) => randomBytes(bytes).toString('base64url');
export const graceMs = 1_000;
export const hourMs = 3_600_000;

/** The tokens of one family as their holder would make them; the store only ever sees hashes and steps. */
export interface Holder {
  readonly key: FamilyKey;
  readonly family: NewFamily;
  /** The use of generation `n`, with a successor of its own at each call. */
  use(generation: number, over?: Partial<RotationAttempt>): RotationAttempt;
}

let users = 0;

export function newHolder(over: Partial<NewFamily> = {}): Holder {
  users += 1;
  const userId = over.userId ?? `user-${users}`;
  const hashes: string[] = [text(32)];
  const family = {
    userId,
    claims: '{"role":"admin"}',
    hash: hashes[0] ?? '',
    refreshMs: hourMs,
    absoluteMs: 2 * hourMs,
  };
  const made = { ...family, ...over };
  return {
    key: { tag: userTag(userId), id: text(18) },
    family: made,
    use: (generation, more = {}) => {
      hashes[generation + 1] ??= text(32);
      return {
        generation,
        hash: hashes[generation] ?? '',
        ...(made.deviceId === undefined ? {} : { deviceId: made.deviceId }),
        nextHash: hashes[generation + 1] ?? '',
        step: text(32),
        refreshMs: made.refreshMs,
        graceMs,
        endOnWrongDevice: true,
        ...more,
      };
    },
  };
}

/** A store under test, with families that its tests begin. */
export interface PairStoreUnderTest extends Omit<PairStoreSubject, 'close'> {
  begin(over?: Partial<NewFamily>): Promise<Holder>;
}

export function stepsOf(rotation: Rotation): readonly string[] {
  return 'steps' in rotation ? rotation.steps : [];
}
