/** What a revoked token keeps in Redis. */
import { randomBytes } from 'node:crypto';
import { connectRedis } from 'sallyport/redis';
import { createTokens, redisRevocationStore } from 'sallyport/tokens';
import { observeRedis } from '../redis-counters.ts';
import { audience, issuer, kid } from './subject.ts';

const groupSize = 500;

/** Growth of the memory in use by so many logouts of as many users. @throws Error when one is not in force afterwards */
export async function bytesPerRevokedToken(url: string, revocations: number): Promise<number> {
  const redis = connectRedis(url, { deadlineMs: 10_000 });
  const observer = observeRedis(url);
  try {
    const tokens = createTokens({
      keys: [{ kid, alg: 'HS256', secret: randomBytes(32) }],
      issuer,
      audience,
      ttlSeconds: 7_200,
      revocation: { mode: 'deny-list', store: redisRevocationStore(redis) },
    });
    // Scripts and buffers that the first call needs are not counted.
    await tokens.revoke((await tokens.issue({ sub: 'first' })).token);
    const emptyBytes = await observer.settledMemoryBytes();
    let last = '';
    for (let from = 0; from < revocations; from += groupSize) {
      const users = Array.from({ length: Math.min(groupSize, revocations - from) }, (_, index) => from + index);
      await Promise.all(
        users.map(async (user) => {
          const { token } = await tokens.issue({ sub: `user-${user}` });
          await tokens.revoke(token);
          last = token;
        }),
      );
    }
    const bytes = (await observer.settledMemoryBytes()) - emptyBytes;
    const isRefused = await tokens.verify(last).then(
      () => false,
      () => true,
    );
    if (!isRefused) throw new Error('A revoked token was accepted.');
    return bytes / revocations;
  } finally {
    observer.close();
    await redis.close();
  }
}
