import { connectRedis, type RedisPort } from 'sallyport/redis';
import {
  type AnnouncingRevocationStore,
  createTokens,
  memoryRevocationStore,
  redisRevocationStore,
} from 'sallyport/tokens';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { userTag } from '../../src/redis/keys.ts';
import { revocationKeys } from '../../src/tokens/keys.ts';
import { denialMark } from '../../src/tokens/pushed/marks.ts';
import { describeRevocationFeed, Follower, type RevocationFeedSubject } from '../contracts/revocation-feed.ts';
import { type OpenedPort, redisClients } from '../redis-clients.ts';
import { clusterClients, useRedisCluster } from '../redis-cluster.ts';
import { useRedisServer } from '../redis-server.ts';
import { until } from '../until.ts';
import { here, newSecret } from './key-pairs.ts';
import { recordEvents } from './recorded-events.ts';

const longestMs = 7_200_000;

function announcing(redis: RedisPort, namespace = 'sallyport', longest = longestMs): AnnouncingRevocationStore {
  const store = redisRevocationStore(redis, { namespace }).announcing?.(longest);
  if (store === undefined) throw new Error('it announces');
  return store;
}

async function overRedis(open: () => Promise<OpenedPort>, namespace: string): Promise<RevocationFeedSubject> {
  const [one, other] = await Promise.all([open(), open()]);
  return {
    one: announcing(one.redis, namespace),
    other: announcing(other.redis, namespace),
    now: () => Date.now(),
    close: async () => {
      await Promise.all([one.close(), other.close()]);
    },
  };
}

describeRevocationFeed('memory', async () => {
  const store = memoryRevocationStore().announcing?.(longestMs);
  if (store === undefined) throw new Error('it announces');
  return { one: store, other: store, now: () => Date.now(), close: async () => {} };
});

const server = useRedisServer();

for (const { client, open } of redisClients) {
  describeRevocationFeed(client, () => overRedis(() => open(server.url, 5_000), client));
}

describe('a Redis Cluster of three masters', () => {
  const cluster = useRedisCluster();
  for (const { client, open } of clusterClients) {
    describeRevocationFeed(`${client} on a cluster`, () => overRedis(() => open(cluster, 5_000), client));
  }
});

describe('the feed in Redis', () => {
  const { feed } = revocationKeys('sallyport');
  const inAnHour = () => Date.now() + 3_600_000;
  const token = (jti: string) => ({ userId: 'user-1', jti });
  let redis: RedisPort;
  beforeAll(() => {
    redis = connectRedis(server.url, { deadlineMs: 5_000 });
  });
  afterAll(() => redis.close());
  beforeEach(() => server.flush());

  async function hasAll(follower: Follower, ids: readonly string[]): Promise<void> {
    await follower.caughtUp();
    const heard = new Set(follower.marks());
    expect(ids.filter((jti) => !heard.has(denialMark(token(jti))))).toEqual([]);
  }

  it('is written in one script with what Redis is asked for, where one server has both', async () => {
    const sent: string[] = [];
    const counting: RedisPort = {
      ...redis,
      command: (args, options) => {
        sent.push(String(args[0]));
        return redis.command(args, options);
      },
      run: (script, ...rest) => {
        sent.push(script.name);
        return redis.run(script, ...rest);
      },
    };
    const store = announcing(counting);
    await store.deny(token('a'), inAnHour());
    await store.cutOff({ userId: 'user-1' }, 5_000, inAnHour());
    expect(sent).toEqual(['announce', 'announce']);
    const written = JSON.stringify(await redis.command(['XRANGE', feed.feed, '-', '+']));
    expect(written).toContain(denialMark(token('a')));
    expect(written).not.toContain('user-1');
  });

  it('lives as long as the longest token, and keeps nothing that is older', async () => {
    const short = announcing(redis, 'sallyport', 1_000);
    // More than a node of the stream holds, for whole nodes are trimmed.
    for (let n = 0; n < 300; n++) await short.deny(token(`old ${n}`), inAnHour());
    expect(Number(await redis.command(['PTTL', feed.feed]))).toBeLessThanOrEqual(1_000);
    await announcing(redis).deny(token('long'), inAnHour());
    expect(Number(await redis.command(['PTTL', feed.feed]))).toBeGreaterThan(longestMs - 10_000);
    const writtenAt = Date.now();
    await until(() => Date.now() > writtenAt + 1_000, true);
    await short.deny(token('new'), inAnHour());
    expect(Number(await redis.command(['XLEN', feed.feed]))).toBeLessThan(110);
    // One server's shorter life must not end what others need.
    expect(Number(await redis.command(['PTTL', feed.feed]))).toBeGreaterThan(longestMs - 20_000);
  });

  it('keeps a revocation for as long as it concerns a token, also one of a time that lies ahead', async () => {
    const hs256 = { kid: 'h', alg: 'HS256', secret: newSecret() } as const;
    const revocation = { mode: 'pushed', store: redisRevocationStore(redis) } as const;
    const lives = { ttlSeconds: 2, maxTtlSeconds: 2 };
    const tokens = createTokens({ ...here, keys: [hs256], revocation, ...lives });
    try {
      const issuedBefore = new Date(Date.now() + 299_000);
      await tokens.revokeUser('user-1', { issuedBefore });
      const cutOff = `sallyport:token:{${userTag('user-1')}}:before`;
      const end = async (key: string) => Number(await redis.command(['PEXPIRETIME', key]));
      expect(await end(cutOff)).toBe(issuedBefore.getTime() + 2_000);
      expect(await end(feed.feed)).toBeGreaterThanOrEqual(await end(cutOff));
    } finally {
      await tokens.close();
    }
  });

  /** In turns that begin from now on: as many as another, for whom nothing is missing, needs for a few proofs. */
  async function provesNothing(follower: Follower): Promise<boolean> {
    const askedAt = performance.now();
    const other = new Follower(announcing(redis, 'sallyport', 1));
    for (let turn = 0; turn < 5; turn++) await other.caughtUp();
    await other.close();
    return follower.provenMs < askedAt;
  }

  const lowerEntry = (jti: string): string[] => [
    ...['XADD', feed.feed, `${Date.now() - 60_000}-0`, 'previous', '0-0', 'mark', denialMark(token(jti))],
    ...['until', String(inAnHour()), 'before', ''],
  ];

  it('is read again from its start when it was removed and begun anew, whatever the ids are', async () => {
    const store = announcing(redis);
    const [follower, short] = [new Follower(store), new Follower(announcing(redis, 'sallyport', 1))];
    await store.deny(token('before'), inAnHour());
    for (const each of [follower, short]) await hasAll(each, ['before']);
    const gaps = await recordEvents(
      ['token.revocations.gap'],
      () => true,
      async () => {
        // As after a fail-over to a server whose clock is behind: the new ids are lower than those that were read.
        await redis.command(['DEL', feed.feed]);
        await redis.command(lowerEntry('lower'));
        await until(() => follower.marks().includes(denialMark(token('lower'))), true);
      },
    );
    expect(gaps.length).toBeGreaterThan(0);
    await store.deny(token('after'), inAnHour());
    await until(() => follower.marks().includes(denialMark(token('after'))), true);
    // What else the feed has lost concerns no token by now, where they live so shortly.
    await hasAll(short, ['before', 'after']);
    expect(await provesNothing(follower)).toBe(true);
    await Promise.all([follower.close(), short.close()]);
  });

  it('notices entries that took the place of others', async () => {
    const store = announcing(redis);
    const follower = new Follower(store);
    await store.deny(token('one'), inAnHour());
    await hasAll(follower, ['one']);
    // The follower sleeps while the feed loses an entry that it has read and gets others, the last with a higher id.
    await server.freeze();
    const port = connectRedis(server.url, { deadlineMs: 10_000 });
    const removed = port.command(['DEL', feed.feed]);
    const added = port.command(lowerEntry('two'));
    const higher = announcing(port).deny(token('three'), inAnHour());
    await server.thaw();
    await Promise.all([removed, added, higher]);
    await until(() => ['two', 'three'].every((jti) => follower.marks().includes(denialMark(token(jti)))), true);
    expect(await provesNothing(follower)).toBe(true);
    await port.close();
    await follower.close();
  });

  it('that is removed is missed by whoever has not read all of it, and by nobody else', async () => {
    const store = announcing(redis);
    const follower = new Follower(store);
    await store.deny(token('a'), inAnHour());
    await hasAll(follower, ['a']);
    await redis.command(['DEL', feed.feed]);
    const late = new Follower(store);
    await hasAll(follower, []);
    expect(await provesNothing(late)).toBe(true);
    await store.deny(token('b'), inAnHour());
    await hasAll(follower, ['a', 'b']);
    await until(() => late.marks(), [denialMark(token('b'))]);
    expect(await provesNothing(late)).toBe(true);
    expect(Number(await redis.command(['PEXPIRETIME', feed.lastId]))).toBe(
      Number(await redis.command(['PEXPIRETIME', feed.feed])),
    );
    await Promise.all([follower.close(), late.close()]);
  });

  it.each(['the feed', 'all'] as const)(
    'is missed when %s was removed with an entry that was not read',
    async (what) => {
      const store = announcing(redis);
      const follower = new Follower(store);
      await store.deny(token('a'), inAnHour());
      await hasAll(follower, ['a']);
      // In one script, so that nobody reads it.
      const unread = `local id = redis.call('XADD', KEYS[1], '*', 'previous', '', 'mark', 'x', 'until', ARGV[1], 'before', '')
      redis.call('SET', KEYS[2], id)
      redis.call('DEL', KEYS[1])
      if ARGV[2] == 'all' then redis.call('DEL', KEYS[2]) end`;
      await redis.command(['EVAL', unread, '2', feed.feed, feed.lastId, String(inAnHour()), what]);
      expect(await provesNothing(follower)).toBe(true);
      await follower.close();
    },
  );

  it('whose newest entry was removed is missed by whoever has not read it, at every turn', async () => {
    const store = announcing(redis);
    const follower = new Follower(store);
    for (const jti of ['a', 'b']) await store.deny(token(jti), inAnHour());
    await hasAll(follower, ['a', 'b']);
    const newest = (await redis.command(['XREVRANGE', feed.feed, '+', '-', 'COUNT', '1'])) as [[string]];
    await redis.command(['XDEL', feed.feed, newest[0][0]]);
    const late = new Follower(store);
    await until(() => late.marks(), [denialMark(token('a'))]);
    expect(await provesNothing(late)).toBe(true);
    expect(late.provenMs).toBe(Number.NEGATIVE_INFINITY);
    await hasAll(follower, ['a', 'b']);
    await Promise.all([follower.close(), late.close()]);
  });

  it('proves nothing while something is missing that a living token may need', async () => {
    const store = announcing(redis);
    for (const jti of ['a', 'b', 'c']) await store.deny(token(jti), inAnHour());
    await redis.command(['XTRIM', feed.feed, 'MAXLEN', '1']);
    const follower = new Follower(store);
    await until(() => follower.marks().length, 1);
    // A server whose tokens live so shortly that what is missing concerns none of them.
    const short = new Follower(announcing(redis, 'sallyport', 1_000));
    await until(() => Number.isFinite(short.provenMs), true);
    expect(follower.provenMs).toBe(Number.NEGATIVE_INFINITY);
    expect(follower.marks()).toEqual([denialMark(token('c'))]);
    await Promise.all([follower.close(), short.close()]);
  });

  it('tells once that it cannot be read, and goes on when it can', async () => {
    await redis.command(['ACL', 'SETUSER', 'default', '-xread'], { key: '' });
    const store = announcing(redis);
    let follower: Follower | undefined;
    try {
      const told = await recordEvents(
        ['token.revocations.unavailable'],
        () => true,
        async () => {
          follower = new Follower(store);
          await store.deny(token('a'), inAnHour());
          const signs = async () => ((await redis.command(['KEYS', feed.follower('*')])) as string[]).length;
          await until(signs, 1);
          const toldOne = performance.now();
          await until(() => performance.now() > toldOne + 1_200, true);
        },
      );
      expect(told).toEqual([['token.revocations.unavailable', { reason: 'NOPERM' }]]);
      expect(follower?.provenMs).toBe(Number.NEGATIVE_INFINITY);
    } finally {
      await redis.command(['ACL', 'SETUSER', 'default', '+xread'], { key: '' });
    }
    await hasAll(follower!, ['a']);
    await follower?.close();
  });
});
