import { inspect } from 'node:util';
import { SallyportError } from 'sallyport';
import { connectRedis } from 'sallyport/redis';
import { createTokens, redisPairStore, redisRevocationStore, type Tokens } from 'sallyport/tokens';
import { afterAll, describe, expect, it } from 'vitest';
import { parseRefreshToken } from '../../src/tokens/pairs/refresh-token.ts';
import { useRedisServer } from '../redis-server.ts';
import { encode, forge, goodClaims, hs256 } from './forge.ts';
import { here, newSecret } from './key-pairs.ts';
import { startKeyServer } from './key-server.ts';
import { recordEvents } from './recorded-events.ts';

const secret = newSecret();
const user = 'user-that-must-stay-private';
const redisServer = useRedisServer();
const closing: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const close of closing) await close();
});

/** Everything that can go wrong once, by name: what to call, and the code it ends with. */
function faults(tokens: Tokens): readonly (readonly [code: string, provoke: () => Promise<unknown>, token: string])[] {
  const claims = { ...goodClaims(), sub: user };
  const sign = (over: object = {}, header: object = {}, by = secret) =>
    forge({ alg: 'HS256', kid: 'h', ...header }, { ...claims, ...over }, hs256(by));
  const bad = (code: string, token: string) => [code, () => tokens.verify(token), token] as const;
  const [header, , signature] = sign().split('.');
  return [
    bad('ERR_TOKEN_EXPIRED', sign({ exp: 1_000_000_000, iat: 999_999_990 })),
    bad('ERR_TOKEN_INVALID_SIGNATURE', sign({}, {}, newSecret())),
    bad('ERR_TOKEN_INVALID_SIGNATURE', `${header}.${encode({ ...claims, role: 'admin' })}.${signature}`),
    bad('ERR_TOKEN_MALFORMED', sign({}, { alg: 'none' })),
    bad('ERR_TOKEN_MALFORMED', sign({ role: [user] })),
    bad('ERR_TOKEN_MALFORMED', `${sign()}=`),
    bad('ERR_TOKEN_MALFORMED', sign({ blob: user.repeat(400) })),
    bad('ERR_TOKEN_CLAIM_REFUSED', sign({ iss: `https://${user}.example` })),
    bad('ERR_TOKEN_CLAIM_REFUSED', sign({ nbf: 9_999_999_999, exp: 10_000_000_000, iat: 9_999_999_998 })),
    ['ERR_INVALID_OPTION', () => tokens.issue({ sub: user, exp: 1 }), user],
    ['ERR_INVALID_OPTION', () => tokens.issue({ sub: user, big: 1n }), user],
    ['ERR_INVALID_OPTION', () => tokens.revokeUser(user.repeat(100)), user],
  ];
}

function expectNothingShown(error: unknown, code: string, token: string): void {
  expect(error).toBeInstanceOf(SallyportError);
  expect(error).toMatchObject({ code });
  const shown = inspect(error, { depth: 20, showHidden: true, maxStringLength: null });
  const parts = token.split('.').filter((part) => part.length > 8);
  for (const part of [secret, user, token, ...parts]) expect(shown).not.toContain(part);
}

describe('no error shows a token, a key or a user', () => {
  it('of verify, issue and revoke', async () => {
    const tokens = createTokens({ ...here, keys: [{ kid: 'h', alg: 'HS256', secret }] });
    for (const [code, provoke, token] of faults(tokens)) {
      expectNothingShown(await provoke().catch((error: unknown) => error), code, token);
    }
    const { token } = await tokens.issue({ sub: user });
    const refused = await tokens.revoke(token).catch((error: unknown) => error);
    expectNothingShown(refused, 'ERR_TOKEN_REVOCATION_DISABLED', token);
  });

  it('of keys that cannot be fetched', async () => {
    const keyServer = await startKeyServer();
    await keyServer.stop();
    const tokens = createTokens({ ...here, jwks: { url: keyServer.url } });
    const token = forge({ alg: 'ES256', kid: 'e' }, { ...goodClaims(), sub: user }, hs256(secret));
    const failed = await tokens.verify(token).catch((error: unknown) => error);
    expectNothingShown(failed, 'ERR_TOKEN_KEYS_UNAVAILABLE', token);
  });

  it('of revocation, with Redis there and away', async () => {
    const redis = connectRedis(redisServer.url, { deadlineMs: 1_500 });
    closing.push(() => redis.close());
    const tokens = createTokens({
      ...here,
      keys: [{ kid: 'h', alg: 'HS256', secret }],
      revocation: { mode: 'deny-list', store: redisRevocationStore(redis) },
    });
    const { token } = await tokens.issue({ sub: user });
    await tokens.revoke(token);
    expectNothingShown(await tokens.verify(token).catch((error: unknown) => error), 'ERR_TOKEN_REVOKED', token);
    await redisServer.kill();
    for (const ask of [() => tokens.verify(token), () => tokens.revoke(token), () => tokens.revokeUser(user)]) {
      const refused = await (ask() as Promise<unknown>).catch((error: unknown) => error);
      expectNothingShown(refused, 'ERR_REDIS_UNAVAILABLE', token);
    }
  });
});

describe('a refresh token is nowhere but with its holder', () => {
  it('not in an error, an event, a list or Redis, whatever becomes of it', async () => {
    await redisServer.restart();
    await redisServer.flush();
    const redis = connectRedis(redisServer.url, { deadlineMs: 2_000 });
    closing.push(() => redis.close());
    const options = {
      ...here,
      keys: [{ kid: 'h', alg: 'HS256', secret }],
      revocation: { mode: 'deny-list', store: redisRevocationStore(redis) },
    } as const;
    const pairsWith = (graceSeconds: number) =>
      createTokens({ ...options, pairs: { store: redisPairStore(redis), graceSeconds } }).pairs;
    const [pairs, hasty] = [pairsWith(10), pairsWith(0)];
    const held: string[] = [];
    let listed = '';
    const faults: [code: string, provoke: () => Promise<unknown>][] = [];
    const begin = async () => {
      const { refreshToken, accessToken } = await pairs.issue({ userId: user, deviceId: 'phone' });
      held.push(refreshToken, accessToken);
      return refreshToken;
    };
    const onPhone = { deviceId: 'phone' };
    const told = await recordEvents(
      names,
      () => true,
      async () => {
        const [spent, elsewhere, ended, alive] = [await begin(), await begin(), await begin(), await begin()];
        const rotated = await hasty.refresh(spent, onPhone);
        const newest = await pairs.refresh(alive, onPhone);
        const again = await pairs.refresh(alive, onPhone);
        for (const pair of [rotated, newest, again]) held.push(pair.refreshToken, pair.accessToken);
        await pairs.end(ended);
        const altered = newest.refreshToken.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'));
        faults.push(
          ['ERR_REFRESH_REUSED', () => hasty.refresh(spent, onPhone)],
          ['ERR_REFRESH_ENDED', () => hasty.refresh(rotated.refreshToken, onPhone)],
          ['ERR_REFRESH_WRONG_DEVICE', () => pairs.refresh(elsewhere, { deviceId: 'tablet' })],
          ['ERR_REFRESH_ENDED', () => pairs.refresh(ended, onPhone)],
          ['ERR_REFRESH_REUSED', () => hasty.refresh(ended, onPhone)],
          ['ERR_REFRESH_UNKNOWN', () => pairs.refresh(altered, onPhone)],
          ['ERR_REFRESH_UNKNOWN', () => pairs.refresh(`AAAAAAAAAAA.${alive.split('.')[1]}`, onPhone)],
          ['ERR_REFRESH_UNKNOWN', () => pairs.refresh(`${alive}x`, onPhone)],
          ['ERR_REFRESH_WRONG_DEVICE', () => pairs.refresh(alive, { deviceId: user.repeat(40) })],
          ['ERR_INVALID_OPTION', () => pairs.refresh(alive, { deviceId: [user] as never })],
          ['ERR_INVALID_OPTION', () => pairs.issue({ userId: user, claims: { sub: alive } as never })],
        );
        for (const [code, provoke] of faults) {
          const error = await provoke().catch((thrown: unknown) => thrown);
          for (const token of held) expectNothingShown(error, code, token);
        }
        listed = inspect(await pairs.list(user));
      },
    );
    expect(new Set(told.map(([name]) => name)).size).toBe(names.length);
    const secrets = held.flatMap((token) => {
      const parsed = parseRefreshToken(token);
      if (parsed === undefined) return token.split('.').filter((part) => part.length > 30);
      const { secret: bytes, locator } = parsed;
      return [
        token,
        token.split('.')[1] ?? '',
        ...[bytes, locator].flatMap((each) => [each.toString('base64url'), each.toString('hex')]),
      ];
    });
    const stored: string[] = [];
    for (const key of (await redis.command(['KEYS', '*'])) as string[]) {
      stored.push(key);
      const type = String(await redis.command(['TYPE', key]));
      if (type === 'hash') stored.push(...((await redis.command(['HGETALL', key])) as string[]));
      if (type === 'zset') stored.push(...((await redis.command(['ZRANGE', key, '0', '-1'])) as string[]));
      if (type === 'string') stored.push(String(await redis.command(['GET', key])));
    }
    expect(stored.filter((text) => text.includes(user))).not.toEqual([]);
    const shown = [inspect(told, { depth: 20, maxStringLength: null }), listed, ...stored].join('\n');
    for (const part of secrets) expect(shown).not.toContain(part);
  });
});

const names = [
  'token.refused',
  'token.revoked',
  'token.pair.issued',
  'token.pair.refreshed',
  'token.family.ended',
  'token.reuse',
  'token.device.refused',
] as const;
