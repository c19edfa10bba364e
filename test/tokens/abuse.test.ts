import { createTokens, memoryRevocationStore, memoryUseCountStore, type TokensOptions } from 'sallyport/tokens';
import { describe, expect, it } from 'vitest';
import { manualClock } from '../manual-clock.ts';
import { until } from '../until.ts';
import { forge, hs256 } from './forge.ts';
import { here, newSecret } from './key-pairs.ts';
import { codeOf } from './pair-servers.ts';
import { recordEvents } from './recorded-events.ts';

/** Application servers with one clock, one deny-list and one count of uses. */
function servers(number: number, options: Partial<TokensOptions> = {}) {
  const clock = manualClock();
  const secret = newSecret();
  const revocation = { mode: 'deny-list', store: memoryRevocationStore({ clock }) } as const;
  const abuse = { store: memoryUseCountStore({ clock }), mergeEveryMs: 10 };
  const all = Array.from({ length: number }, () =>
    createTokens({ ...here, keys: [{ kid: 'h', alg: 'HS256', secret }], clock, revocation, abuse, ...options }),
  );
  return { all, one: all[0]!, other: all.at(-1)!, clock, secret, abuse };
}

const revoked = 'ERR_TOKEN_REVOKED';
const ofUser = (userId: string) => (payload: Readonly<Record<string, unknown>>) => payload.userId === userId;

describe('a token that is used more than 100 times within a minute', () => {
  it('is refused at the 101st use, taken back for all servers, and told of once', async () => {
    const { one, other } = servers(2);
    const { token, claims } = await one.issue({ sub: 'abused-burst' });
    const { token: sibling } = await one.issue({ sub: 'abused-burst' });
    const events = await recordEvents(['token.abused'], ofUser('abused-burst'), async () => {
      for (let use = 1; use <= 100; use += 1) expect(await one.verify(token)).toMatchObject({ sub: 'abused-burst' });
      expect(await codeOf(one.verify(token))).toBe(revoked);
      await until(() => codeOf(other.verify(token)), revoked);
      expect(await codeOf(one.verify(token))).toBe(revoked);
      await one.verify(sibling);
      await one.close();
    });
    expect(events).toEqual([
      ['token.abused', { userId: 'abused-burst', jti: claims.jti, uses: 101, action: 'revoke' }],
    ]);
    expect(JSON.stringify(events)).not.toContain(token.slice(0, 20));
  });

  it('is refused from the 101st on among any number of requests at once', async () => {
    const { one } = servers(1);
    const { token } = await one.issue({ sub: 'user-1' });
    const codes = await Promise.all(Array.from({ length: 300 }, () => codeOf(one.verify(token))));
    expect(codes.filter((code) => code === undefined)).toHaveLength(100);
    expect(codes.filter((code) => code === revoked)).toHaveLength(200);
  });

  it('is found in every minute, not only in those of the clock, and only uses of the last one count', async () => {
    const { one, clock } = servers(1);
    const { token } = await one.issue({ sub: 'user-1' });
    const use = async (times: number) => {
      for (let count = 0; count < times; count += 1) await one.verify(token);
    };
    await use(60);
    clock.advance(59_000);
    await use(40);
    clock.advance(1_000);
    await use(60);
    clock.advance(57_000);
    expect(await codeOf(one.verify(token))).toBe(revoked);
  });

  it('is not found for uses of a clock that was ahead and came back', async () => {
    const { one, clock } = servers(1);
    const { token } = await one.issue({ sub: 'user-1' }, { ttlSeconds: 7_200 });
    clock.advance(3_600_000);
    await one.verify(token);
    clock.advance(-3_600_000);
    for (let use = 1; use <= 300; use += 1) {
      clock.advance(6_000);
      await one.verify(token);
    }
    clock.advance(60_000);
    for (let use = 1; use <= 100; use += 1) await one.verify(token);
    // So little that it is taken to stand still.
    clock.advance(-1_000);
    expect(await codeOf(one.verify(token))).toBe(revoked);
    await one.close();
  });

  it('may be set to another number', async () => {
    const clock = manualClock();
    const { one } = servers(1, { abuse: { store: memoryUseCountStore({ clock }), maxUsesPerMinute: 3 } });
    const { token } = await one.issue({ sub: 'user-1' });
    for (let use = 1; use <= 3; use += 1) await one.verify(token);
    expect(await codeOf(one.verify(token))).toBe(revoked);
  });

  it('is the same token in whatever spelling, and refused uses do not count', async () => {
    const clock = manualClock();
    const { one, secret } = servers(1, {
      clock,
      abuse: { store: memoryUseCountStore({ clock }), maxUsesPerMinute: 2 },
    });
    const { token, claims } = await one.issue({ sub: 'user-1' });
    for (let use = 1; use <= 5; use += 1) {
      expect(await codeOf(one.verify(`${token}x`))).toBe('ERR_TOKEN_INVALID_SIGNATURE');
    }
    const respelled = forge({ typ: 'JWT', kid: 'h', alg: 'HS256' }, { ...claims, extra: 1 }, hs256(secret));
    await one.verify(token);
    await one.verify(respelled);
    expect(await codeOf(one.verify(token))).toBe(revoked);
    const nameless = forge({ alg: 'HS256' }, { ...claims, jti: undefined }, hs256(secret));
    expect(await codeOf(one.verify(nameless))).toBe('ERR_TOKEN_MALFORMED');
  });

  it('lives on under another user’s token of the same id', async () => {
    const clock = manualClock();
    const { one, secret } = servers(1, {
      clock,
      abuse: { store: memoryUseCountStore({ clock }), maxUsesPerMinute: 2 },
    });
    const { token, claims } = await one.issue({ sub: 'user-1' });
    const others = forge({ alg: 'HS256', kid: 'h' }, { ...claims, sub: 'user-2' }, hs256(secret));
    for (let use = 1; use <= 2; use += 1) for (const each of [token, others]) await one.verify(each);
    expect(await codeOf(one.verify(token))).toBe(revoked);
  });

  it('is only told of with action alert, once a minute for as long as it lasts', async () => {
    const { clock, abuse, ...made } = servers(1);
    const { one } = servers(1, { clock, abuse: { ...abuse, action: 'alert' } });
    await made.one.close();
    const { token } = await one.issue({ sub: 'abused-alert' });
    const events = await recordEvents(['token.abused'], ofUser('abused-alert'), async () => {
      for (let second = 0; second < 120; second += 1) {
        for (let use = 0; use < 3; use += 1) await one.verify(token);
        clock.advance(1_000);
      }
      await one.close();
    });
    expect(events.map(([, payload]) => payload)).toEqual([
      expect.objectContaining({ uses: 101, action: 'alert' }),
      // 59 whole seconds and the first of three uses.
      expect.objectContaining({ uses: 178, action: 'alert' }),
    ]);
  });

  it('is taken off an allow-list', async () => {
    const clock = manualClock();
    const { one, other } = servers(2, {
      clock,
      revocation: { mode: 'allow-list', store: memoryRevocationStore({ clock }) },
    });
    const { token } = await one.issue({ sub: 'user-1' });
    for (let use = 1; use <= 100; use += 1) await one.verify(token);
    expect(await codeOf(one.verify(token))).toBe(revoked);
    await until(() => codeOf(other.verify(token)), revoked);
  });

  it('is told of and never refused without revocation', async () => {
    const { one } = servers(1, { revocation: { mode: 'none' } });
    const { token } = await one.issue({ sub: 'abused-none' });
    const events = await recordEvents(['token.abused'], ofUser('abused-none'), async () => {
      for (let use = 1; use <= 150; use += 1) await one.verify(token);
    });
    expect(events).toEqual([['token.abused', expect.objectContaining({ uses: 101, action: 'alert' })]]);
  });

  it('is not counted at all by default', async () => {
    const { clock, secret } = servers(1);
    const tokens = createTokens({ ...here, keys: [{ kid: 'h', alg: 'HS256', secret }], clock });
    const { token } = await tokens.issue({ sub: 'user-1' });
    for (let use = 1; use <= 500; use += 1) await tokens.verify(token);
  });
});

describe('taking an abused token back', () => {
  it('is tried until it is stored; meanwhile the server that found it refuses it', async () => {
    const clock = manualClock();
    const store = memoryRevocationStore({ clock });
    let isAway = true;
    let attempts = 0;
    const deny: typeof store.deny = (token, untilMs) => {
      attempts += 1;
      return isAway ? Promise.reject(new Error('away')) : store.deny(token, untilMs);
    };
    const { one, other } = servers(2, { clock, revocation: { mode: 'deny-list', store: { ...store, deny } } });
    const { token, claims } = await one.issue({ sub: 'abused-unstored' });
    for (let use = 1; use <= 100; use += 1) await one.verify(token);
    const events = await recordEvents(['token.abused.unstored'], ofUser('abused-unstored'), async () => {
      expect(await codeOf(one.verify(token))).toBe(revoked);
      await until(() => attempts > 3, true);
    });
    expect(events).toEqual([
      ['token.abused.unstored', { userId: 'abused-unstored', jti: claims.jti, error: new Error('away') }],
    ]);
    expect(await codeOf(one.verify(token))).toBe(revoked);
    isAway = false;
    await until(() => codeOf(other.verify(token)), revoked);
    const stored = attempts;
    await one.close();
    expect(attempts).toBe(stored);
  });

  it('is repeated when the store has lost it', async () => {
    const clock = manualClock();
    const store = memoryRevocationStore({ clock });
    let isLost = false;
    let denials = 0;
    const check: typeof store.check = (token) =>
      isLost ? Promise.resolve({ denied: false, allowed: false }) : store.check(token);
    const deny: typeof store.deny = (token, untilMs) => {
      denials += 1;
      return store.deny(token, untilMs);
    };
    const { one } = servers(1, { clock, revocation: { mode: 'deny-list', store: { ...store, check, deny } } });
    const { token } = await one.issue({ sub: 'user-1' });
    for (let use = 1; use <= 101; use += 1) await codeOf(one.verify(token));
    expect(denials).toBe(1);
    clock.advance(10_000);
    isLost = true;
    expect(await codeOf(one.verify(token))).toBe(revoked);
    await until(() => denials, 2);
    await one.close();
  });
});

describe('options', () => {
  const { secret, abuse } = servers(1);
  const make = (over: object, revocation: TokensOptions['revocation'] = { mode: 'none' }) =>
    createTokens({
      ...here,
      keys: [{ kid: 'h', alg: 'HS256', secret }],
      revocation,
      abuse: { ...abuse, ...over },
    });

  it.each([
    ['maxUsesPerMinute', 0],
    ['maxUsesPerMinute', 1.5],
    ['maxUsesPerMinute', 1_000_001],
    ['mergeEveryMs', 9],
    ['mergeEveryMs', 10_001],
    ['maxTokens', 99],
    ['action', 'block'],
    ['action', 'revoke'],
    ['store', undefined],
  ])('%s may not be %s (without revocation)', (option, value) => {
    expect(() => make({ [option]: value })).toThrow(`tokens.abuse.${option} must be`);
  });

  it('are fine otherwise', () => {
    make({ action: 'alert' });
    make({ action: 'revoke' }, { mode: 'deny-list', store: memoryRevocationStore() });
  });
});
