/** Mode `pushed` by itself: what it answers from memory, and what it does when it may have missed something. */
import { RedisUnavailableError } from 'sallyport/redis';
import {
  type AnnouncingRevocationStore,
  createTokens,
  memoryPairStore,
  memoryRevocationStore,
  type RevocationListener,
  type RevocationOptions,
  type RevocationStore,
  TokenRevocationsBehindError,
  type Tokens,
  type WhenBehind,
} from 'sallyport/tokens';
import { afterEach, describe, expect, it } from 'vitest';
import { denialMark } from '../../src/tokens/pushed/marks.ts';
import { here, keyPair, newSecret } from './key-pairs.ts';
import { recordEvents } from './recorded-events.ts';

const secret = newSecret();
const revoked = { code: 'ERR_TOKEN_REVOKED' };
const leaseMs = 60_000;
const opened: Tokens[] = [];
afterEach(async () => {
  for (const tokens of opened.splice(0)) await tokens.close();
});

function open(revocation: RevocationOptions): Tokens {
  const tokens = createTokens({ ...here, keys: [{ kid: 'h', alg: 'HS256', secret }], revocation });
  opened.push(tokens);
  return tokens;
}

/** A server whose feed is in the hands of the test, and the questions that it asks its store. */
function setUp(whenBehind?: WhenBehind) {
  const store = memoryRevocationStore();
  const asked: string[] = [];
  let listener: RevocationListener | undefined;
  const counting: RevocationStore = {
    ...store,
    announcing: (longestMs) => {
      const announcing = store.announcing?.(longestMs) as AnnouncingRevocationStore;
      return {
        ...announcing,
        check: async (token) => {
          asked.push(token.jti);
          return announcing.check(token);
        },
        follow: (given) => {
          listener = given;
          return { close: async () => {} };
        },
      };
    },
  };
  const tokens = open({
    mode: 'pushed',
    store: counting,
    leaseMs,
    ...(whenBehind === undefined ? {} : { whenBehind }),
  });
  const elsewhere = open({ mode: 'pushed', store });
  const proven = (agoMs = 0) =>
    listener?.proven({ monotonicMs: performance.now() - agoMs, wallMs: Date.now() - agoMs });
  return { tokens, elsewhere, store, asked, proven, listener: listener as unknown as RevocationListener };
}

describe('while it is proven that nothing is missed', () => {
  it('a token is verified without a question to the store, and what is announced is refused', async () => {
    const { tokens, elsewhere, asked, proven, listener } = setUp();
    proven();
    const { token, claims } = await tokens.issue({ sub: 'user-1' });
    for (let n = 0; n < 3; n++) await tokens.verify(token);
    await elsewhere.revoke(token);
    await tokens.verify(token);
    listener.announced([{ mark: denialMark({ userId: 'user-1', jti: claims.jti }), untilMs: claims.exp * 1_000 }]);
    await expect(tokens.verify(token)).rejects.toMatchObject(revoked);
    expect(asked).toEqual([]);
  });

  it('what is revoked here is refused at once, without waiting for the feed', async () => {
    const { tokens, proven, asked } = setUp();
    proven();
    const { token } = await tokens.issue({ sub: 'user-1', deviceId: 'phone' });
    const { token: onTablet } = await tokens.issue({ sub: 'user-1', deviceId: 'tablet' });
    const { token: another } = await tokens.issue({ sub: 'user-1' });
    await tokens.revoke(another);
    await expect(tokens.verify(another)).rejects.toMatchObject(revoked);
    await tokens.revokeDevice('user-1', 'phone');
    await expect(tokens.verify(token)).rejects.toMatchObject(revoked);
    await tokens.verify(onTablet);
    await tokens.revokeUser('user-1');
    await expect(tokens.verify(onTablet)).rejects.toMatchObject(revoked);
    expect(asked).toEqual([]);
  });

  it('tells how much it knows, and since when', async () => {
    const { tokens, proven, listener } = setUp();
    expect(tokens.revocationHealth()).toEqual({
      state: 'behind',
      lagMs: Number.POSITIVE_INFINITY,
      lastSyncAt: undefined,
      denials: 0,
      cutOffs: 0,
    });
    const told = await recordEvents(
      ['token.revocations.current', 'token.revocations.behind'],
      () => true,
      async () => {
        proven(2_000);
        const untilMs = Date.now() + 60_000;
        listener.announced([
          { mark: 'a', untilMs },
          { mark: 'b', untilMs, beforeMs: 1_000 },
          { mark: 'c', untilMs: Date.now() - 1 },
        ]);
        const health = tokens.revocationHealth();
        expect(health).toMatchObject({ state: 'current', denials: 1, cutOffs: 1 });
        expect(health?.lagMs).toBeGreaterThanOrEqual(2_000);
        expect(Math.abs(Date.now() - (health?.lagMs ?? 0) - Number(health?.lastSyncAt))).toBeLessThan(1_000);
        proven(leaseMs + 1);
        expect(tokens.revocationHealth()).toMatchObject({ state: 'behind', denials: 1 });
      },
    );
    expect(told.map(([name]) => name)).toEqual(['token.revocations.current', 'token.revocations.behind']);
  });
});

describe('families of pairs', () => {
  it('are ended at other servers too, and nobody else’s', async () => {
    const [revocations, store] = [memoryRevocationStore(), memoryPairStore()];
    const revocation = { mode: 'pushed', store: revocations } as const;
    const keys = [{ kid: 'h', alg: 'HS256', secret }] as const;
    const servers = [0, 1].map(() => createTokens({ ...here, keys, revocation, pairs: { store } }));
    opened.push(...servers);
    const [one, other] = servers as [Tokens, Tokens];
    const ended = await one.pairs.issue({ userId: 'user-1' });
    const next = await one.pairs.refresh(ended.refreshToken);
    const kept = await one.pairs.issue({ userId: 'user-1' });
    for (const { accessToken } of [ended, next, kept]) await other.verify(accessToken);
    await one.pairs.end(next.refreshToken);
    for (const { accessToken } of [ended, next]) await expect(other.verify(accessToken)).rejects.toMatchObject(revoked);
    await other.verify(kept.accessToken);
    await one.pairs.endUser('user-1');
    await expect(other.verify(kept.accessToken)).rejects.toMatchObject(revoked);
  });
});

describe('when it may have missed something', () => {
  it('asks the store by default', async () => {
    const { tokens, elsewhere, asked, proven } = setUp();
    const { token, claims } = await tokens.issue({ sub: 'user-1' });
    await tokens.verify(token);
    proven(leaseMs + 1);
    await tokens.verify(token);
    await elsewhere.revoke(token);
    await expect(tokens.verify(token)).rejects.toMatchObject(revoked);
    expect(asked).toEqual([claims.jti, claims.jti, claims.jti]);
    proven();
    // Not announced to it yet: what was refused by the store is not remembered.
    await tokens.verify(token);
    expect(asked).toHaveLength(3);
  });

  it('asks the store about keys as well', async () => {
    const { tokens, elsewhere } = setUp();
    const { token } = await tokens.issue({ sub: 'user-1' });
    await tokens.verify(token);
    await elsewhere.revokeKey('h');
    await expect(tokens.verify(token)).rejects.toMatchObject(revoked);
  });

  it('refuses with 503 when told to, and what it knows to be revoked with 401', async () => {
    const { tokens, asked, proven } = setUp('refuse');
    const { token } = await tokens.issue({ sub: 'user-1' });
    const { token: other } = await tokens.issue({ sub: 'user-1' });
    await expect(tokens.verify(token)).rejects.toThrow(TokenRevocationsBehindError);
    proven();
    await tokens.verify(token);
    await tokens.revoke(other);
    proven(leaseMs + 1);
    await expect(tokens.verify(token)).rejects.toMatchObject({ code: 'ERR_TOKEN_REVOCATIONS_BEHIND' });
    await expect(tokens.verify(other)).rejects.toMatchObject(revoked);
    expect(asked).toEqual([]);
  });

  it('serves on for so long beyond the lease, and then asks', async () => {
    const { tokens, asked, proven } = setUp({ serveSeconds: 600 });
    const { token } = await tokens.issue({ sub: 'user-1' });
    await tokens.verify(token);
    expect(asked).toHaveLength(1);
    proven(leaseMs + 590_000);
    await tokens.verify(token);
    expect(asked).toHaveLength(1);
    proven(leaseMs + 600_001);
    await tokens.verify(token);
    expect(asked).toHaveLength(2);
  });

  it('relies on neither clock alone', async () => {
    const { tokens, asked, listener } = setUp();
    const { token } = await tokens.issue({ sub: 'user-1' });
    for (const [monotonicMs, wallMs] of [
      [performance.now(), Date.now() - leaseMs],
      [performance.now() - leaseMs, Date.now()],
    ] as const) {
      listener.proven({ monotonicMs, wallMs });
      await tokens.verify(token);
    }
    expect(asked).toHaveLength(2);
  });
});

describe('a revoked key', () => {
  it('takes all its tokens with it, also those issued later, and no other key’s', async () => {
    const store = memoryRevocationStore();
    const { privateKey } = keyPair('EdDSA');
    const leaked = { kid: 'leaked', alg: 'HS256', secret } as const;
    const next = { kid: 'next', alg: 'EdDSA', privateKey } as const;
    const revocation = { mode: 'pushed', store } as const;
    const [before, after] = [
      [leaked, next],
      [next, leaked],
    ].map((keys) => createTokens({ ...here, keys, revocation }));
    opened.push(before!, after!);
    const { token: old } = await before!.issue({ sub: 'user-1' });
    const { token: good } = await after!.issue({ sub: 'user-1' });
    await after!.revokeKey('leaked', { ttlSeconds: 60 });
    const { token: forged } = await before!.issue({ sub: 'user-1' });
    for (const server of [before!, after!]) {
      for (const token of [old, forged]) await expect(server.verify(token)).rejects.toMatchObject(revoked);
      expect(await server.verify(good)).toMatchObject({ sub: 'user-1' });
    }
  });

  it('needs mode pushed, a name and a time', async () => {
    const store = memoryRevocationStore();
    await expect(open({ mode: 'deny-list', store }).revokeKey('h')).rejects.toMatchObject({
      option: 'tokens.revocation.mode',
    });
    const tokens = open({ mode: 'pushed', store });
    await expect(tokens.revokeKey('')).rejects.toMatchObject({ option: 'keyId' });
    await expect(tokens.revokeKey('h', { ttlSeconds: 0 })).rejects.toMatchObject({ option: 'ttlSeconds' });
  });
});

describe('going over to it', () => {
  it('a deny-list that announces is heard by those that listen already', async () => {
    const store = memoryRevocationStore();
    const [asking, pushed] = [open({ mode: 'deny-list', store, announce: true }), open({ mode: 'pushed', store })];
    const { token } = await asking.issue({ sub: 'user-1' });
    await pushed.verify(token);
    await asking.revoke(token);
    await expect(pushed.verify(token)).rejects.toMatchObject(revoked);
    const { token: other } = await asking.issue({ sub: 'user-1' });
    await pushed.revoke(other);
    await expect(asking.verify(other)).rejects.toMatchObject(revoked);
  });

  it('a deny-list that announces knows of revoked keys', async () => {
    const store = memoryRevocationStore();
    const [asking, pushed] = [open({ mode: 'deny-list', store, announce: true }), open({ mode: 'pushed', store })];
    const { token } = await asking.issue({ sub: 'user-1' });
    await asking.verify(token);
    await pushed.revokeKey('h');
    await expect(asking.verify(token)).rejects.toMatchObject(revoked);
  });

  it('a deny-list that announces refuses what it knows of while keys cannot be asked for', async () => {
    const inner = memoryRevocationStore();
    const keyless: RevocationStore = {
      ...inner,
      announcing: (longestMs) => {
        const announcing = inner.announcing?.(longestMs) as AnnouncingRevocationStore;
        const check: typeof inner.check = async (token) => {
          if (token.keyId !== undefined) throw new RedisUnavailableError('deadline', 'no answer');
          return announcing.check(token);
        };
        return { ...announcing, check };
      },
    };
    const options = { mode: 'deny-list', store: keyless, announce: true } as const;
    const [refusing, accepting] = [open(options), open({ ...options, whenUnavailable: 'accept' })];
    const { token } = await accepting.issue({ sub: 'user-1' });
    const { token: kept } = await accepting.issue({ sub: 'user-1' });
    await accepting.revoke(token);
    await expect(accepting.verify(token)).rejects.toMatchObject(revoked);
    await accepting.verify(kept);
    await expect(refusing.verify(kept)).rejects.toMatchObject({ code: 'ERR_REDIS_UNAVAILABLE' });
  });
});
