/** The audit of what tokens leave in Redis: on one server with each client, and on a cluster. */
import { type RedisCluster, startRedisCluster } from '@sallyport/lab/cluster';
import { Redis } from 'ioredis';
import { connectRedis, fromIoredis, type RedisPort } from 'sallyport/redis';
import {
  type AuditTokensOptions,
  auditTokens,
  createTokens,
  redisPairStore,
  redisRevocationStore,
  redisUseCountStore,
  type Tokens,
} from 'sallyport/tokens';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { userTag } from '../../src/redis/keys.ts';
import { useCountKeys } from '../../src/tokens/abuse/keys.ts';
import { revocationKeys } from '../../src/tokens/keys.ts';
import { pairKeys } from '../../src/tokens/pairs/keys.ts';
import { type OpenedPort, redisClients } from '../redis-clients.ts';
import { useRedisServer } from '../redis-server.ts';
import { until } from '../until.ts';
import { here, newKey, newSecret } from './key-pairs.ts';
import { pairServer } from './pair-servers.ts';

const server = useRedisServer();
let cluster: RedisCluster;
beforeAll(async () => {
  cluster = await startRedisCluster({ masters: 3 });
}, 60_000);
afterAll(() => cluster?.stop());

const repair = { maxTtlSeconds: 7_200 };
const keys = pairKeys('sallyport');
const topologies: readonly { readonly name: string; open(): Promise<OpenedPort> }[] = [
  ...redisClients.map(({ client, open }) => ({ name: client, open: () => open(server.url) })),
  {
    name: 'ioredis with a prefix of its own',
    open: async () => {
      const client = new Redis(server.port, '127.0.0.1', { keyPrefix: 'tenant*[1]:' });
      const redis = fromIoredis(client, { deadlineMs: 2_000 });
      return {
        redis,
        close: async () => {
          await redis.close();
          client.disconnect();
        },
      };
    },
  },
  {
    name: 'a cluster of three masters',
    open: async () => {
      const redis = connectRedis(cluster.url, { deadlineMs: 2_000 });
      return { redis, close: () => redis.close() };
    },
  },
];

for (const { name, open } of topologies) {
  describe(`auditTokens on ${name}`, () => {
    let opened: OpenedPort;
    let redis: RedisPort;
    let tokens: Tokens;
    beforeAll(async () => {
      await server.flush();
      opened = await open();
      redis = opened.redis;
      tokens = pairServer(redis, newSecret());
    });
    afterAll(() => opened.close());

    const audit = (options: AuditTokensOptions = {}) => auditTokens(redis, { pauseMs: 0, ...options });
    const login = (userId: string) => tokens.pairs.issue({ userId });
    const familyKey = (userId: string, id: string) => ({ tag: userTag(userId), id });
    const found = async (options?: AuditTokensOptions) =>
      (await audit(options)).findings.map(({ problem, kind, key, repaired }) => ({ problem, kind, key, repaired }));

    it('finds nothing wrong with what is written, of twenty users', async () => {
      for (let n = 0; n < 20; n += 1) {
        const pair = await login(`user-${n}`);
        await tokens.pairs.refresh(pair.refreshToken);
        if (n % 4 === 0) await tokens.pairs.end(pair.refreshToken);
        if (n % 5 === 0) await tokens.revokeDevice(`user-${n}`, 'phone');
      }
      await tokens.revoke((await tokens.issue({ sub: 'user-1' })).token);
      const result = await audit({ scanCount: 10 });
      expect(result).toMatchObject({ complete: true, findings: [], expiring: 0, expiringTokens: [] });
      // Ended: 5 logouts and the families of 4 users whose device was revoked; SCAN may tell a key twice.
      expect(result.keys.family).toBeGreaterThanOrEqual(20);
      expect(result.keys['family-index']).toBeGreaterThanOrEqual(15);
      expect(result.keys['family-steps']).toBeGreaterThanOrEqual(15);
      expect(result.keys['cut-off']).toBeGreaterThanOrEqual(4);
      expect(result.keys.denied).toBeGreaterThanOrEqual(6);
      expect(result.keys.other).toBe(0);
      // And changes nothing of it when it may.
      expect(await audit({ repair })).toMatchObject({ findings: [] });
    });

    it('finds entries without a time to live; mended, they outlive every token and then go', async () => {
      const { token, claims } = await tokens.issue({ sub: 'ada' });
      await tokens.revoke(token);
      const denied = revocationKeys('sallyport').denied({ userId: 'ada', jti: claims.jti });
      const odd = `sallyport:token:{${userTag('ada')}}:allowed:a jti\nof others`;
      const before = `sallyport:token:{${userTag('ada')}}:before`;
      await redis.command(['PERSIST', denied]);
      await redis.command(['SET', odd, '1']);
      await redis.command(['SET', before, '1']);
      const problem = (kind: string, key: string, repaired: boolean) => ({ problem: 'no-ttl', kind, key, repaired });
      const all = (repaired: boolean) =>
        expect.arrayContaining([
          problem('denied', denied, repaired),
          problem('allowed', odd, repaired),
          problem('cut-off', before, repaired),
        ]);
      expect(await found()).toEqual(all(false));
      expect(await redis.command(['PTTL', denied])).toBe(-1);
      expect(await found({ repair })).toEqual(all(true));
      for (const key of [denied, odd, before]) {
        const ttlMs = Number(await redis.command(['PTTL', key]));
        expect(ttlMs).toBeGreaterThan(7_790_000);
        expect(ttlMs).toBeLessThanOrEqual(7_800_000);
      }
      await expect(tokens.verify(token)).rejects.toMatchObject({ code: 'ERR_TOKEN_REVOKED' });
      expect(await found()).toEqual([]);
    });

    it('knows what pushed revocation and counted uses leave; mended, it stays as long as it can be needed', async () => {
      const pushed = createTokens({
        ...here,
        keys: [newKey('HS256', 'h')],
        revocation: { mode: 'pushed', store: redisRevocationStore(redis) },
      });
      await until(() => pushed.revocationHealth()?.state, 'current');
      await pushed.revoke((await pushed.issue({ sub: 'ada' })).token);
      await pushed.revokeKey('leaked', { ttlSeconds: 86_400 });
      const nowMs = Date.now();
      const tokensUsed = [{ token: 'hash', uses: [{ atMs: nowMs, count: 9 }] }];
      const report = { server: 'one', sequence: 1, nowMs, maxUses: 100, tokens: tokensUsed };
      await redisUseCountStore(redis).add(report);
      const { keys: counts, findings: nothing } = await audit();
      expect([counts.other, nothing]).toEqual([0, []]);
      // From now on no sign of the follower comes between.
      await pushed.close();
      const follower = 'sallyport:token:{revocations}:follower:gone';
      const { feed, lastId, revokedKeys } = revocationKeys('sallyport').feed;
      const uses = useCountKeys('sallyport');
      const ofMinute = uses.minute(Math.floor(nowMs / 60_000));
      await redis.command(['SET', follower, '']);
      for (const key of [feed, lastId, revokedKeys, ofMinute, uses.lastReport('one')])
        await redis.command(['PERSIST', key]);
      const expected: readonly [kind: string, key: string, leastMs: number, mostMs: number][] = [
        ['revocation-feed', feed, 7_790_000, 7_800_000],
        ['feed-last-id', lastId, 7_790_000, 7_800_000],
        ['revoked-keys', revokedKeys, 86_000_000, 86_400_000],
        ['feed-follower', follower, 170_000, 180_000],
        ['use-counts', ofMinute, 170_000, 180_000],
        ['use-report', uses.lastReport('one'), 170_000, 180_000],
      ];
      const problems = (repaired: boolean) =>
        expect.arrayContaining(expected.map(([kind, key]) => ({ problem: 'no-ttl', kind, key, repaired })));
      expect(await found()).toEqual(problems(false));
      expect(await redis.command(['PTTL', feed])).toBe(-1);
      expect(await found({ repair })).toEqual(problems(true));
      for (const [kind, key, leastMs, mostMs] of expected) {
        const ttlMs = Number(await redis.command(['PTTL', key]));
        expect([kind, ttlMs > leastMs, ttlMs <= mostMs]).toEqual([kind, true, true]);
      }
      expect(await found()).toEqual([]);
      // A sorted set that somebody else has filled ends no audit, and one whose keys are all forgotten goes.
      for (const [score, lives] of [
        ['+inf', 1],
        ['-inf', 0],
      ] as const) {
        await redis.command(['DEL', revokedKeys]);
        await redis.command(['ZADD', revokedKeys, score, 'mark']);
        expect((await found({ repair })).map(({ kind }) => kind)).toEqual(['revoked-keys']);
        expect(await redis.command(['EXISTS', revokedKeys])).toBe(lives);
      }
      for (const [, key] of expected) await redis.command(['DEL', key]);
    });

    it('finds logins without a time to live; mended, they end when a refresh token would', async () => {
      const [living, ended, stale] = await Promise.all(['f-living', 'f-ended', 'f-stale'].map(login));
      await tokens.pairs.end(ended!.refreshToken);
      const key = (user: string, pair: typeof living) => keys.family(familyKey(user, pair!.familyId));
      const [one, two, three] = [key('f-living', living), key('f-ended', ended), key('f-stale', stale)];
      for (const each of [one, two, three]) await redis.command(['PERSIST', each]);
      await redis.command(['PERSIST', keys.index(userTag('f-living'))]);
      await redis.command(['HSET', three, 'lastUsedAt', String(Date.now() - 8 * 86_400_000)]);
      expect((await found()).map(({ kind }) => kind).toSorted()).toEqual([
        'family',
        'family',
        'family',
        'family-index',
      ]);
      expect((await found({ repair })).every(({ repaired }) => repaired)).toBe(true);
      expect(await redis.command(['EXISTS', three])).toBe(0);
      for (const each of [one, two]) {
        const ttlMs = Number(await redis.command(['PTTL', each]));
        expect([ttlMs > 604_000_000, ttlMs <= 604_800_000]).toEqual([true, true]);
      }
      expect(Number(await redis.command(['PTTL', keys.index(userTag('f-living'))]))).toBeGreaterThan(604_000_000);
      expect(await tokens.pairs.list('f-stale')).toEqual([]);
      await tokens.pairs.refresh(living!.refreshToken);
      await expect(tokens.pairs.refresh(ended!.refreshToken)).rejects.toMatchObject({ code: 'ERR_REFRESH_ENDED' });
      expect(await found()).toEqual([]);
    });

    it('finds a login that "log out everywhere" does not reach; mended, it does', async () => {
      const pair = await login('lost');
      await redis.command(['DEL', keys.index(userTag('lost'))]);
      await tokens.pairs.endUser('lost');
      const family = keys.family(familyKey('lost', pair.familyId));
      expect(await found()).toEqual([{ problem: 'unlisted-family', kind: 'family', key: family, repaired: false }]);
      expect(await found({ repair })).toEqual([
        { problem: 'unlisted-family', kind: 'family', key: family, repaired: true },
      ]);
      expect((await tokens.pairs.list('lost')).map(({ id }) => id)).toEqual([pair.familyId]);
      expect(await found()).toEqual([]);
      await tokens.pairs.endUser('lost');
      await expect(tokens.pairs.refresh(pair.refreshToken)).rejects.toMatchObject({ code: 'ERR_REFRESH_ENDED' });
    });

    it('finds members and steps of logins that are gone, also in an index of many', async () => {
      const index = keys.index(userTag('many'));
      const kept = await login('many');
      const far = String(Date.now() + 86_400_000);
      const ghosts = Array.from({ length: 1_200 }, (_, n) => `ghost${n}`.padEnd(24, '-'));
      await redis.command(['ZADD', index, ...ghosts.flatMap((ghost) => [far, ghost])]);
      const refreshed = await login('steps');
      await tokens.pairs.refresh(refreshed.refreshToken);
      const gone = familyKey('steps', refreshed.familyId);
      await redis.command(['DEL', keys.family(gone)]);
      const before = await audit({ maxFindings: 5 });
      expect(before.findings).toHaveLength(5);
      expect(before.problems['orphaned-member']).toEqual({ found: 1_201, repaired: 0 });
      expect(before.problems['orphaned-steps']).toEqual({ found: 1, repaired: 0 });
      const mended = await audit({ repair, maxFindings: 2_000 });
      expect(mended.problems['orphaned-member']).toEqual({ found: 1_201, repaired: 1_201 });
      expect(mended.findings).toContainEqual({
        problem: 'orphaned-member',
        kind: 'family-index',
        key: keys.index(userTag('steps')),
        familyId: refreshed.familyId,
        repaired: true,
      });
      expect(await redis.command(['EXISTS', keys.steps(gone)])).toBe(0);
      expect(await redis.command(['ZCARD', index])).toBe(1);
      expect((await tokens.pairs.list('many')).map(({ id }) => id)).toEqual([kept.familyId]);
      expect(await found()).toEqual([]);
    });

    it('finds nothing wrong, and mends nothing, while logins come and go', async () => {
      let done = false;
      const visitor = async (n: number) => {
        for (let round = 0; round < 10; round += 1) {
          const { refreshToken } = await login(`guest-${n % 4}`);
          const next = await tokens.pairs.refresh(refreshToken).catch(() => undefined);
          if (round % 3 === 0 && next !== undefined) await tokens.pairs.end(next.refreshToken);
          if (round % 5 === 4) await tokens.pairs.endUser(`guest-${n % 4}`);
        }
      };
      const traffic = Promise.all([0, 1, 2, 3, 4, 5, 6, 7].map(visitor)).finally(() => {
        done = true;
      });
      let audits = 0;
      do {
        expect((await audit({ repair, scanCount: 50 })).findings).toEqual([]);
        audits += 1;
      } while (!done || audits < 3);
      await traffic;
    });

    it('lists what is about to expire, the next one first', async () => {
      const store = redisRevocationStore(redis);
      const until = (ms: number) => Date.now() + ms;
      await store.allow({ userId: 'ada', jti: 'soon' }, until(100_000));
      await store.allow({ userId: 'ada', jti: 'sooner' }, until(50_000));
      await store.allow({ userId: 'ada', jti: 'later' }, until(900_000));
      const short = { userId: 'ada', claims: '{}', hash: 'x', refreshMs: 75_000, absoluteMs: 75_000 };
      await redisPairStore(redis).create(familyKey('ada', 'A'.repeat(24)), short);
      const { expiring, expiringTokens } = await audit({ expiringWithinSeconds: 300 });
      expect(expiring).toBe(3);
      expect(expiringTokens.map(({ kind, key }) => [kind, key.split(':').at(-1)])).toEqual([
        ['allowed', 'sooner'],
        ['family', 'A'.repeat(24)],
        ['allowed', 'soon'],
      ]);
      expect((await audit({ expiringWithinSeconds: 20 })).expiring).toBe(0);
    });

    it('lists those of many that expire first, wherever SCAN meets them', async () => {
      const namespace = 'many';
      const store = redisRevocationStore(redis, { namespace });
      const jtis = Array.from({ length: 40 }, (_, n) => `jti-${(n * 17) % 40}`);
      await Promise.all(
        jtis.map((jti, n) => store.allow({ userId: `user-${n % 7}`, jti }, Date.now() + 100_000 + n * 10_000)),
      );
      for (const maxFindings of [0, 1, 5, 39]) {
        const result = await audit({ namespace, expiringWithinSeconds: 900, maxFindings, scanCount: 10 });
        const listed = result.expiringTokens.map(({ key }) => key.split(':').at(-1));
        expect([result.expiring >= 40, listed.length]).toEqual([true, maxFindings]);
        // SCAN may tell a key twice.
        const unlike = [...new Set(listed)];
        expect(unlike).toEqual(jtis.slice(0, unlike.length));
      }
    });

    it('leaves alone what is not its own: other keys, other types, other namespaces', async () => {
      const tag = userTag('strangers');
      const other = `sallyport:token:{${tag}}:something-new`;
      const wrong = keys.family({ tag, id: 'B'.repeat(24) });
      const wrongIndex = keys.index(tag);
      await redis.command(['SET', other, '1']);
      await redis.command(['SET', wrong, '1']);
      const noFamily = keys.family({ tag, id: 'C'.repeat(24) });
      await redis.command(['HSET', noFamily, 'colour', 'green']);
      await redis.command(['SET', wrongIndex, '1']);
      const { feed } = revocationKeys('sallyport').feed;
      await redis.command(['SET', feed, 'no stream']);
      await redis.command(['SET', 'elsewhere:token:{aaaaaaaaaaa}:before', '1']);
      await redis.command(['SET', 'sallyport:session:{aaaaaaaaaaa}:x', '1']);
      const wrongs = [
        { problem: 'wrong-type', kind: 'family', key: wrong, repaired: false },
        { problem: 'wrong-type', kind: 'family', key: noFamily, repaired: false },
        { problem: 'wrong-type', kind: 'family-index', key: wrongIndex, repaired: false },
        { problem: 'wrong-type', kind: 'revocation-feed', key: feed, repaired: false },
      ];
      expect(await found({ repair })).toEqual(expect.arrayContaining(wrongs));
      const result = await audit();
      expect([result.keys.other, result.problems['no-ttl'].found]).toEqual([1, 0]);
      expect((await audit({ namespace: 'elsewhere' })).problems['no-ttl'].found).toBe(1);
      for (const key of [other, wrong, noFamily, wrongIndex, feed]) await redis.command(['DEL', key]);
    });

    it('tells how far it is, and ends early when asked to', async () => {
      const told: number[] = [];
      let total = 0;
      await audit({
        scanCount: 10,
        onProgress: (progress) => {
          told.push(progress.lookedAt);
          total = progress.total;
        },
      });
      expect(told.length).toBeGreaterThan(3);
      expect(told).toEqual(told.toSorted((one, another) => one - another));
      expect([told.at(-1), total > 30]).toEqual([total, true]);
      const controller = new AbortController();
      const ended = await audit({ scanCount: 10, signal: controller.signal, onProgress: () => controller.abort() });
      expect(ended.complete).toBe(false);
      expect((await audit({ signal: AbortSignal.abort() })).complete).toBe(false);
    });

    it.each<[string, AuditTokensOptions]>([
      ['namespace', { namespace: 'a b' }],
      ['expiringWithinSeconds', { expiringWithinSeconds: -1 }],
      ['repair', { repair: true as never }],
      ['repair.maxTtlSeconds', { repair: {} as never }],
      ['repair.refreshTtlSeconds', { repair: { maxTtlSeconds: 1, refreshTtlSeconds: 0 } }],
      ['scanCount', { scanCount: 1 }],
      ['pauseMs', { pauseMs: 0.5 }],
      ['maxFindings', { maxFindings: -1 }],
    ])('refuses a wrong %s', async (option, options) => {
      await expect(auditTokens(redis, options)).rejects.toMatchObject({ code: 'ERR_INVALID_OPTION', option });
    });
  });
}
