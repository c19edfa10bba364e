import { connectRedis, type RedisPort, RedisReplyError, RedisUnavailableError } from 'sallyport/redis';
import { createTokens, type RevocationOptions, redisRevocationStore, type Tokens } from 'sallyport/tokens';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { revocationKeys } from '../../src/tokens/keys.ts';
import { useRedisServer } from '../redis-server.ts';
import { here, newSecret } from './key-pairs.ts';

const secret = newSecret();
const revoked = { code: 'ERR_TOKEN_REVOKED' };
const opened: RedisPort[] = [];
const redisServer = useRedisServer();

/** One application server: a connection of its own to the Redis they share. */
function appServer(over: Partial<RevocationOptions & { mode: 'deny-list' }> = {}): Tokens {
  const redis = connectRedis(redisServer.url, { deadlineMs: 800 });
  opened.push(redis);
  return createTokens({
    ...here,
    keys: [{ kid: 'h', alg: 'HS256', secret }],
    revocation: { mode: 'deny-list', store: redisRevocationStore(redis), ...over } as RevocationOptions,
  });
}

afterEach(async () => {
  for (const redis of opened.splice(0)) await redis.close();
});

describe('two servers over one Redis', () => {
  beforeEach(() => redisServer.flush());

  it.each(['deny-list', 'allow-list'] as const)('see each other’s revocations at once (%s)', async (mode) => {
    const one = appServer({ mode } as never);
    const two = appServer({ mode } as never);
    const { token } = await one.issue({ sub: 'user-1', deviceId: 'phone' });
    const { token: onTablet } = await two.issue({ sub: 'user-1', deviceId: 'tablet' });
    for (const server of [one, two]) for (const each of [token, onTablet]) await server.verify(each);
    await two.revoke(token);
    await expect(one.verify(token)).rejects.toMatchObject(revoked);
    await one.verify(onTablet);
    await one.revokeDevice('user-1', 'tablet');
    await expect(two.verify(onTablet)).rejects.toMatchObject(revoked);
    const { token: later } = await one.issue({ sub: 'user-1' });
    await two.verify(later);
    await two.revokeUser('user-1');
    await expect(one.verify(later)).rejects.toMatchObject(revoked);
    await two.verify((await two.issue({ sub: 'user-1' })).token);
  });

  it('a token that is issued and revoked in the same breath is gone, and the next login is not', async () => {
    const one = appServer();
    const two = appServer();
    for (let round = 0; round < 100; round += 1) {
      const sub = `user-${round}`;
      const { token } = await one.issue({ sub });
      await one.revokeUser(sub);
      const { token: login } = await one.issue({ sub });
      await expect(two.verify(token)).rejects.toMatchObject(revoked);
      await two.verify(login);
    }
  });

  it('a denied entry lives as long as its token would have', async () => {
    const one = appServer();
    const { token, claims } = await one.issue({ sub: 'user-1' }, { ttlSeconds: 7_200 });
    await one.revoke(token);
    const [redis] = opened;
    const key = revocationKeys('sallyport').denied({ userId: 'user-1', jti: claims.jti });
    expect(await redis?.command(['PEXPIRETIME', key])).toBe(claims.exp * 1_000);
    const ttl = Number(await redis?.command(['TTL', key]));
    expect(ttl).toBeGreaterThanOrEqual(7_198);
    expect(ttl).toBeLessThanOrEqual(7_200);
  });

  it('a refusal of Redis is never taken for an outage', async () => {
    const [one, other] = [appServer({ whenUnavailable: 'accept' }), appServer()];
    const { token } = await other.issue({ sub: 'user-1' });
    const [redis] = opened;
    await redis?.command(['ACL', 'SETUSER', 'default', '-mget'], { key: '' });
    try {
      await expect(one.verify(token)).rejects.toThrow(RedisReplyError);
    } finally {
      await redis?.command(['ACL', 'SETUSER', 'default', '+mget'], { key: '' });
    }
    await one.verify(token);
  });
});

describe.each(['killed', 'frozen'] as const)('Redis %s', (how) => {
  const fail = () => (how === 'killed' ? redisServer.kill() : redisServer.freeze());
  afterEach(() => (how === 'killed' ? redisServer.restart() : redisServer.thaw()));

  it('verify refuses by default, accepts when told to, and needs no Redis without revocation', async () => {
    const [strict, lenient, stateless] = [appServer(), appServer({ whenUnavailable: 'accept' }), noRevocation()];
    const { token } = await strict.issue({ sub: 'user-1' });
    for (const server of [strict, lenient, stateless]) await server.verify(token);
    await fail();
    const startedAt = performance.now();
    await expect(strict.verify(token)).rejects.toThrow(RedisUnavailableError);
    expect(await lenient.verify(token)).toMatchObject({ sub: 'user-1' });
    expect(await stateless.verify(token)).toMatchObject({ sub: 'user-1' });
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    await expect(lenient.verify(`${token}x`)).rejects.toMatchObject({ code: 'ERR_TOKEN_INVALID_SIGNATURE' });
    expect((await strict.issue({ sub: 'user-1' })).token).toBeTypeOf('string');
  });

  it.each([
    ['deny-list', {}],
    ['deny-list that accepts', { whenUnavailable: 'accept' }],
    ['allow-list', { mode: 'allow-list' }],
  ])('a logout is never lost silently (%s)', async (_, over) => {
    const server = appServer(over as never);
    const { token } = await server.issue({ sub: 'user-1', deviceId: 'phone' });
    await server.verify(token);
    await fail();
    await expect(server.revoke(token)).rejects.toThrow(RedisUnavailableError);
    await expect(server.revokeUser('user-1')).rejects.toThrow(RedisUnavailableError);
    await expect(server.revokeDevice('user-1', 'phone')).rejects.toThrow(RedisUnavailableError);
  });

  it('an allow-list issues nothing meanwhile', async () => {
    const server = appServer({ mode: 'allow-list' } as never);
    await server.issue({ sub: 'user-1' });
    await fail();
    await expect(server.issue({ sub: 'user-1' })).rejects.toThrow(RedisUnavailableError);
  });
});

function noRevocation(): Tokens {
  return createTokens({ ...here, keys: [{ kid: 'h', alg: 'HS256', secret }] });
}
