/** Mode `pushed` when Redis dies, freezes, or the link to it breaks. */
import { setTimeout as wait } from 'node:timers/promises';
import { startRedis } from '@sallyport/lab/cluster';
import type { RedisPort } from 'sallyport/redis';
import { createTokens, redisRevocationStore, type Tokens, type WhenBehind } from 'sallyport/tokens';
import { describe, expect, it } from 'vitest';
import { startProxy, type TestProxy } from '../proxy.ts';
import { redisClients } from '../redis-clients.ts';
import { until } from '../until.ts';
import { here, newSecret } from './key-pairs.ts';
import { codeOf } from './pair-servers.ts';

const secret = newSecret();
const leaseMs = 300;
const deadlineMs = 200;

type Finish = (close: () => Promise<void>) => void;

interface LinkedServer {
  readonly tokens: Tokens;
  readonly proxy: TestProxy;
}

async function openLinked(
  targetPort: number,
  { open }: (typeof redisClients)[number],
  onFinished: Finish,
  { whenBehind = 'ask', through }: { readonly whenBehind?: WhenBehind; readonly through?: RedisPort } = {},
): Promise<LinkedServer> {
  const proxy = await startProxy({ targetPort });
  onFinished(() => proxy.stop());
  const { redis, close } = await open(`redis://127.0.0.1:${proxy.port}`, deadlineMs);
  onFinished(close);
  // `through`: questions go another way than the feed comes.
  const port: RedisPort =
    through === undefined ? redis : { ...through, dedicated: (options) => redis.dedicated(options) };
  const tokens = createTokens({
    ...here,
    keys: [{ kid: 'h', alg: 'HS256', secret }],
    revocation: { mode: 'pushed', store: redisRevocationStore(port), leaseMs, whenBehind },
  });
  onFinished(() => tokens.close());
  return { tokens, proxy };
}

const isCurrent = (tokens: Tokens) => tokens.revocationHealth()?.state === 'current';
const current = (...all: readonly Tokens[]) => until(() => all.every(isCurrent), true);

/** The last moment at which a token was accepted, asked over and over until it was refused for good. */
async function lastAccepted(tokens: Tokens, token: string): Promise<number> {
  let last = Number.NEGATIVE_INFINITY;
  for (;;) {
    const askedAt = performance.now();
    const code = await codeOf(tokens.verify(token));
    if (code === 'ERR_TOKEN_REVOKED') return last;
    if (code === undefined) last = askedAt;
    await wait(1);
  }
}

for (const client of redisClients) {
  describe(`pushed revocation through failures: ${client.client}`, () => {
    it('a server whose feed vanishes accepts nothing after the lease, asks meanwhile, and recovers by itself', async ({
      onTestFinished,
    }) => {
      const server = await startRedis();
      onTestFinished(() => server.stop());
      const direct = await client.open(server.url, deadlineMs);
      onTestFinished(direct.close);
      const one = await openLinked(server.port, client, onTestFinished);
      const other = await openLinked(server.port, client, onTestFinished, { through: direct.redis });
      const strict = await openLinked(server.port, client, onTestFinished, { whenBehind: 'refuse' });
      await current(one.tokens, other.tokens, strict.tokens);
      const { token } = await one.tokens.issue({ sub: 'user-1' });
      const { token: kept } = await one.tokens.issue({ sub: 'user-1' });
      other.proxy.blackHole();
      strict.proxy.blackHole();
      await one.tokens.revoke(token);
      const answeredAt = performance.now();
      expect((await lastAccepted(other.tokens, token)) - answeredAt).toBeLessThanOrEqual(leaseMs);
      await until(() => codeOf(strict.tokens.verify(kept)), 'ERR_TOKEN_REVOCATIONS_BEHIND');
      expect(isCurrent(other.tokens)).toBe(false);
      expect(other.tokens.revocationHealth()?.lagMs).toBeGreaterThan(leaseMs);
      // Known only from an answer of the store, and then from the feed.
      expect(await other.tokens.verify(kept)).toMatchObject({ sub: 'user-1' });
      await Promise.all([other.proxy.heal(), strict.proxy.heal()]);
      await current(other.tokens, strict.tokens);
      expect(await codeOf(strict.tokens.verify(token))).toBe('ERR_TOKEN_REVOKED');
      await strict.tokens.verify(kept);
    });

    it('what was revoked before Redis was killed is refused all the way, and after', async ({ onTestFinished }) => {
      const server = await startRedis({ persistence: 'aof-always' });
      onTestFinished(() => server.stop());
      const servers = [];
      for (const whenBehind of ['ask', { serveSeconds: 60 }] as const) {
        servers.push(await openLinked(server.port, client, onTestFinished, { whenBehind }));
      }
      const [asking, serving] = servers.map(({ tokens }) => tokens) as [Tokens, Tokens];
      await current(asking, serving);
      const issued = await Promise.all(Array.from({ length: 4 }, () => asking.issue({ sub: 'user-1' })));
      const [before = '', during = '', after = '', kept = ''] = issued.map(({ token }) => token);
      await asking.revoke(before);
      await current(asking, serving);
      await until(() => codeOf(serving.verify(before)), 'ERR_TOKEN_REVOKED');
      await server.kill();
      await until(() => isCurrent(asking), false);
      for (const tokens of [asking, serving]) expect(await codeOf(tokens.verify(before))).toBe('ERR_TOKEN_REVOKED');
      expect(await codeOf(asking.verify(kept))).toBe('ERR_REDIS_UNAVAILABLE');
      expect(await codeOf(serving.verify(kept))).toBeUndefined();
      expect(await codeOf(asking.revoke(during))).toBe('ERR_REDIS_UNAVAILABLE');
      await server.restart();
      await current(asking, serving);
      // The feed has a connection of its own: the other may still be on its way back.
      await until(() => codeOf(serving.revoke(after)), undefined);
      const answeredAt = performance.now();
      expect((await lastAccepted(asking, after)) - answeredAt).toBeLessThanOrEqual(leaseMs);
      const late = await openLinked(server.port, client, onTestFinished, { whenBehind: 'refuse' });
      await current(late.tokens);
      for (const token of [before, after]) expect(await codeOf(late.tokens.verify(token))).toBe('ERR_TOKEN_REVOKED');
      await late.tokens.verify(kept);
    });

    it('a frozen Redis ends the lease, holds up no request, and is followed again when it thaws', async ({
      onTestFinished,
    }) => {
      const server = await startRedis();
      onTestFinished(() => server.stop());
      const { tokens } = await openLinked(server.port, client, onTestFinished);
      await current(tokens);
      const { token } = await tokens.issue({ sub: 'user-1' });
      await tokens.verify(token);
      await server.freeze();
      const frozenAt = performance.now();
      let last = frozenAt;
      while (isCurrent(tokens)) {
        const askedAt = performance.now();
        await tokens.verify(token);
        last = askedAt;
        await wait(1);
      }
      expect(last - frozenAt).toBeLessThanOrEqual(leaseMs);
      expect(await codeOf(tokens.verify(token))).toBe('ERR_REDIS_UNAVAILABLE');
      await server.thaw();
      await current(tokens);
      await tokens.verify(token);
    });

    it('follows the master: a server that became a replica proves nothing', async ({ onTestFinished }) => {
      const [server, master] = await Promise.all([startRedis(), startRedis()]);
      for (const each of [server, master]) onTestFinished(() => each.stop());
      const { tokens } = await openLinked(server.port, client, onTestFinished);
      await current(tokens);
      const { redis, close } = await client.open(server.url, deadlineMs);
      onTestFinished(close);
      await redis.command(['REPLICAOF', '127.0.0.1', String(master.port)], { key: '' });
      await until(() => isCurrent(tokens), false);
      await redis.command(['REPLICAOF', 'NO', 'ONE'], { key: '' });
      await current(tokens);
    });
  });
}
