import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import {
  createTokens,
  memoryRevocationStore,
  type RevocationOptions,
  TokenRevocationDisabledError,
  type Tokens,
} from 'sallyport/tokens';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { uuidV7 } from '../../src/uuid-v7.ts';
import { manualClock } from '../manual-clock.ts';
import { forge, goodClaims, hs256 } from './forge.ts';
import { here, newSecret } from './key-pairs.ts';

const secret = newSecret();
const startMs = 1_700_000_000_500;
const revoked = { name: 'TokenRevokedError', code: 'ERR_TOKEN_REVOKED', message: 'token revoked' };

const opened: Tokens[] = [];
afterEach(async () => {
  for (const tokens of opened.splice(0)) await tokens.close();
});

function setUp(mode: 'deny-list' | 'allow-list' | 'pushed' = 'deny-list', over: object = {}) {
  const clock = manualClock(startMs);
  const store = memoryRevocationStore({ clock });
  const make = (revocation: RevocationOptions = { mode, store }) => {
    const tokens = createTokens({ ...here, keys: [{ kid: 'h', alg: 'HS256', secret }], clock, revocation, ...over });
    opened.push(tokens);
    return tokens;
  };
  return { clock, store, make, tokens: make() };
}

const outcome = (work: Promise<unknown>) =>
  work.then(
    () => 'accepted',
    (error: { code: string }) => error.code,
  );

describe.each(['deny-list', 'allow-list', 'pushed'] as const)('%s', (mode) => {
  it('ends one token and no other, also where it is cached', async () => {
    const { tokens, make } = setUp(mode);
    const elsewhere = make();
    const [first, second] = await Promise.all([tokens.issue({ sub: 'user-1' }), tokens.issue({ sub: 'user-1' })]);
    for (const server of [tokens, elsewhere]) await server.verify(first.token);
    expect(await tokens.revoke(first.token)).toBe('revoked');
    for (const server of [tokens, elsewhere]) await expect(server.verify(first.token)).rejects.toMatchObject(revoked);
    expect(await tokens.revoke(first.token)).toBe('revoked');
    for (const server of [tokens, elsewhere]) await server.verify(second.token);
  });

  it('an expired token needs no revocation', async () => {
    const { make, clock, store } = setUp(mode);
    const deny = vi.spyOn(store, 'deny');
    // Made after the spy: a store that announces takes the methods as they are then.
    const tokens = make();
    const { token } = await tokens.issue({ sub: 'user-1' }, { ttlSeconds: 5 });
    clock.advance(5_000);
    expect(await tokens.revoke(token)).toBe('expired');
    expect(deny).not.toHaveBeenCalled();
    expect(await outcome(tokens.verify(token))).toBe('ERR_TOKEN_EXPIRED');
  });

  it('stores nothing for what is no token of ours', async () => {
    const { make, store } = setUp(mode);
    const writes = (['deny', 'allow', 'disallow', 'cutOff'] as const).map((method) => vi.spyOn(store, method));
    const tokens = make();
    const claims = goodClaims(startMs);
    const foreign = forge({ alg: 'HS256', kid: 'h' }, claims, hs256(newSecret()));
    await expect(tokens.revoke(foreign)).rejects.toMatchObject({ code: 'ERR_TOKEN_INVALID_SIGNATURE' });
    await expect(tokens.revoke('nonsense')).rejects.toMatchObject({ code: 'ERR_TOKEN_MALFORMED' });
    const elsewhere = forge({ alg: 'HS256', kid: 'h' }, { ...claims, aud: 'bank' }, hs256(secret));
    await expect(tokens.revoke(elsewhere)).rejects.toMatchObject({ code: 'ERR_TOKEN_CLAIM_REFUSED' });
    for (const write of writes) expect(write).not.toHaveBeenCalled();
  });

  it('logs a user out everywhere: what was issued a millisecond later stays, to the millisecond', async () => {
    const { tokens, clock, make } = setUp(mode);
    const elsewhere = make();
    const before = await tokens.issue({ sub: 'user-1' });
    const other = await tokens.issue({ sub: 'user-2' });
    clock.advance(1);
    const same = await elsewhere.issue({ sub: 'user-1' });
    await tokens.revokeUser('user-1');
    const login = await tokens.issue({ sub: 'user-1' });
    clock.advance(1);
    const later = await elsewhere.issue({ sub: 'user-1' });
    expect(new Set([before, same, login, later].map(({ claims }) => claims.iat)).size).toBe(1);
    for (const { token } of [before, same]) await expect(elsewhere.verify(token)).rejects.toMatchObject(revoked);
    for (const { token } of [other, login, later]) expect(await elsewhere.verify(token)).toBeDefined();
  });

  it('takes a time of one’s own: issued before it, refused; at it or after, accepted', async () => {
    const { tokens, clock } = setUp(mode);
    const issued: string[] = [];
    for (let ms = 0; ms < 3; ms += 1) {
      issued.push((await tokens.issue({ sub: 'user-1' })).token);
      clock.advance(1);
    }
    await tokens.revokeUser('user-1', { issuedBefore: new Date(startMs + 1) });
    expect(await Promise.all(issued.map((token) => outcome(tokens.verify(token))))).toEqual([
      'ERR_TOKEN_REVOKED',
      'accepted',
      'accepted',
    ]);
  });

  it('logs out one device and no other', async () => {
    const { tokens } = setUp(mode);
    const phone = await tokens.issue({ sub: 'user-1', deviceId: 'phone' });
    const tablet = await tokens.issue({ sub: 'user-1', deviceId: 'tablet' });
    const none = await tokens.issue({ sub: 'user-1' });
    const stranger = await tokens.issue({ sub: 'user-2', deviceId: 'phone' });
    await tokens.revokeDevice('user-1', 'phone');
    const again = await tokens.issue({ sub: 'user-1', deviceId: 'phone' });
    await expect(tokens.verify(phone.token)).rejects.toMatchObject(revoked);
    for (const { token } of [tablet, none, stranger, again]) expect(await tokens.verify(token)).toBeDefined();
    await tokens.revokeUser('user-1');
    for (const { token } of [tablet, none, again]) await expect(tokens.verify(token)).rejects.toMatchObject(revoked);
  });

  it.each([0, 3])('never lets a revoked token live again (tolerance %i s)', async (clockToleranceSeconds) => {
    const { tokens, clock } = setUp(mode, { clockToleranceSeconds, ttlSeconds: 7_200 });
    const revokedOne = await tokens.issue({ sub: 'user-1' });
    const cutOff = await tokens.issue({ sub: 'user-2' });
    await tokens.revoke(revokedOne.token);
    await tokens.revokeUser('user-2');
    const endMs = revokedOne.claims.exp * 1_000 + clockToleranceSeconds * 1_000;
    for (const atMs of [clock.now(), clock.now() + 3_600_000, endMs - 1]) {
      clock.advance(atMs - clock.now());
      for (const { token } of [revokedOne, cutOff])
        expect(await outcome(tokens.verify(token))).toBe('ERR_TOKEN_REVOKED');
    }
    clock.advance(1);
    for (const { token } of [revokedOne, cutOff]) expect(await outcome(tokens.verify(token))).toBe('ERR_TOKEN_EXPIRED');
  });

  it('refuses foreign tokens it could not revoke: without jti, or that outlive every cut-off', async () => {
    const { tokens } = setUp(mode, { maxTtlSeconds: 7_200 });
    const claims = goodClaims(startMs);
    const signed = (over: object) => forge({ alg: 'HS256', kid: 'h' }, { ...claims, ...over }, hs256(secret));
    expect(await outcome(tokens.verify(signed({ jti: undefined })))).toBe('ERR_TOKEN_MALFORMED');
    const iat = Number(claims.iat);
    await expect(tokens.verify(signed({ exp: iat + 7_201 }))).rejects.toMatchObject({ claim: 'lifetime' });
    const ahead = signed({ iat: iat + 302, exp: iat + 400 });
    await expect(tokens.verify(ahead)).rejects.toMatchObject({ claim: 'iat' });
    await expect(tokens.revoke(ahead)).rejects.toMatchObject({ claim: 'iat' });
    const soon = signed({ iat: iat + 300, exp: iat + 400 });
    expect(await outcome(tokens.verify(soon))).toBe(mode === 'allow-list' ? 'ERR_TOKEN_REVOKED' : 'accepted');
    const listed = signed({ exp: iat + 7_200 });
    expect(await outcome(tokens.verify(listed))).toBe(mode === 'allow-list' ? 'ERR_TOKEN_REVOKED' : 'accepted');
  });

  it.each([
    ['userId', ['']],
    ['userId', [7]],
    ['userId', [undefined]],
    ['issuedBefore', ['user-1', { issuedBefore: new Date(Number.NaN) }]],
    ['issuedBefore', ['user-1', { issuedBefore: '2026-11-21' }]],
    ['issuedBefore', ['user-1', { issuedBefore: new Date(startMs + 300_001) }]],
  ])('names a wrong %s', async (option, given) => {
    const { tokens } = setUp(mode);
    await expect(tokens.revokeUser(...(given as [string]))).rejects.toMatchObject({
      code: 'ERR_INVALID_OPTION',
      option,
    });
    await expect(tokens.revokeDevice('user-1', '')).rejects.toMatchObject({ option: 'deviceId' });
  });
});

describe('a foreign jti', () => {
  it('gives way to iat: refused when its second began before the cut-off', async () => {
    const { tokens } = setUp();
    const signed = (jti: string) => forge({ alg: 'HS256', kid: 'h' }, { ...goodClaims(startMs), jti }, hs256(secret));
    const cases = [signed('any text'), signed(uuidV7(startMs + 5_000)), signed(uuidV7(startMs - 5_000))];
    await tokens.revokeUser('user-1', { issuedBefore: new Date(Math.floor(startMs / 1_000) * 1_000) });
    for (const token of cases) expect(await outcome(tokens.verify(token))).toBe('accepted');
    await tokens.revokeUser('user-1', { issuedBefore: new Date(Math.floor(startMs / 1_000) * 1_000 + 1) });
    for (const token of cases) expect(await outcome(tokens.verify(token))).toBe('ERR_TOKEN_REVOKED');
    expect(await outcome(tokens.verify(signed(uuidV7(startMs))))).toBe('accepted');
  });
});

describe('allow-list', () => {
  it('refuses a genuine token that was never listed', async () => {
    const { make } = setUp('allow-list');
    const { token } = await make({ mode: 'none' }).issue({ sub: 'user-1' });
    await expect(make().verify(token)).rejects.toMatchObject(revoked);
  });

  it('returns no token that could not be listed', async () => {
    const { store, tokens } = setUp('allow-list');
    vi.spyOn(store, 'allow').mockRejectedValue(new Error('disk full'));
    await expect(tokens.issue({ sub: 'user-1' })).rejects.toThrow('disk full');
  });

  it('brings back nothing that a deny-list had ended', async () => {
    const { make, store, clock } = setUp();
    const { token, claims } = await make().issue({ sub: 'user-1' });
    await make().revoke(token);
    await store.allow({ userId: 'user-1', jti: claims.jti }, clock.now() + 60_000);
    await expect(make({ mode: 'allow-list', store }).verify(token)).rejects.toMatchObject(revoked);
  });
});

describe('without revocation', () => {
  it('asking for one is refused instead of being lost', async () => {
    const { make } = setUp();
    const tokens = make({ mode: 'none' });
    const { token } = await tokens.issue({ sub: 'user-1', deviceId: 'phone' });
    await expect(tokens.revoke(token)).rejects.toThrow(TokenRevocationDisabledError);
    await expect(tokens.revokeUser('user-1')).rejects.toThrow(TokenRevocationDisabledError);
    await expect(tokens.revokeDevice('user-1', 'phone')).rejects.toThrow(TokenRevocationDisabledError);
    await expect(tokens.revokeKey('h')).rejects.toThrow(TokenRevocationDisabledError);
    expect(tokens.revocationHealth()).toBeUndefined();
    expect(await outcome(tokens.verify(token))).toBe('accepted');
  });
});

describe('events', () => {
  const heard: [string, unknown][] = [];
  const listener = (message: unknown, name: string | symbol) => heard.push([String(name), message]);
  const names = ['sallyport:token.refused', 'sallyport:token.revoked'];
  afterEach(() => {
    for (const name of names) unsubscribe(name, listener);
  });

  it('tell what was refused and revoked, without the token', async () => {
    for (const name of names) subscribe(name, listener);
    const { tokens } = setUp();
    const { token } = await tokens.issue({ sub: 'user-1', deviceId: 'phone' });
    await tokens.verify(token);
    expect(heard).toEqual([]);
    await tokens.revoke(token);
    await outcome(tokens.verify(token));
    await outcome(tokens.verify('nonsense'));
    await tokens.revokeUser('user-1');
    await tokens.revokeDevice('user-1', 'phone');
    expect(heard).toEqual([
      ['sallyport:token.revoked', { scope: 'token' }],
      ['sallyport:token.refused', { code: 'ERR_TOKEN_REVOKED' }],
      ['sallyport:token.refused', { code: 'ERR_TOKEN_MALFORMED' }],
      ['sallyport:token.revoked', { scope: 'user' }],
      ['sallyport:token.revoked', { scope: 'device' }],
    ]);
  });
});
