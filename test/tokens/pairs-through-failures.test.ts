/** What becomes of a refresh when Redis dies or its link breaks. Each test breaks a server of its own. */
import { setTimeout as wait } from 'node:timers/promises';
import { askRedis, startRedis } from '@sallyport/lab/cluster';
import type { RedisPort } from 'sallyport/redis';
import type { TokenPair, Tokens } from 'sallyport/tokens';
import { describe, expect, it } from 'vitest';
import { userTag } from '../../src/redis/keys.ts';
import { pairKeys } from '../../src/tokens/pairs/keys.ts';
import { startProxy } from '../proxy.ts';
import { redisClients } from '../redis-clients.ts';
import { until } from '../until.ts';
import { newSecret } from './key-pairs.ts';
import { codeOf, pairServer } from './pair-servers.ts';
import { recordEvents } from './recorded-events.ts';

const onPhone = { deviceId: 'phone' };
const keys = pairKeys('sallyport');

/** Asks until an answer comes, as a client would after a 503. */
async function untilAnswered<Answer>(call: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if ((error as { code?: string }).code !== 'ERR_REDIS_UNAVAILABLE') throw error;
      await wait(5);
    }
  }
}

for (const { client, open } of redisClients) {
  describe(`pairs through failures: ${client}`, () => {
    it('a reply that was lost is made good: the same token asks again and gets what was lost', async ({
      onTestFinished,
    }) => {
      const server = await startRedis();
      onTestFinished(() => server.stop());
      const proxy = await startProxy({ targetPort: server.port });
      onTestFinished(() => proxy.stop());
      const { redis, close } = await open(`redis://127.0.0.1:${proxy.port}`, 1_000);
      onTestFinished(() => close());
      const tokens = pairServer(redis, newSecret());
      const first = await tokens.pairs.issue({ userId: 'user-1', ...onPhone });
      const family = keys.family({ tag: userTag('user-1'), id: first.familyId });
      const stored = () => askRedis(['HGET', family, 'generation'], { port: server.port });
      // Teaches the server the script, so that the call to be cut is one command.
      let pair = await tokens.pairs.refresh(first.refreshToken, onPhone);
      for (let turn = 2; turn < 7; turn += 1) {
        proxy.delay(40);
        const cut = codeOf(tokens.pairs.refresh(pair.refreshToken, onPhone));
        await until(stored, String(turn));
        proxy.cut();
        expect(await cut).toBe('ERR_REDIS_UNAVAILABLE');
        proxy.delay(0);
        let again: TokenPair | undefined;
        const told = await recordEvents(
          ['token.pair.refreshed'],
          ({ familyId }) => familyId === first.familyId,
          async () => {
            again = await untilAnswered(() => tokens.pairs.refresh(pair.refreshToken, onPhone));
          },
        );
        expect(told.map(([, payload]) => payload)).toMatchObject([{ repeated: true }]);
        expect(await stored()).toBe(String(turn));
        pair = again as TokenPair;
      }
    });

    it.each(['killed', 'frozen'] as const)('Redis %s: nothing is answered that is not stored', async (how) => {
      const server = await startRedis();
      const { redis, close } = await open(server.url, 300);
      try {
        const tokens = pairServer(redis, newSecret());
        const pair = await tokens.pairs.issue({ userId: 'user-1', ...onPhone });
        await (how === 'killed' ? server.kill() : server.freeze());
        const calls = [
          tokens.pairs.issue({ userId: 'user-1' }),
          tokens.pairs.refresh(pair.refreshToken, onPhone),
          tokens.pairs.end(pair.refreshToken),
          tokens.pairs.endFamily('user-1', pair.familyId),
          tokens.pairs.endUser('user-1'),
          tokens.pairs.list('user-1'),
          tokens.revokeUser('user-1'),
        ];
        for (const call of calls.map(codeOf)) expect(await call).toBe('ERR_REDIS_UNAVAILABLE');
      } finally {
        if (how === 'frozen') await server.thaw();
        await close();
        await server.stop();
      }
    });

    it('Redis killed again and again while tokens are refreshed: no family is lost, none is half-written', async ({
      onTestFinished,
    }) => {
      const server = await startRedis({ persistence: 'aof-always' });
      onTestFinished(() => server.stop());
      const opened = [await open(server.url, 300), await open(server.url, 300)];
      onTestFinished(async () => {
        for (const { close } of opened) await close();
      });
      const secret = newSecret();
      const servers = opened.map(({ redis }) => pairServer(redis, secret, { graceSeconds: 120 })) as [Tokens, Tokens];
      const logins = await Promise.all(
        Array.from({ length: 8 }, (_, n) => servers[0].pairs.issue({ userId: `user-${n}`, ...onPhone })),
      );
      const progress = { over: false, answered: 0, asked: 0 };
      const browser = async (pair: TokenPair): Promise<TokenPair> => {
        let newest = pair;
        while (!progress.over) {
          const { refreshToken } = newest;
          // Two tabs at two servers; what one of them did not hear, it asks again.
          const [one, two] = await Promise.all(
            servers.map(({ pairs }) =>
              untilAnswered(() => {
                progress.asked += 1;
                return pairs.refresh(refreshToken, onPhone);
              }),
            ),
          );
          expect(one?.refreshToken).toBe(two?.refreshToken);
          newest = one as TokenPair;
          progress.answered += 2;
          await wait(2);
        }
        return newest;
      };
      const alarms = ['token.reuse', 'token.family.ended'] as const;
      const told = await recordEvents(
        alarms,
        () => true,
        async () => {
          const browsers = logins.map(browser);
          for (let turn = 0; turn < 5; turn += 1) {
            const before = progress.answered;
            while (progress.answered < before + 60) await wait(3);
            await server.kill();
            await server.restart();
          }
          progress.over = true;
          const last = await Promise.all(browsers);
          for (const [n, { refreshToken, familyId }] of last.entries()) {
            expect(await servers[1].pairs.list(`user-${n}`)).toMatchObject([{ id: familyId, deviceId: 'phone' }]);
            await servers[0].pairs.refresh(refreshToken, onPhone);
            await expectWhole(opened[0]?.redis as RedisPort, `user-${n}`, familyId);
          }
        },
      );
      expect(told).toEqual([]);
      // Some calls were cut, or this would have shown nothing.
      expect(progress.asked).toBeGreaterThan(progress.answered);
    });
  });
}

async function expectWhole(redis: RedisPort, userId: string, id: string): Promise<void> {
  const key = { tag: userTag(userId), id };
  const fields = (await redis.command(['HKEYS', keys.family(key)])) as string[];
  expect(fields.toSorted()).toEqual(
    ['claims', 'createdAt', 'device', 'endsAt', 'generation', 'hash', 'lastUsedAt', 'user'].toSorted(),
  );
  const expiresAt = Number(await redis.command(['PEXPIRETIME', keys.family(key)]));
  expect(expiresAt).toBeGreaterThan(Date.now());
  expect(await redis.command(['ZRANGE', keys.index(key.tag), '0', '-1'])).toEqual([id]);
  expect(Number(await redis.command(['ZSCORE', keys.index(key.tag), id]))).toBe(expiresAt);
}
