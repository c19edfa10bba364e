/** Login, refresh, logout, the guard and the published keys: the same on every framework. */
import { once } from 'node:events';
import { Agent } from 'node:http';
import { connect } from 'node:net';
import { resetSocket } from '@sallyport/lab/cluster';
import { createSallyport, type Sallyport } from 'sallyport';
import { bodyPairTransport, refreshCookieTransport } from 'sallyport/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useRedisServer } from '../redis-server.ts';
import { keyPair, newSecret } from '../tokens/key-pairs.ts';
import { until } from '../until.ts';
import type { RunningShop } from './adapters.ts';
import { HttpClient } from './http-client.ts';
import { sendOver } from './kept-connection.ts';
import { pairShops } from './pair-shops.ts';

const server = useRedisServer();
const keys = [
  { kid: 'h', alg: 'HS256' as const, secret: newSecret() },
  { kid: 'e', alg: 'ES256' as const, privateKey: keyPair('ES256').privateKey },
];

for (const { adapter, start } of pairShops) {
  describe(`token pairs on ${adapter}`, () => {
    let sallyport: Sallyport;
    let inCookie: RunningShop;
    let inBody: RunningShop;
    beforeAll(async () => {
      sallyport = createSallyport({ redis: server.url, deadlineMs: 1_000, environment: {}, token: { keys } });
      inCookie = await start(sallyport, refreshCookieTransport({ path: '/auth' }));
      inBody = await start(sallyport, bodyPairTransport());
    });
    afterAll(async () => {
      await inCookie.close();
      await inBody.close();
      await sallyport.close();
    });
    const browser = () => new HttpClient(inCookie.origin, inCookie.fetch);
    const app = () => new HttpClient(inBody.origin, inBody.fetch);
    const bearer = ({ json }: { json: object }) => ({
      authorization: `Bearer ${(json as { accessToken: string }).accessToken}`,
    });

    it('logs in with a cookie for the refresh route, and gives scripts the access token only', async () => {
      const client = browser();
      const login = await client.post('/auth/login');
      expect(login.status).toBe(200);
      expect(login.headers.get('content-type')).toMatch(/^application\/json/);
      expect(login.headers.get('cache-control')).toBe('no-store');
      expect(Object.keys(login.json).toSorted()).toEqual([
        'accessExpiresAt',
        'accessToken',
        'refreshExpiresAt',
        'tokenType',
      ]);
      expect(login.setCookies).toHaveLength(2);
      expect(login.setCookies[0]).toBe('own=1');
      expect(login.setCookies[1]).toMatch(
        /^__Secure-refresh=[\w-]{11}\.[\w-]{76}; Max-Age=(6047\d\d|604800); Path=\/auth; HttpOnly; Secure; SameSite=Strict$/,
      );
      const me = await client.get('/me', bearer(login));
      expect([me.status, me.json]).toEqual([200, { sub: 'ada', role: 'user' }]);
    });

    it('refreshes with the cookie, and logs out: cookie gone, both tokens dead, again harmless', async () => {
      const client = browser();
      await client.post('/auth/login');
      const spent = client.cookies.get('__Secure-refresh');
      const next = await client.post('/auth/refresh');
      expect([next.status, next.headers.get('cache-control')]).toEqual([200, 'no-store']);
      expect(next.json).not.toHaveProperty('refreshToken');
      expect(client.cookies.get('__Secure-refresh')).not.toBe(spent);
      const copy = client.clone();
      const logout = await client.post('/auth/logout');
      expect([logout.status, logout.text, logout.headers.get('cache-control')]).toEqual([204, '', 'no-store']);
      expect(logout.setCookies).toEqual([
        '__Secure-refresh=; Max-Age=0; Path=/auth; HttpOnly; Secure; SameSite=Strict',
      ]);
      const dead = await client.get('/me', bearer(next));
      expect([dead.status, dead.json.error]).toEqual([401, 'token revoked']);
      const late = await copy.post('/auth/refresh');
      expect([late.status, late.json.code, late.setCookies]).toEqual([401, 'ERR_REFRESH_ENDED', []]);
      expect((await client.post('/auth/logout')).status).toBe(204);
    });

    it('gives two tabs that refresh at once the same successor', async () => {
      const one = browser();
      await one.post('/auth/login');
      const two = one.clone();
      await Promise.all([one.post('/auth/refresh'), two.post('/auth/refresh')]);
      expect(two.cookies.get('__Secure-refresh')).toBe(one.cookies.get('__Secure-refresh'));
    });

    it('takes no refresh token from a body where a cookie is meant, and none from a cookie where a body is', async () => {
      const client = browser();
      await client.post('/auth/login');
      const token = client.cookies.get('__Secure-refresh');
      const inTheBody = await browser().postJson('/auth/refresh', { refreshToken: token });
      expect([inTheBody.status, inTheBody.json.code]).toEqual([401, 'ERR_REFRESH_UNKNOWN']);
      const inTheCookie = await app().postJson('/auth/refresh', {}, { cookie: `__Secure-refresh=${token}` });
      expect([inTheCookie.status, inTheCookie.json.code]).toEqual([401, 'ERR_REFRESH_UNKNOWN']);
      expect((await client.post('/auth/refresh')).status).toBe(200);
    });

    it('carries both tokens in bodies, bound to the device, and sets no cookie', async () => {
      const client = app();
      const phone = { 'x-device': 'phone' };
      const login = await client.post('/auth/login', phone);
      expect((await client.get('/me', bearer(login))).json).toEqual({ sub: 'ada', role: 'user', device: 'phone' });
      const next = await client.postJson('/auth/refresh', login.json, phone);
      expect([next.status, next.setCookies]).toEqual([200, []]);
      expect(next.json.refreshToken).not.toBe(login.json.refreshToken);
      const elsewhere = await client.postJson('/auth/refresh', next.json, { 'x-device': 'laptop' });
      expect([elsewhere.status, elsewhere.json.code]).toEqual([401, 'ERR_REFRESH_WRONG_DEVICE']);
      const again = await client.post('/auth/login', phone);
      expect((await client.postJson('/auth/logout', again.json)).status).toBe(204);
      const ended = await client.postJson('/auth/refresh', again.json, phone);
      expect([ended.status, ended.headers.get('www-authenticate')]).toEqual([
        401,
        'Bearer error="invalid_token", error_description="refresh token ended: logout"',
      ]);
    });

    it.each([
      ['nothing', undefined],
      ['no refresh token', '{}'],
      ['a number', '{"refreshToken":7}'],
      ['nonsense', '{"refreshToken":"nonsense"}'],
      ['a list', '[]'],
      ['more than anybody needs', JSON.stringify({ refreshToken: 'x'.repeat(60_000) })],
    ])('refuses a body that holds %s with 401, and lets it log out in vain', async (_what, body) => {
      const headers: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
      const refused = await app().send('POST', '/auth/refresh', headers, undefined, body);
      expect([refused.status, refused.json.code]).toEqual([401, 'ERR_REFRESH_UNKNOWN']);
      expect((await app().send('POST', '/auth/logout', headers, undefined, body)).status).toBe(204);
    });

    // On fetch there is no connection that could be used again.
    it.skipIf(adapter === 'hono on fetch').each([9_000, 300_000])(
      'a body of %i bytes leaves its connection to the next request',
      async (sizeBytes) => {
        // A parser of the application's has a limit and an answer of its own.
        const isTooMuch = adapter === 'express with a parser' && sizeBytes > 100_000;
        const body = JSON.stringify({ refreshToken: 'x'.repeat(sizeBytes) });
        const agent = new Agent({ keepAlive: true, maxSockets: 1 });
        const send = (path: string, ...sent: string[]) => sendOver(agent, inBody.origin + path, ...sent);
        const before = await send('/jwks');
        const answers = [
          await send('/auth/refresh', body),
          await send('/jwks'),
          await send('/auth/logout', body),
          await send('/jwks'),
        ];
        agent.destroy();
        expect(before).toEqual({ status: 200, isReused: false });
        expect(answers).toEqual(
          (isTooMuch ? [413, 200, 413, 200] : [401, 200, 204, 200]).map((status) => ({ status, isReused: true })),
        );
      },
    );

    // On fetch there is no connection that could go away: the request comes whole.
    it.skipIf(adapter === 'hono on fetch')('carries on when a client goes away in the middle of its body', async () => {
      const { port } = new URL(inBody.origin);
      for (let trial = 0; trial < 5; trial += 1) {
        const socket = connect(Number(port), '127.0.0.1');
        socket.write('POST /auth/refresh HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n');
        await new Promise((sent) => socket.write('Content-Length: 99\r\n\r\n{"refreshToken":', sent));
        if (trial % 2 === 0) await once(socket.end().resume(), 'close');
        else resetSocket(socket);
      }
      expect((await app().post('/auth/login')).status).toBe(200);
    });

    it('guards routes: 401 with the challenge of RFC 6750 and the reason', async () => {
      const client = browser();
      const { token } = await sallyport.tokens.issue({ sub: 'ada' });
      expect((await client.get('/me', { authorization: `bearer ${token}` })).status).toBe(200);
      const forged = `${token.slice(0, -6)}AAAAAA`;
      const { token: revoked } = await sallyport.tokens.issue({ sub: 'ada' });
      await sallyport.tokens.revoke(revoked);
      for (const [authorization, challenge] of [
        [undefined, 'Bearer'],
        [`Basic ${token}`, 'Bearer'],
        [`Bearer ${forged}`, 'Bearer error="invalid_token", error_description="invalid signature"'],
        [`Bearer ${revoked}`, 'Bearer error="invalid_token", error_description="token revoked"'],
        ['Bearer x.y', 'Bearer error="invalid_token", error_description="token malformed"'],
      ] as const) {
        const refused = await client.get('/me', authorization === undefined ? {} : { authorization });
        expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, challenge]);
        expect(refused.headers.get('cache-control')).toBe('no-store');
      }
    });

    it('publishes the public keys, and nothing secret', async () => {
      const { status, headers, json } = await browser().get('/jwks');
      expect([status, headers.get('content-type')]).toEqual([200, 'application/jwk-set+json']);
      expect(headers.get('cache-control')).toBe('public, max-age=60');
      expect(json).toEqual(await sallyport.tokens.jwks());
      expect(JSON.stringify(json)).not.toContain('"d"');
    });

    // Hono's handlers give their response back, so none has begun while they run.
    it.skipIf(adapter.startsWith('hono'))('issues nothing once the response has begun', async () => {
      const before = (await sallyport.tokens.pairs.list('ada')).length;
      expect((await browser().post('/auth/late')).text).toBe('begun ERR_RESPONSE_STARTED');
      expect((await sallyport.tokens.pairs.list('ada')).length).toBe(before);
    });

    it('answers 503 while Redis is away, never 401, keeps the cookie, and goes on afterwards', async () => {
      const client = browser();
      const login = await client.post('/auth/login');
      const cookie = client.cookies.get('__Secure-refresh');
      await server.freeze();
      const away = await Promise.all([
        client.get('/me', bearer(login)),
        client.clone().post('/auth/refresh'),
        client.clone().post('/auth/logout'),
        browser().post('/auth/login'),
      ]);
      await server.thaw();
      for (const { status, headers, setCookies } of away) {
        expect([status, headers.get('retry-after'), headers.get('www-authenticate')]).toEqual([503, '1', null]);
        expect(setCookies.filter((header) => header.startsWith('__Secure-'))).toEqual([]);
      }
      expect(client.cookies.get('__Secure-refresh')).toBe(cookie);
      // The frozen server may have carried out the logout when it thawed: whoever was answered 503 knows neither.
      await until(async () => (await browser().post('/auth/login')).status, 200);
    });
  });
}

describe('set-up', () => {
  it.each([undefined, '', 'auth', '/auth; Domain=example', '/a b', '/\n', `/${'x'.repeat(300)}`])(
    'refuses the path %j of a cookie',
    (path) => {
      expect(() => refreshCookieTransport({ path: path as string })).toThrow(/refreshCookie\.path/);
    },
  );

  it('has the stronger prefix for the path /, and none where plain HTTP is allowed', () => {
    const header = (options: Parameters<typeof refreshCookieTransport>[0]) => {
      let written = '';
      const exchange = {
        cookieHeader: undefined,
        setCookie: (_name: string, value: string) => {
          written = value;
        },
      };
      refreshCookieTransport(options).write(exchange, 'x', new Date(Date.now() + 60_500));
      return written;
    };
    expect(header({ path: '/' })).toBe('__Host-refresh=x; Max-Age=60; Path=/; HttpOnly; Secure; SameSite=Strict');
    expect(header({ path: '/a', name: 'r', persistent: false, allowInsecure: true })).toBe(
      'r=x; Path=/a; HttpOnly; SameSite=Strict',
    );
  });

  it('without tokens is found out when the routes are made', async () => {
    const none = createSallyport({ redis: 'memory', environment: {} });
    for (const { start } of pairShops) {
      await expect(async () => start(none, bodyPairTransport())).rejects.toThrow(/SALLYPORT_TOKEN_SECRET/);
    }
    await none.close();
  });
});
