import {
  beginPair,
  bodyPairTransport,
  cookiePairTransport,
  createTokens,
  endPair,
  memoryPairStore,
  memoryRevocationStore,
  type PairExchange,
  refreshPair,
} from 'sallyport/tokens';
import { describe, expect, it } from 'vitest';
import type { HttpExchange } from '../../src/http/exchange.ts';
import { createSessionCookie } from '../../src/http/session-cookie.ts';
import { here, newSecret } from './key-pairs.ts';

const phone = { userId: 'user-1', deviceId: 'phone' };
const onPhone = { deviceId: 'phone' };

function newTokens() {
  return createTokens({
    ...here,
    keys: [{ kid: 'h', alg: 'HS256', secret: newSecret() }],
    revocation: { mode: 'deny-list', store: memoryRevocationStore() },
    pairs: { store: memoryPairStore() },
  });
}

/** A browser: it sends the cookies it was given, and `Max-Age=0` makes it forget one. */
function browser() {
  const jar = new Map<string, string>();
  const received: string[] = [];
  const exchange = (): PairExchange => {
    const full: HttpExchange = {
      cookieHeader: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') || undefined,
      ipAddress: () => undefined,
      userAgent: undefined,
      responseStarted: () => false,
      setCookie: (name, header) => {
        received.push(header);
        if (header.includes('Max-Age=0')) jar.delete(name);
        else jar.set(name, header.slice(name.length + 1).split(';')[0] ?? '');
      },
    };
    return full;
  };
  return { exchange, jar, received };
}

describe('pairs in a cookie', () => {
  const cookie = createSessionCookie({ name: 'refresh', sameSite: 'strict', maxAgeSeconds: 604_800 });
  const transport = cookiePairTransport(cookie);

  it('keep the refresh token from scripts, from login to logout', async () => {
    const tokens = newTokens();
    const { exchange, jar, received } = browser();
    const login = await beginPair(tokens.pairs, transport, exchange(), phone);
    expect(login.headers).toEqual({ 'Cache-Control': 'no-store' });
    expect(Object.keys(login.body).toSorted()).toEqual([
      'accessExpiresAt',
      'accessToken',
      'refreshExpiresAt',
      'tokenType',
    ]);
    const [header] = received;
    for (const part of ['__Host-refresh=', 'HttpOnly', 'Secure', 'SameSite=Strict', 'Path=/', 'Max-Age=604800']) {
      expect(header).toContain(part);
    }
    const first = jar.get(cookie.name);
    const next = await refreshPair(tokens.pairs, transport, exchange(), onPhone);
    expect(next.body).not.toHaveProperty('refreshToken');
    expect(jar.get(cookie.name)).not.toBe(first);
    expect(await tokens.verify(next.body.accessToken)).toMatchObject({ sub: 'user-1', exp: next.body.accessExpiresAt });
    // A body cannot stand in for the cookie: a page of another site could send one.
    const bare = browser().exchange();
    await expect(
      refreshPair(tokens.pairs, transport, bare, { ...onPhone, body: { refreshToken: jar.get(cookie.name) } }),
    ).rejects.toMatchObject({ code: 'ERR_REFRESH_UNKNOWN' });
    expect(await endPair(tokens.pairs, transport, exchange())).toBe('ended');
    expect(jar.size).toBe(0);
    await expect(tokens.verify(next.body.accessToken)).rejects.toMatchObject({ code: 'ERR_TOKEN_REVOKED' });
    expect(await endPair(tokens.pairs, transport, exchange())).toBe('missing');
  });

  it('a refused refresh leaves the cookie, which a parallel login may have just set', async () => {
    const tokens = newTokens();
    const { exchange, received } = browser();
    await beginPair(tokens.pairs, transport, exchange(), phone);
    await tokens.pairs.endUser('user-1');
    await expect(refreshPair(tokens.pairs, transport, exchange(), onPhone)).rejects.toMatchObject({
      code: 'ERR_REFRESH_ENDED',
    });
    expect(received).toHaveLength(1);
  });

  it('a logout that could not be stored leaves the cookie too', async () => {
    const tokens = newTokens();
    const { exchange, jar } = browser();
    await beginPair(tokens.pairs, transport, exchange(), phone);
    const away = { ...tokens.pairs, end: () => Promise.reject(new Error('away')) };
    await expect(endPair(away, transport, exchange())).rejects.toThrow('away');
    expect(jar.size).toBe(1);
  });
});

describe('pairs in a body', () => {
  const transport = bodyPairTransport();

  it('carry both tokens, from login to logout, and set no cookie', async () => {
    const tokens = newTokens();
    const { exchange, received } = browser();
    const { body } = await beginPair(tokens.pairs, transport, exchange(), phone);
    const next = await refreshPair(tokens.pairs, transport, exchange(), { ...onPhone, body });
    expect(next.body.refreshToken).not.toBe(body.refreshToken);
    expect(await endPair(tokens.pairs, transport, exchange(), { body: next.body })).toBe('ended');
    expect(received).toEqual([]);
  });

  it.each([undefined, null, 'text', 7, [], {}, { refreshToken: 7 }, { refreshToken: '' }])(
    'without a refresh token (%j) are refused, and log out in vain',
    async (body) => {
      const { pairs } = newTokens();
      const exchange = browser().exchange();
      await expect(refreshPair(pairs, transport, exchange, { body })).rejects.toMatchObject({
        code: 'ERR_REFRESH_UNKNOWN',
      });
      expect(await endPair(pairs, transport, exchange, { body })).toBe('missing');
    },
  );
});
