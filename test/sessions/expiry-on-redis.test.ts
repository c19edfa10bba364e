/** How expired sessions are found in Redis while other things happen. */
import { type RedisPort, RedisUnavailableError } from 'sallyport/redis';
import { type RedisSessionStoreOptions, redisSessionStore, type SessionStore } from 'sallyport/sessions';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newSessionId, type SessionId } from '../../src/sessions/session-id.ts';
import { redisClients } from '../redis-clients.ts';
import { useRedisServer } from '../redis-server.ts';
import { until } from '../until.ts';

type Run = RedisPort['run'];

const server = useRedisServer();

describe('expired sessions in Redis', () => {
  let redis: RedisPort;
  let close: () => Promise<void>;
  beforeAll(async () => {
    ({ redis, close } = await redisClients[0]!.open(server.url, 5_000));
  });
  afterAll(() => close());
  beforeEach(() => server.flush());

  const keysOf = async (pattern: string) => (await redis.command(['KEYS', pattern])) as string[];
  const openStore = (options: RedisSessionStoreOptions = {}, run: Run = redis.run) =>
    redisSessionStore({ ...redis, run }, { ...options, expiryEvents: true });
  /** As `run`, but what is given happens before the first script of this name. */
  const beforeThe = (name: string, meanwhile: () => Promise<void>): Run => {
    let isFirst = true;
    return async (script, ...rest) => {
      if (script.name === name && isFirst) {
        isFirst = false;
        await meanwhile();
      }
      return redis.run(script, ...rest);
    };
  };
  const admit = async ({ users }: SessionStore, userId: string, idleMs: number): Promise<SessionId> => {
    const id = newSessionId(userId);
    await users!.admit(
      id,
      { userId, idleMs, absoluteMs: undefined, data: new Map() },
      { perUser: undefined, perDeviceType: undefined, whenFull: 'allow', replaces: undefined, tombstoneMs: 1_000 },
    );
    return id;
  };
  /** Looks until so many were told. */
  const tell = async ({ users }: SessionStore, count: number) => {
    const told: string[] = [];
    await until(async () => {
      told.push(...(await users!.takeExpired!()).map(({ userId }) => userId));
      return told.length;
    }, count);
    return told;
  };
  /** When the user is to be looked after next, in ms; `undefined`: not at all. */
  const nextLookMs = async (userId: string) => {
    for (const key of await keysOf('*:session-expiry:*')) {
      const score = await redis.command(['ZSCORE', key, userId]);
      if (score !== null) return Number(score) - Date.now();
    }
    return undefined;
  };

  for (const layout of ['hash', 'string'] as const) {
    it(`are told although the last look came while their login was held up: ${layout}`, async () => {
      const other = openStore({ layout });
      await admit(other, 'ada', 1);
      const heldUp = openStore(
        { layout },
        beforeThe('admit', async () => {
          expect(await tell(other, 1)).toEqual(['ada']);
          await until(() => nextLookMs('ada'), undefined);
        }),
      );
      await admit(heldUp, 'ada', 50);
      expect(await tell(other, 1)).toEqual(['ada']);
      expect(await keysOf('*:user:*')).toEqual([]);
    });

    it(`are told in time although the look before came while they got a shorter one: ${layout}`, async () => {
      const other = openStore({ layout });
      const long = await admit(other, 'ada', 600_000);
      await admit(other, 'ada', 1);
      const heldUp = openStore(
        { layout },
        beforeThe(`retime-${layout}`, async () => {
          expect(await tell(other, 1)).toEqual(['ada']);
          await until(async () => ((await nextLookMs('ada')) ?? 0) > 500_000, true);
        }),
      );
      expect(await heldUp.retime(long, { idleMs: 50, userId: 'ada' })).toMatchObject({ status: 'changed' });
      expect(await tell(other, 1)).toEqual(['ada']);
    });
  }

  it('are told after a login that was held up for longer than looks are known', async () => {
    const admitted: string[] = [];
    const store = openStore({}, async (script, keys, args, options) => {
      if (script.name !== 'admit') return redis.run(script, keys, args, options);
      const late = [...args];
      // As if it came 61 s after its user was put among the watched.
      if (admitted.length === 0) late[10] = String(Number(args[10]) - 61_000);
      const answer = await redis.run(script, keys, late, options);
      admitted.push(String((answer as string[])[0]));
      return answer;
    });
    await admit(store, 'ada', 50);
    expect(admitted).toEqual(['overtaken', 'admitted']);
    expect(await tell(store, 1)).toEqual(['ada']);
  });

  it('let a login in that is overtaken again and again, and are told all the same', async () => {
    let overtaken = 0;
    const store = openStore({}, async (script, keys, args, options) => {
      if (script.name !== 'admit' || args[10] === '') return redis.run(script, keys, args, options);
      overtaken++;
      return ['overtaken'];
    });
    await admit(store, 'ada', 50);
    expect(overtaken).toBe(4);
    expect(await tell(store, 1)).toEqual(['ada']);
  });

  it('are told when the answer that named them was lost', async () => {
    let lost = 0;
    const store = openStore({}, async (script, ...rest) => {
      const answer = await redis.run(script, ...rest);
      if (script.name !== 'take-expired' || lost === 2) return answer;
      lost++;
      throw new RedisUnavailableError('deadline', 'Redis did not answer.');
    });
    await admit(store, 'ada', 1);
    await admit(store, 'ada', 1);
    const told: string[] = [];
    await until(async () => {
      const expired = await store.users!.takeExpired!().catch((error: unknown) => {
        expect(error).toBeInstanceOf(RedisUnavailableError);
        return [];
      });
      told.push(...expired.map(({ userId }) => userId));
      return told.length;
    }, 2);
    for (let turn = 0; turn < 8; turn++) expect(await store.users!.takeExpired!()).toEqual([]);
    expect(lost).toBe(2);
  });

  it('are all told in one round when many come at once', async () => {
    const store = openStore();
    const userIds = Array.from({ length: 1_600 }, (_, index) => `user-${index}`);
    for (let first = 0; first < userIds.length; first += 200) {
      await Promise.all(userIds.slice(first, first + 200).map((userId) => admit(store, userId, 1)));
    }
    await until(() => keysOf('*:session:*'), []);
    const told: string[] = [];
    for (let part = 0; part < 8; part++) {
      told.push(...(await store.users!.takeExpired!()).map(({ userId }) => userId));
    }
    expect(told.sort()).toEqual(userIds.sort());
  });

  it('are left to others by a store that was closed', async () => {
    const [closed, other] = [openStore(), openStore()];
    await admit(closed, 'ada', 1);
    await until(() => keysOf('*:session:*'), []);
    await closed.close();
    for (let part = 0; part < 8; part++) expect(await closed.users!.takeExpired!()).toEqual([]);
    expect(await tell(other, 1)).toEqual(['ada']);
  });
});
