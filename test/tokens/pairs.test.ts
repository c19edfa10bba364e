import { createSallyport, InvalidOptionError } from 'sallyport';
import { createTokens, type TokenPair } from 'sallyport/tokens';
import { describe, expect, it } from 'vitest';
import { newStep, parseRefreshToken, successorOf } from '../../src/tokens/pairs/refresh-token.ts';
import { here } from './key-pairs.ts';
import { alarms, alarmsOf, onPhone, phone, revoked, secret, setUp } from './pairs-in-memory.ts';
import { recordEvents } from './recorded-events.ts';

describe('a pair', () => {
  it('is a token for 15 minutes and an opaque one for 7 days', async () => {
    const { clock, tokens, pairs } = setUp();
    const pair = await pairs.issue({ ...phone, claims: { username: 'ada', role: 'admin', plan: { seats: 3 } } });
    expect(pair.accessExpiresAt.getTime()).toBe(clock.now() + 900_000);
    expect(pair.refreshExpiresAt.getTime()).toBe(clock.now() + 7 * 86_400_000);
    expect(pair.refreshToken).toMatch(/^[\w-]{11}\.[\w-]{76}$/);
    const claims = await tokens.verify(pair.accessToken);
    expect(claims).toEqual(pair.claims);
    expect(claims).toMatchObject({
      ...{ sub: 'user-1', device: 'phone', sid: pair.familyId },
      ...{ username: 'ada', role: 'admin', plan: { seats: 3 } },
    });
  });

  it('has 256 random bits that nobody can tell from the tokens around it', async () => {
    const { pairs } = setUp();
    const secrets = new Set<string>();
    const ids = new Set<string>();
    for (let n = 0; n < 50; n += 1) {
      const first = await pairs.issue(phone);
      const second = await pairs.refresh(first.refreshToken, onPhone);
      for (const { refreshToken } of [first, second]) {
        secrets.add(parseRefreshToken(refreshToken)?.secret.toString('hex') ?? '');
      }
      ids.add(first.familyId);
    }
    expect(secrets.size).toBe(100);
    expect(ids.size).toBe(50);
    for (const each of secrets) expect(each).toMatch(/^[0-9a-f]{64}$/);
  });

  it('is followed by what needs both the spent token and the step', () => {
    const [one, two] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
    const steps = [newStep(), newStep()];
    const made = [one, two].flatMap((each) => steps.map((step) => successorOf(each, step).toString('hex')));
    expect(new Set(made).size).toBe(4);
    expect(successorOf(one, steps[0] ?? '').toString('hex')).toBe(made[0]);
    expect(made[0]).toHaveLength(64);
  });

  it('leads to the next one, with the same claims and another token', async () => {
    const { clock, tokens, pairs } = setUp();
    let pair = await pairs.issue({ ...phone, claims: { role: 'admin', since: new Date(0) } });
    const seen = new Set([pair.refreshToken]);
    for (let turn = 0; turn < 20; turn += 1) {
      clock.advance(3_600_000);
      const next = await pairs.refresh(pair.refreshToken, onPhone);
      expect(next.familyId).toBe(pair.familyId);
      expect(next.claims.jti).not.toBe(pair.claims.jti);
      expect(await tokens.verify(next.accessToken)).toMatchObject({ role: 'admin', since: '1970-01-01T00:00:00.000Z' });
      seen.add(next.refreshToken);
      pair = next;
    }
    expect(seen.size).toBe(21);
  });

  it('expires after 7 days without use, and the family after 30 however it is used', async () => {
    const { clock, pairs } = setUp();
    const unused = await pairs.issue(phone);
    let used = await pairs.issue(phone);
    for (let day = 6; day <= 24; day += 6) {
      clock.advance(6 * 86_400_000);
      used = await pairs.refresh(used.refreshToken, onPhone);
    }
    expect(await alarmsOf(unused, () => pairs.refresh(unused.refreshToken, onPhone), 'ERR_REFRESH_EXPIRED')).toEqual(
      [],
    );
    clock.advance(5 * 86_400_000);
    used = await pairs.refresh(used.refreshToken, onPhone);
    expect(used.refreshExpiresAt.getTime()).toBe(clock.now() + 86_400_000);
    clock.advance(86_400_000);
    expect(await alarmsOf(used, () => pairs.refresh(used.refreshToken, onPhone), 'ERR_REFRESH_EXPIRED')).toEqual([]);
    expect(await pairs.list('user-1')).toEqual([]);
    expect(await pairs.end(used.refreshToken)).toBe('missing');
  });
});

describe('the grace window', () => {
  it('gives two tabs that refresh at once the same successor, and good access tokens', async () => {
    const { tokens, pairs } = setUp();
    const pair = await pairs.issue(phone);
    const told = await alarmsOf(pair, async () => {
      const tabs = await Promise.all([1, 2, 3].map(() => pairs.refresh(pair.refreshToken, onPhone)));
      expect(new Set(tabs.map(({ refreshToken }) => refreshToken)).size).toBe(1);
      for (const tab of tabs) await tokens.verify(tab.accessToken);
    });
    expect(told).toEqual([]);
  });

  it('makes a lost reply good, and ends at its end', async () => {
    const { clock, pairs } = setUp();
    const pair = await pairs.issue(phone);
    const lost = await pairs.refresh(pair.refreshToken, onPhone);
    clock.advance(9_999);
    const again = await pairs.refresh(pair.refreshToken, onPhone);
    expect([again.refreshToken, again.refreshExpiresAt]).toEqual([lost.refreshToken, lost.refreshExpiresAt]);
    clock.advance(1);
    expect(await alarmsOf(pair, () => pairs.refresh(pair.refreshToken, onPhone), 'ERR_REFRESH_REUSED')).toEqual([
      ['token.reuse', 'replayed-after-grace'],
      ['token.family.ended', 'reused'],
    ]);
  });

  it('gives a late tab the newest token, which is good', async () => {
    const { clock, pairs } = setUp();
    const pair = await pairs.issue(phone);
    const second = await pairs.refresh(pair.refreshToken, onPhone);
    clock.advance(3_000);
    const third = await pairs.refresh(second.refreshToken, onPhone);
    clock.advance(3_000);
    const late = await pairs.refresh(pair.refreshToken, onPhone);
    expect(late.refreshToken).toBe(third.refreshToken);
    clock.advance(60_000);
    await pairs.refresh(late.refreshToken, onPhone);
  });

  it('bounds how often a token is rotated, without an alarm', async () => {
    const { clock, pairs } = setUp();
    const first = await pairs.issue(phone);
    let pair = first;
    const told = await alarmsOf(first, async () => {
      for (let n = 0; n < 50; n += 1) pair = await pairs.refresh(pair.refreshToken, onPhone);
    });
    expect(told).toEqual([]);
    expect((await pairs.refresh(first.refreshToken, onPhone)).refreshToken).toBe(pair.refreshToken);
    clock.advance(10_000);
    expect((await pairs.refresh(pair.refreshToken, onPhone)).refreshToken).not.toBe(pair.refreshToken);
  });
});

describe('what is no refresh token', () => {
  it('is unknown; only what has the form of one raises an alarm', async () => {
    const { tokens, pairs } = setUp();
    const { accessToken, refreshToken } = await pairs.issue(phone);
    const junk = [
      '',
      ' ',
      'x',
      accessToken,
      `${refreshToken}=`,
      ` ${refreshToken}`,
      refreshToken.slice(1),
      undefined,
      null,
      7,
      {},
      [],
    ];
    const told = await recordEvents(
      alarms,
      () => true,
      async () => {
        for (const each of junk as string[]) {
          await expect(pairs.refresh(each)).rejects.toMatchObject({ code: 'ERR_REFRESH_UNKNOWN' });
          expect(await pairs.end(each)).toBe('missing');
        }
      },
    );
    expect(told).toEqual([]);
    const forged = `AAAAAAAAAAA.${'_'.repeat(76)}`;
    const familyId = parseRefreshToken(forged)?.key.id ?? '';
    const of = { familyId } as TokenPair;
    expect(await alarmsOf(of, () => pairs.refresh(forged), 'ERR_REFRESH_UNKNOWN')).toEqual([
      ['token.reuse', 'unknown'],
    ]);
    await expect(tokens.verify(refreshToken)).rejects.toMatchObject({ code: 'ERR_TOKEN_MALFORMED' });
  });
});

describe('the list of families', () => {
  it('shows where a user is signed in, and nothing that makes a token', async () => {
    const { clock, pairs } = setUp();
    const startMs = clock.now();
    const first = await pairs.issue(phone);
    clock.advance(1_000);
    const second = await pairs.issue({ userId: 'user-1', claims: { role: 'admin' } });
    clock.advance(1_000);
    await pairs.refresh(first.refreshToken, onPhone);
    const times = (created: number, used: number, ttlDays: number) => ({
      createdAt: new Date(startMs + created),
      lastUsedAt: new Date(startMs + used),
      expiresAt: new Date(startMs + used + 7 * 86_400_000),
      endsAt: new Date(startMs + created + ttlDays * 86_400_000),
    });
    expect(await pairs.list('user-1')).toEqual([
      { id: first.familyId, deviceId: 'phone', ...times(0, 2_000, 30) },
      { id: second.familyId, ...times(1_000, 1_000, 30) },
    ]);
    expect(await pairs.list('user-2')).toEqual([]);
  });
});

describe('bad input', () => {
  it('is refused by name, with nothing stored', async () => {
    const { pairs } = setUp();
    const wrong: [string, object][] = [
      ['userId', { userId: '' }],
      ['userId', { userId: 'x'.repeat(513) }],
      ['deviceId', { ...phone, deviceId: '' }],
      ['claims.sub', { ...phone, claims: { sub: 'somebody' } }],
      ['claims.sid', { ...phone, claims: { sid: 'x' } }],
      ['claims.exp', { ...phone, claims: { exp: 1 } }],
      ['claims', { ...phone, claims: null }],
      ['claims', { ...phone, claims: { big: 1n } }],
      ['claims', { ...phone, claims: { text: 'x'.repeat(9_000) } }],
    ];
    for (const [option, login] of wrong) {
      const refused = await pairs.issue(login as never).catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(InvalidOptionError);
      expect(refused).toMatchObject({ option });
    }
    expect(await pairs.list('user-1')).toEqual([]);
    const pair = await pairs.issue(phone);
    await expect(pairs.refresh(pair.refreshToken, { deviceId: 7 as never })).rejects.toMatchObject({
      option: 'deviceId',
    });
    await pairs.refresh(pair.refreshToken, onPhone);
  });

  it.each([
    ['store', { store: undefined }],
    ['store', { store: {} }],
    ['refreshTtlSeconds', { refreshTtlSeconds: 899 }],
    ['refreshTtlSeconds', { refreshTtlSeconds: 1.5 }],
    ['absoluteTtlSeconds', { absoluteTtlSeconds: 604_799 }],
    ['graceSeconds', { graceSeconds: -1 }],
    ['graceSeconds', { graceSeconds: 301 }],
    ['wrongDevice', { wrongDevice: 'ignore' }],
  ])('an option out of range is named: %s', (option, over) => {
    expect(() => setUp(over as never)).toThrow(expect.objectContaining({ option: `tokens.pairs.${option}` }));
  });

  it('pairs that were not configured are missed when they are used', async () => {
    const tokens = createTokens({ ...here, keys: [{ kid: 'h', alg: 'HS256', secret }] });
    expect(() => tokens.pairs).toThrow(expect.objectContaining({ option: 'tokens.pairs' }));
  });

  it('createSallyport has pairs, with the options it is given', async () => {
    const sallyport = createSallyport({ redis: 'memory', environment: { SALLYPORT_TOKEN_SECRET: secret } });
    const pair = await sallyport.tokens.pairs.issue(phone);
    await sallyport.tokens.pairs.end(pair.refreshToken);
    await expect(sallyport.tokens.verify(pair.accessToken)).rejects.toMatchObject(revoked);
    await sallyport.close();
    const strange = { environment: {}, redis: 'memory', token: { pairs: { graceSeconds: 999 } } } as const;
    expect(() => createSallyport({ ...strange, environment: { SALLYPORT_TOKEN_SECRET: secret } })).toThrow(
      'graceSeconds',
    );
    const longLived = { SALLYPORT_TOKEN_SECRET: secret };
    await createSallyport({ redis: 'memory', environment: longLived, token: { ttlSeconds: 1_000_000 } }).close();
  });
});
