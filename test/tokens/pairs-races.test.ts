/**
 * What happens when one refresh token is used by several at once, on two servers. `SALLYPORT_RACE_ROUNDS=1000` runs the
 * rounds that docs/tokens.md tells of.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { RedisPort } from 'sallyport/redis';
import type { TokenPair, TokenPairsOptions, Tokens } from 'sallyport/tokens';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { redisClients } from '../redis-clients.ts';
import { useRedisServer } from '../redis-server.ts';
import { newSecret } from './key-pairs.ts';
import { codeOf, pairServer } from './pair-servers.ts';
import { recordEvents } from './recorded-events.ts';

const rounds = Number(process.env.SALLYPORT_RACE_ROUNDS ?? 200);
const timeoutMs = 20_000 + rounds * 200;
const alarms = ['token.reuse', 'token.device.refused', 'token.family.ended'] as const;
const redisServer = useRedisServer();

for (const { client, open } of redisClients) {
  describe(`races for one refresh token: ${client}`, () => {
    const secret = newSecret();
    const opened: { redis: RedisPort; close(): Promise<void> }[] = [];
    beforeAll(async () => {
      for (let n = 0; n < 2; n += 1) opened.push(await open(redisServer.url, 10_000));
    });
    afterAll(async () => {
      for (const { close } of opened) await close();
    });

    const servers = (pairs: Partial<TokenPairsOptions> = {}) =>
      opened.map(({ redis }) => pairServer(redis, secret, pairs)) as [Tokens, Tokens];
    const login = (round: number) => ({ userId: `user-${client}-${round}`, deviceId: 'phone' });
    const onPhone = { deviceId: 'phone' };

    it.each([2, 5, 20])(
      'of %i at once all get one successor, and no alarm is raised',
      async (uses) => {
        const [one, two] = servers();
        const successors: number[] = [];
        const families: number[] = [];
        const told = await recordEvents(
          alarms,
          () => true,
          async () => {
            for (let round = 0; round < rounds; round += 1) {
              const first = await one.pairs.issue(login(uses * 1e6 + round));
              const tabs = Array.from({ length: uses }, (_, n) => (n % 2 ? two : one));
              const got = await Promise.all(tabs.map(({ pairs }) => pairs.refresh(first.refreshToken, onPhone)));
              successors.push(new Set(got.map(({ refreshToken }) => refreshToken)).size);
              families.push((await two.pairs.list(first.claims.sub)).length);
              // The one successor is good, and so are all access tokens.
              const next = await two.pairs.refresh(got[0]?.refreshToken ?? '', onPhone);
              for (const { accessToken } of [...got.slice(0, 2), next]) await one.verify(accessToken);
            }
          },
        );
        expect([...new Set(successors)]).toEqual([1]);
        expect([...new Set(families)]).toEqual([1]);
        expect(told).toEqual([]);
      },
      timeoutMs,
    );

    it('tabs that each refresh on and on stay on one chain, without an alarm', async () => {
      const [one, two] = servers();
      const chains = Array.from({ length: 10 }, (_, n) => login(2e6 + n));
      const told = await recordEvents(
        alarms,
        () => true,
        async () => {
          await Promise.all(
            chains.map(async (user) => {
              const first = await one.pairs.issue(user);
              // Each tab has a cookie of its own, which may be behind that of the others.
              const tabs = await Promise.all(
                [one, two, one, two].map(async ({ pairs }) => {
                  let pair = first;
                  for (let turn = 0; turn < 12; turn += 1) pair = await pairs.refresh(pair.refreshToken, onPhone);
                  return pair;
                }),
              );
              const newest = await Promise.all(
                tabs.map(({ refreshToken }) => one.pairs.refresh(refreshToken, onPhone)),
              );
              expect(new Set(newest.map(({ refreshToken }) => refreshToken)).size).toBe(1);
            }),
          );
        },
      );
      expect(told).toEqual([]);
    });

    it(
      'a stolen token used after the window ends the family, every time and with one alarm',
      async () => {
        const [one, two] = servers({ graceSeconds: 1 });
        const stolen: TokenPair[] = [];
        const owners: TokenPair[] = [];
        for (let round = 0; round < rounds; round += 1) {
          const first = await one.pairs.issue(login(3e6 + round));
          stolen.push(first);
          owners.push(await one.pairs.refresh(first.refreshToken, onPhone));
        }
        await wait(1_050);
        const told = await recordEvents(
          ['token.reuse'],
          () => true,
          async () => {
            for (const [round, { refreshToken }] of stolen.entries()) {
              // Several thieves, or one that tries several servers.
              const thieves = [one, two, one].map(({ pairs }) => codeOf(pairs.refresh(refreshToken, onPhone)));
              const codes = (await Promise.all(thieves)).toSorted();
              expect(codes).toEqual(['ERR_REFRESH_ENDED', 'ERR_REFRESH_ENDED', 'ERR_REFRESH_REUSED']);
              const owner = owners[round];
              expect(await codeOf(two.pairs.refresh(owner?.refreshToken ?? '', onPhone))).toBe('ERR_REFRESH_ENDED');
              expect(await codeOf(two.verify(owner?.accessToken ?? ''))).toBe('ERR_TOKEN_REVOKED');
            }
          },
        );
        expect(told.map(([, payload]) => (payload as { class: string }).class)).toEqual(
          stolen.map(() => 'replayed-after-grace'),
        );
      },
      timeoutMs,
    );

    it(
      'once a logout was answered no refresh succeeds, and what raced with it is of no use',
      async () => {
        const [one, two] = servers();
        const outcomes = new Map<string | undefined, number>();
        const told = await recordEvents(
          ['token.reuse'],
          () => true,
          async () => {
            for (let round = 0; round < rounds; round += 1) {
              const user = login(4e6 + round);
              const first = await one.pairs.issue(user);
              const got: TokenPair[] = [];
              const racing = [one, two, one, two].map(({ pairs }) =>
                codeOf(pairs.refresh(first.refreshToken, onPhone).then((pair) => got.push(pair))),
              );
              const ways = [
                () => two.pairs.end(first.refreshToken),
                () => two.pairs.endFamily(user.userId, first.familyId),
                () => two.pairs.endUser(user.userId),
                () => two.revokeDevice(user.userId, 'phone'),
              ];
              await ways[round % ways.length]?.();
              for (const code of await Promise.all(racing)) outcomes.set(code, (outcomes.get(code) ?? 0) + 1);
              for (const { refreshToken } of [first, ...got]) {
                expect(await codeOf(one.pairs.refresh(refreshToken, onPhone))).toBe('ERR_REFRESH_ENDED');
              }
              for (const { accessToken } of [first, ...got]) {
                expect(await codeOf(one.verify(accessToken))).toBe('ERR_TOKEN_REVOKED');
              }
              expect(await one.pairs.list(user.userId)).toEqual([]);
            }
          },
        );
        expect(told).toEqual([]);
        expect([...outcomes.keys()].filter((code) => code !== undefined && code !== 'ERR_REFRESH_ENDED')).toEqual([]);
      },
      timeoutMs,
    );
  });
}
