import { memoryPairStore, memoryRevocationStore, type TokenPair, type Tokens } from 'sallyport/tokens';
import { describe, expect, it } from 'vitest';
import { manualClock } from '../manual-clock.ts';
import { alarmsOf, onPhone, phone, revoked, setUp } from './pairs-in-memory.ts';

describe('a stolen refresh token', () => {
  it('used after its owner’s: the family ends, access tokens and all, and both sign in again', async () => {
    const { clock, tokens, pairs } = setUp();
    const stolen = await pairs.issue(phone);
    const other = await pairs.issue(phone);
    const owners = await pairs.refresh(stolen.refreshToken, onPhone);
    clock.advance(10_000);
    await tokens.verify(owners.accessToken);
    const told = await alarmsOf(stolen, () => pairs.refresh(stolen.refreshToken, onPhone), 'ERR_REFRESH_REUSED');
    expect(told).toEqual([
      ['token.reuse', 'replayed-after-grace'],
      ['token.family.ended', 'reused'],
    ]);
    for (const { accessToken } of [stolen, owners])
      await expect(tokens.verify(accessToken)).rejects.toMatchObject(revoked);
    await expect(pairs.refresh(owners.refreshToken, onPhone)).rejects.toMatchObject({
      ...{ code: 'ERR_REFRESH_ENDED', reason: 'reused' },
    });
    await tokens.verify(other.accessToken);
    // The owner may come to know days later: that is no second theft.
    clock.advance(3_600_000);
    expect(await alarmsOf(stolen, () => pairs.refresh(owners.refreshToken, onPhone), 'ERR_REFRESH_ENDED')).toEqual([]);
    await pairs.refresh(other.refreshToken, onPhone);
  });

  it('used before its owner’s: the owner’s use ends the family of the thief', async () => {
    const { clock, tokens, pairs } = setUp();
    const pair = await pairs.issue(phone);
    let thiefs = pair;
    for (let turn = 0; turn < 5; turn += 1) {
      thiefs = await pairs.refresh(thiefs.refreshToken, onPhone);
      clock.advance(600_000);
    }
    await expect(pairs.refresh(pair.refreshToken, onPhone)).rejects.toMatchObject({ code: 'ERR_REFRESH_REUSED' });
    await expect(pairs.refresh(thiefs.refreshToken, onPhone)).rejects.toMatchObject({ code: 'ERR_REFRESH_ENDED' });
    await expect(tokens.verify(thiefs.accessToken)).rejects.toMatchObject(revoked);
  });

  it('used on another device: refused, and the family ends with an alarm', async () => {
    const { tokens, pairs } = setUp();
    const pair = await pairs.issue(phone);
    const elsewhere = () => pairs.refresh(pair.refreshToken, { deviceId: 'tablet' });
    expect(await alarmsOf(pair, elsewhere, 'ERR_REFRESH_WRONG_DEVICE')).toEqual([
      ['token.device.refused', ''],
      ['token.family.ended', 'wrong-device'],
    ]);
    await expect(tokens.verify(pair.accessToken)).rejects.toMatchObject(revoked);
    await expect(pairs.refresh(pair.refreshToken, onPhone)).rejects.toMatchObject({ reason: 'wrong-device' });
  });

  it('used on another device: only refused, when so configured', async () => {
    const { tokens, pairs } = setUp({ wrongDevice: 'refuse' });
    const pair = await pairs.issue(phone);
    const elsewhere = () => pairs.refresh(pair.refreshToken);
    expect(await alarmsOf(pair, elsewhere, 'ERR_REFRESH_WRONG_DEVICE')).toEqual([['token.device.refused', '']]);
    await tokens.verify(pair.accessToken);
    await pairs.refresh(pair.refreshToken, onPhone);
  });

  it('that was altered is unknown, and ends nothing', async () => {
    const { pairs } = setUp();
    const pair = await pairs.issue(phone);
    const [tag = '', body = ''] = pair.refreshToken.split('.');
    for (let byte = 0; byte < 57; byte += 1) {
      const bytes = Buffer.from(body, 'base64url');
      bytes[byte] = (bytes[byte] ?? 0) ^ 1;
      const altered = `${tag}.${bytes.toString('base64url')}`;
      // The expiry is not part of what is proved: it only tells "expired" from "unknown" where there is no family.
      if (byte >= 20 && byte < 25) continue;
      await expect(pairs.refresh(altered, onPhone)).rejects.toMatchObject({ code: 'ERR_REFRESH_UNKNOWN' });
    }
    await expect(pairs.refresh(`AAAAAAAAAAA.${body}`, onPhone)).rejects.toMatchObject({ code: 'ERR_REFRESH_UNKNOWN' });
    await pairs.refresh(pair.refreshToken, onPhone);
  });
});

describe('logout', () => {
  it('ends refresh and access tokens of the login, and of no other', async () => {
    const { tokens, pairs } = setUp();
    const first = await pairs.issue(phone);
    const pair = await pairs.refresh(first.refreshToken, onPhone);
    const other = await pairs.issue(phone);
    // An old tab may log out as well.
    expect(await pairs.end(first.refreshToken)).toBe('ended');
    expect(await pairs.end(pair.refreshToken)).toBe('ended');
    for (const { accessToken } of [first, pair])
      await expect(tokens.verify(accessToken)).rejects.toMatchObject(revoked);
    await tokens.verify(other.accessToken);
    await pairs.refresh(other.refreshToken, onPhone);
  });

  it('another tab that does not know yet raises no alarm; who comes later does', async () => {
    const { clock, pairs } = setUp();
    const pair = await pairs.issue(phone);
    await pairs.end(pair.refreshToken);
    const refresh = () => pairs.refresh(pair.refreshToken, onPhone);
    clock.advance(9_999);
    expect(await alarmsOf(pair, refresh, 'ERR_REFRESH_ENDED')).toEqual([]);
    clock.advance(1);
    expect(await alarmsOf(pair, refresh, 'ERR_REFRESH_REUSED')).toEqual([['token.reuse', 'replayed-after-logout']]);
    clock.advance(7 * 86_400_000);
    await expect(refresh()).rejects.toMatchObject({ code: 'ERR_REFRESH_EXPIRED' });
  });

  it('by user and family, and of nobody else’s family', async () => {
    const { tokens, pairs } = setUp();
    const { accessToken, claims } = await pairs.issue(phone);
    expect(await pairs.endFamily('user-2', claims.sid ?? '')).toBe('missing');
    expect(await pairs.endFamily('user-1', 'another')).toBe('missing');
    await tokens.verify(accessToken);
    expect(await pairs.endFamily(claims.sub, claims.sid ?? '')).toBe('ended');
    await expect(tokens.verify(accessToken)).rejects.toMatchObject(revoked);
  });

  it.each([
    ['pairs.endUser', (tokens: Tokens) => tokens.pairs.endUser('user-1'), ['user-2']],
    ['revokeUser', (tokens: Tokens) => tokens.revokeUser('user-1'), ['user-2']],
    ['revokeDevice', (tokens: Tokens) => tokens.revokeDevice('user-1', 'phone'), ['user-1 tablet', 'user-2']],
  ])('%s ends the families it concerns', async (_, run, left) => {
    const { clock, tokens, pairs } = setUp();
    const logins: Record<string, TokenPair> = {
      'user-1 phone': await pairs.issue(phone),
      'user-1 tablet': await pairs.issue({ userId: 'user-1', deviceId: 'tablet' }),
      'user-2': await pairs.issue({ userId: 'user-2' }),
    };
    await run(tokens);
    for (const [name, { accessToken, refreshToken, claims }] of Object.entries(logins)) {
      const use = [tokens.verify(accessToken), pairs.refresh(refreshToken, { deviceId: claims.device })];
      if (left.includes(name)) await Promise.all(use);
      else for (const each of await Promise.allSettled(use)) expect(each.status).toBe('rejected');
    }
    clock.advance(2);
    const again = await pairs.issue(phone);
    await tokens.verify(again.accessToken);
    await pairs.refresh(again.refreshToken, onPhone);
  });

  it('everywhere before a time leaves later logins alone', async () => {
    const { clock, tokens, pairs } = setUp();
    const before = await pairs.issue(phone);
    clock.advance(60_000);
    const issuedBefore = new Date(clock.now());
    const after = await pairs.issue(phone);
    await tokens.revokeUser('user-1', { issuedBefore });
    await expect(pairs.refresh(before.refreshToken, onPhone)).rejects.toMatchObject({ code: 'ERR_REFRESH_ENDED' });
    await expect(tokens.verify(before.accessToken)).rejects.toMatchObject(revoked);
    await tokens.verify(after.accessToken);
    await pairs.refresh(after.refreshToken, onPhone);
  });

  it('of a family outlasts every access token that can exist', async () => {
    const { clock, tokens, pairs } = setUp({}, { ttlSeconds: 3_600, maxTtlSeconds: 3_600, clockToleranceSeconds: 60 });
    const pair = await pairs.issue(phone);
    await pairs.end(pair.refreshToken);
    for (let minute = 0; minute < 61; minute += 1) {
      await expect(tokens.verify(pair.accessToken)).rejects.toMatchObject(revoked);
      clock.advance(60_000);
    }
    await expect(tokens.verify(pair.accessToken)).rejects.toMatchObject({ code: 'ERR_TOKEN_EXPIRED' });
  });

  it('works on an allow-list too', async () => {
    const clock = manualClock();
    const revocation = { mode: 'allow-list', store: memoryRevocationStore({ clock }) } as const;
    const { tokens, pairs } = setUp({ store: memoryPairStore({ clock }) }, { revocation, clock });
    const first = await pairs.issue(phone);
    const pair = await pairs.refresh(first.refreshToken, onPhone);
    for (const { accessToken } of [first, pair]) await tokens.verify(accessToken);
    await pairs.end(pair.refreshToken);
    for (const { accessToken } of [first, pair])
      await expect(tokens.verify(accessToken)).rejects.toMatchObject(revoked);
  });

  it('without revocation ends refreshing, and the access token lives out its time', async () => {
    const { tokens, pairs } = setUp({}, { revocation: { mode: 'none' } });
    const pair = await pairs.issue(phone);
    await pairs.endUser('user-1');
    expect(await tokens.verify(pair.accessToken)).toMatchObject({ sub: 'user-1' });
    await expect(pairs.refresh(pair.refreshToken, onPhone)).rejects.toMatchObject({ code: 'ERR_REFRESH_ENDED' });
    await expect(tokens.revokeUser('user-1')).rejects.toMatchObject({ code: 'ERR_TOKEN_REVOCATION_DISABLED' });
  });

  it('makes good at the next attempt what the deny-list could not be told', async () => {
    const clock = manualClock();
    const store = memoryRevocationStore({ clock });
    let away = true;
    const deny: typeof store.deny = (...args) => (away ? Promise.reject(new Error('away')) : store.deny(...args));
    const revocation = { mode: 'deny-list', store: { ...store, deny } } as const;
    const { tokens, pairs } = setUp({ store: memoryPairStore({ clock }) }, { clock, revocation });
    const first = await pairs.issue(phone);
    const pair = await pairs.refresh(first.refreshToken, onPhone);
    clock.advance(10_000);
    const replay = () => pairs.refresh(first.refreshToken, onPhone);
    expect(await alarmsOf(pair, () => replay().catch(() => {}))).toContainEqual([
      'token.reuse',
      'replayed-after-grace',
    ]);
    await tokens.verify(pair.accessToken);
    away = false;
    await expect(replay()).rejects.toMatchObject({ code: 'ERR_REFRESH_ENDED', reason: 'reused' });
    await expect(tokens.verify(pair.accessToken)).rejects.toMatchObject(revoked);

    const login = await pairs.issue(phone);
    away = true;
    await expect(pairs.end(login.refreshToken)).rejects.toThrow('away');
    away = false;
    expect(await pairs.end(login.refreshToken)).toBe('ended');
    await expect(tokens.verify(login.accessToken)).rejects.toMatchObject(revoked);
  });

  it.each([1, 2, 3])(
    'everywhere before a time is made good by a repeat, when call %i of the deny-list fails',
    async (failing) => {
      const clock = manualClock();
      const store = memoryRevocationStore({ clock });
      let calls = 0;
      const deny: typeof store.deny = (...args) =>
        ++calls === failing ? Promise.reject(new Error('away')) : store.deny(...args);
      const revocation = { mode: 'deny-list', store: { ...store, deny } } as const;
      const { tokens, pairs } = setUp({ store: memoryPairStore({ clock }) }, { clock, revocation });
      const first = [await pairs.issue(phone), await pairs.issue(phone)];
      const onTablet = await pairs.issue({ userId: 'user-1', deviceId: 'tablet' });
      clock.advance(60_000);
      const issuedBefore = new Date(clock.now());
      clock.advance(60_000);
      // Issued after the time: no cut-off takes them back, only that of their families.
      const newest = await Promise.all(first.map(({ refreshToken }) => pairs.refresh(refreshToken, onPhone)));
      const run = () => tokens.revokeDevice('user-1', 'phone', { issuedBefore });
      await expect(run()).rejects.toThrow('away');
      await run();
      for (const { accessToken, refreshToken } of newest) {
        await expect(tokens.verify(accessToken)).rejects.toMatchObject(revoked);
        await expect(pairs.refresh(refreshToken, onPhone)).rejects.toMatchObject({ code: 'ERR_REFRESH_ENDED' });
      }
      await tokens.verify(onTablet.accessToken);
    },
  );
});
