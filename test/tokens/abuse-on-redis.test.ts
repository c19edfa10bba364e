/** Uses of a token on three servers over one Redis, also while Redis is away. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { startRedis } from '@sallyport/lab/cluster';
import { createSallyport, type SallyportEvents } from 'sallyport';
import type { RedisPort } from 'sallyport/redis';
import {
  createTokens,
  redisRevocationStore,
  redisUseCountStore,
  type Tokens,
  type TokensOptions,
} from 'sallyport/tokens';
import { describe, expect, it, onTestFinished } from 'vitest';
import { redisClients } from '../redis-clients.ts';
import { until } from '../until.ts';
import { here, newSecret } from './key-pairs.ts';
import { codeOf } from './pair-servers.ts';

const revoked = 'ERR_TOKEN_REVOKED';
const use = async (tokens: Tokens, token: string, times: number) => {
  for (let count = 0; count < times; count += 1) await tokens.verify(token);
};

/** What is told of a user from now on. */
function hearAbuse(userId: string): SallyportEvents['token.abused'][] {
  const heard: SallyportEvents['token.abused'][] = [];
  const listener = (payload: unknown) => {
    if ((payload as SallyportEvents['token.abused']).userId === userId)
      heard.push(payload as SallyportEvents['token.abused']);
  };
  subscribe('sallyport:token.abused', listener);
  onTestFinished(() => void unsubscribe('sallyport:token.abused', listener));
  return heard;
}

for (const { client, open } of redisClients) {
  async function threeServers(
    url: string,
    optionsOf: (redis: RedisPort) => Partial<TokensOptions>,
    deadlineMs = 2_000,
  ) {
    const secret = newSecret();
    const servers: Tokens[] = [];
    for (let index = 0; index < 3; index += 1) {
      const { redis, close } = await open(url, deadlineMs);
      onTestFinished(() => close());
      const tokens = createTokens({
        ...here,
        keys: [{ kid: 'h', alg: 'HS256', secret }],
        abuse: { store: redisUseCountStore(redis), mergeEveryMs: 20 },
        ...optionsOf(redis),
      });
      onTestFinished(() => tokens.close());
      servers.push(tokens);
    }
    return servers as [Tokens, Tokens, Tokens];
  }

  async function ownRedis() {
    const server = await startRedis();
    onTestFinished(() => server.stop());
    return server;
  }

  describe(`abuse on three servers: ${client}`, () => {
    it('40 uses on each are caught, told of once, and refused by all; 33 on each are not', async () => {
      const { url } = await ownRedis();
      const userId = `abused-spread-${client}`;
      const servers = await threeServers(url, (redis) => ({
        revocation: { mode: 'deny-list', store: redisRevocationStore(redis) },
      }));
      const { token, claims } = await servers[0].issue({ sub: userId });
      const { token: spared } = await servers[0].issue({ sub: userId });
      const abused = hearAbuse(userId);
      for (const server of servers) await use(server, spared, 33);
      const calls = servers.flatMap((server) => Array.from({ length: 40 }, () => codeOf(server.verify(token))));
      for (const code of await Promise.all(calls)) expect([undefined, revoked]).toContain(code);
      for (const server of servers) await until(() => codeOf(server.verify(token)), revoked);
      // Closed, they have told all that they had begun to tell.
      for (const server of servers) await server.close();
      expect(abused).toMatchObject([{ jti: claims.jti, action: 'revoke' }]);
      for (const server of servers) expect(await codeOf(server.verify(spared))).toBe(undefined);
    });

    it('Redis away: every use goes on and is counted, and merged when it is back', async () => {
      const server = await ownRedis();
      const userId = `abused-away-${client}`;
      const servers = await threeServers(server.url, () => ({}));
      const { token, claims: spread } = await servers[0].issue({ sub: userId });
      const { token: burst, claims: alone } = await servers[0].issue({ sub: userId });
      await use(servers[0], token, 10);
      await server.kill();
      const abused = hearAbuse(userId);
      for (const each of servers) await use(each, token, 40);
      // A burst on one server needs no Redis.
      await use(servers[1], burst, 150);
      expect(abused).toMatchObject([{ jti: alone.jti, uses: 101, action: 'alert' }]);
      await server.restart();
      await until(() => abused.length, 2);
      expect(abused[1]).toMatchObject({ jti: spread.jti, action: 'alert' });
      expect(abused[1]?.uses).toBeGreaterThan(100);
    });

    it('frozen Redis: a burst is refused at once where it is, and everywhere once Redis answers', async () => {
      const server = await ownRedis();
      const servers = await threeServers(
        server.url,
        (redis) => ({
          revocation: { mode: 'deny-list', store: redisRevocationStore(redis), whenUnavailable: 'accept' },
        }),
        300,
      );
      const { token } = await servers[0].issue({ sub: `abused-frozen-${client}` });
      await use(servers[0], token, 90);
      await server.freeze();
      try {
        const codes = await Promise.all(Array.from({ length: 30 }, () => codeOf(servers[0].verify(token))));
        expect(codes.filter((code) => code === undefined)).toHaveLength(10);
        expect(codes.filter((code) => code === revoked)).toHaveLength(20);
        // Nobody else can know.
        expect(await codeOf(servers[2].verify(token))).toBe(undefined);
      } finally {
        await server.thaw();
      }
      await until(() => codeOf(servers[2].verify(token)), revoked);
    });
  });
}

describe('createSallyport', () => {
  it.each([true, { maxUsesPerMinute: 5 }])(
    'counts over its Redis, and in memory without one, with token.abuse %s',
    async (abuse) => {
      const server = await startRedis();
      onTestFinished(() => server.stop());
      const most = abuse === true ? 100 : 5;
      for (const redis of [server.url, 'memory'] as const) {
        const secret = newSecret();
        const sallyport = createSallyport({
          redis,
          token: { abuse, keys: [{ kid: 'h', alg: 'HS256', secret }] },
          environment: {},
        });
        const { token } = await sallyport.tokens.issue({ sub: 'user-1' });
        await use(sallyport.tokens, token, most);
        expect(await codeOf(sallyport.tokens.verify(token))).toBe(revoked);
        await sallyport.close();
      }
    },
  );
});
