import { createSallyport, type Sallyport } from 'sallyport';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { useRedisServer } from '../redis-server.ts';
import { adapters, type RunningShop } from './adapters.ts';
import { gate } from './gate.ts';
import { HttpClient } from './http-client.ts';

const server = useRedisServer();
const secret = 'a secret of at least thirty-two bytes, for tests';

const variants = adapters.flatMap(({ adapter, start }) => [
  { adapter, start, coherent: false },
  { adapter: `${adapter}, coherent`, start, coherent: true },
]);

for (const { adapter, start, coherent } of variants) {
  describe(`the HTTP adapter for ${adapter}`, () => {
    let sallyport: Sallyport;
    let running: RunningShop;
    let second: { sallyport: Sallyport; running: RunningShop };
    const options = () => ({
      redis: server.url,
      deadlineMs: 300,
      environment: { SALLYPORT_TOKEN_SECRET: secret },
      session: { idleTimeoutSeconds: 60, coherent, devices: { perDeviceType: { phone: 1 } } },
    });
    const browser = () => new HttpClient(running.origin, running.fetch);

    beforeAll(async () => {
      sallyport = createSallyport(options());
      running = await start(sallyport);
      const other = createSallyport(options());
      second = { sallyport: other, running: await start(other) };
    });
    afterAll(async () => {
      await running.close();
      await second.running.close();
      await sallyport.close();
      await second.sallyport.close();
    });
    afterEach(async () => {
      const answered = async () => (await browser().post('/login?user=probe')).status === 200;
      await expect.poll(answered, { timeout: 5_000 }).toBe(true);
    });

    it('needs no session for what needs none, and sets no cookie then', async () => {
      const answer = await browser().get('/public');
      expect([answer.status, answer.setCookies]).toEqual([200, []]);
      const visitor = await browser().get('/whoami');
      expect([visitor.json, visitor.setCookies]).toEqual([{ userId: null, authenticated: false, data: {} }, []]);
    });

    it('logs in with a cookie that scripts and other sites do not get, and knows the user afterwards', async () => {
      const client = browser();
      const login = await client.post('/login?user=ada');
      expect(login.status).toBe(200);
      expect(login.setCookies).toHaveLength(1);
      expect(login.setCookies[0]).toMatch(
        /^__Host-session=[\w-]{11}\.[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
      );
      const profile = await client.get('/profile', { 'user-agent': 'x' });
      expect(profile.json).toEqual({ userId: 'ada', role: 'user', ip: '127.0.0.1', data: {} });
      expect(profile.setCookies).toEqual([]);
    });

    it('shares the session with another server', async () => {
      const client = browser();
      await client.post('/login?user=ada');
      const elsewhere = new HttpClient(second.running.origin, second.running.fetch);
      for (const [name, value] of client.cookies) elsewhere.cookies.set(name, value);
      expect((await elsewhere.get('/profile')).json).toMatchObject({ userId: 'ada' });
      await elsewhere.post('/logout');
      const status = async () => (await client.get('/profile')).status;
      // Of what happens on another server a coherent one hears some milliseconds later.
      if (coherent) await expect.poll(status).toBe(401);
      else expect(await status()).toBe(401);
    });

    it('tells who was signed out by a login elsewhere, or from elsewhere, why', async () => {
      const [desktop, phone, other] = [browser(), browser(), browser()];
      await desktop.post('/login?user=eve&device=desktop');
      await phone.post('/login?user=eve&device=phone');
      await other.post('/login?user=eve&device=phone');
      const refused = await phone.get('/profile');
      expect(refused.status).toBe(401);
      expect(refused.json).toEqual({ error: 'session ended: evicted', code: 'ERR_SESSION_EVICTED' });
      expect(refused.headers.get('www-authenticate')).toBe('Cookie cookie-name="__Host-session"');
      expect((await phone.get('/whoami')).json).toMatchObject({ authenticated: false });
      expect((await desktop.get('/profile')).status).toBe(200);
      expect(await second.sallyport.devices.revokeAll('eve')).toBe(2);
      expect((await other.get('/profile')).json).toEqual({
        error: 'session ended: revoked',
        code: 'ERR_SESSION_EVICTED',
      });
      expect((await phone.post('/login?user=eve&device=phone')).status).toBe(200);
      expect((await phone.get('/profile')).json).toMatchObject({ userId: 'eve' });
    });

    it('still tells why after a write has begun a new session, until the next login', async () => {
      const [phone, later, other] = [browser(), browser(), browser()];
      for (const each of [phone, later, other]) await each.post('/login?user=flo&device=phone');
      const told = { error: 'session ended: evicted', code: 'ERR_SESSION_EVICTED' };
      const both = await phone.post('/write-first?value=a');
      expect([both.status, both.json, both.setCookies.length]).toEqual([401, told, 1]);
      expect((await later.post('/set?field=note&value=b')).json).toEqual({ data: { note: 'b' } });
      for (const each of [phone, later]) expect((await each.get('/profile')).json).toEqual(told);
      expect((await later.get('/whoami')).json).toMatchObject({ authenticated: false, data: { note: 'b' } });
      await later.post('/login?user=flo&device=desktop');
      expect((await later.get('/profile')).json).toMatchObject({ userId: 'flo', data: { note: 'b' } });
      await later.post('/logout');
      await later.post('/set?field=note&value=c');
      expect((await later.get('/profile')).json.code).toBe('ERR_SESSION_NOT_FOUND');
    });

    it('answers 401 with a challenge to a visitor, and 403 to the wrong role', async () => {
      const refused = await browser().get('/profile');
      expect(refused.status).toBe(401);
      expect(refused.json).toEqual({ error: 'session not found', code: 'ERR_SESSION_NOT_FOUND' });
      expect(refused.headers.get('www-authenticate')).toBe('Cookie cookie-name="__Host-session"');
      const client = browser();
      await client.post('/login?user=ada');
      const denied = await client.get('/admin');
      expect([denied.status, denied.headers.get('www-authenticate')]).toEqual([403, null]);
      await client.post('/promote');
      expect((await client.get('/admin')).status).toBe(200);
    });

    it('gives a new id at login and at a change of privilege; a planted or old id is worth nothing', async () => {
      const client = browser();
      await client.post('/set?field=note&value=hello');
      const planted = client.clone();
      const before = new Map(client.cookies);
      const login = await client.post('/login?user=ada');
      expect(client.cookies).not.toEqual(before);
      expect(login.setCookies).toHaveLength(1);
      expect((await client.get('/profile')).json).toMatchObject({ data: { note: 'hello' } });
      expect((await planted.get('/profile')).json).toEqual({
        error: 'session ended: rotated',
        code: 'ERR_SESSION_ENDED',
      });
      const old = client.clone();
      await client.post('/promote');
      expect((await old.get('/profile')).status).toBe(401);
      expect((await client.get('/profile')).json).toMatchObject({ role: 'admin' });
    });

    it('does not push out the new cookie when a request with the old id is still under way', async () => {
      const client = browser();
      await client.post('/set?field=note&value=hello');
      const underWay = client.clone();
      await client.post('/login?user=ada');
      const late = await underWay.post('/set?field=other&value=x');
      expect([late.status, late.setCookies]).toEqual([401, []]);
      expect((await client.get('/profile')).status).toBe(200);
    });

    it('sets its cookie once, with the newest id, and leaves the application its own cookies', async () => {
      const client = browser();
      const answer = await client.post('/cookies?user=ada');
      const names = answer.setCookies.map((header) => header.split('=')[0]);
      expect(names.sort()).toEqual(['__Host-session', 'after', 'before']);
      expect((await client.get('/admin')).status).toBe(200);
    });

    it('logs out: cookie cleared, id dead, again harmless', async () => {
      const client = browser();
      await client.post('/login?user=ada');
      const copy = client.clone();
      const logout = await client.post('/logout');
      expect(logout.setCookies).toHaveLength(1);
      expect(logout.setCookies[0]).toMatch(/^__Host-session=; Max-Age=0; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
      expect((await copy.get('/profile')).json).toEqual({ error: 'session ended: logout', code: 'ERR_SESSION_ENDED' });
      expect((await copy.post('/logout')).status).toBe(200);
    });

    it('loses no write of two overlapping requests, 20 trials', async () => {
      for (let trial = 0; trial < 20; trial++) {
        const client = browser();
        await client.post('/login?user=ada');
        const held = gate(`write ${adapter} ${trial}`);
        const first = client.clone().post(`/slow-write?value=first&gate=write ${adapter} ${trial}`);
        await held.reached;
        await client.post('/set?field=other&value=second');
        held.open();
        await first;
        const { data } = (await client.get('/profile')).json as { data: object };
        expect(data).toEqual({ note: 'first', other: 'second' });
      }
    });

    it('stays logged out although a slower request writes afterwards, 20 trials', async () => {
      for (let trial = 0; trial < 20; trial++) {
        const client = browser();
        await client.post('/login?user=ada');
        const copy = client.clone();
        const held = gate(`logout ${adapter} ${trial}`);
        const slow = client.clone().post(`/slow-write?value=late&gate=logout ${adapter} ${trial}`);
        await held.reached;
        await client.post('/logout');
        held.open();
        expect((await slow).status).toBe(401);
        expect((await copy.get('/profile')).status).toBe(401);
      }
    });

    it('keeps 20 of 20 parallel additions', async () => {
      const client = browser();
      await client.post('/login?user=ada');
      const items = Array.from({ length: 20 }, (_, index) => `item${index}`);
      await Promise.all(items.map((item) => client.clone().post(`/add?item=${item}`)));
      const { data } = (await client.get('/profile')).json as { data: { cart: string[] } };
      expect([...data.cart].sort()).toEqual([...items].sort());
    });

    it('begins one session when one request writes twice at once', async () => {
      const client = browser();
      const answer = await client.post('/two');
      expect(answer.setCookies).toHaveLength(1);
      expect((await client.get('/whoami')).json).toMatchObject({ data: { note: 'a', cart: ['b'] } });
    });

    it.each([
      ['empty', ''],
      ['too short', 'x'],
      ['percent-encoded bytes', '%00%ff'],
      ['of two parts', 'a.b'],
      ['a quote', '"'],
      ['4,000 characters', 'x'.repeat(4_000)],
      ['a path', '../../etc/passwd'],
      ['JSON', '{"$gt":""}'],
      ['well formed but unknown', `${'a'.repeat(11)}.${'b'.repeat(43)}`],
    ])('treats a cookie that is %s as no session: 401, never a 500', async (_kind, value) => {
      const client = browser();
      const answer = await client.get('/profile', { cookie: `__Host-session=${value}; =; ;;a` });
      expect(answer.status).toBe(401);
      expect((await client.get('/public', { cookie: `__Host-session=${value}` })).status).toBe(200);
    });

    it('answers data that cannot be stored with 422 or 413 and keeps what was there', async () => {
      const client = browser();
      await client.post('/set?field=note&value=kept');
      const bad = await client.post('/bad');
      expect([bad.status, bad.json.code]).toEqual([422, 'ERR_SESSION_NOT_SERIALISABLE']);
      const big = await client.post('/big');
      expect([big.status, big.json.code]).toEqual([413, 'ERR_SESSION_DATA_TOO_LARGE']);
      expect((await client.get('/whoami')).json).toMatchObject({ data: { note: 'kept' } });
    });

    it('answers a login without a user id with 422, and logs nobody in', async () => {
      const client = browser();
      const answer = await client.post('/login?user=');
      expect([answer.status, answer.json.code]).toEqual([422, 'ERR_SESSION_IDENTITY_INVALID']);
      expect(answer.setCookies).toEqual([]);
    });

    it('refuses to begin a session once the response has begun, and makes none', async () => {
      const client = browser();
      const answer = await client.get('/late');
      expect([answer.text, answer.setCookies]).toEqual(['begun ERR_RESPONSE_STARTED', []]);
    });

    it('refuses a login, a logout and a new id once the response has begun, and the session stays', async () => {
      const client = browser();
      await client.post('/login?user=ada');
      for (const path of ['/late/login', '/late/logout', '/late/rotate']) {
        const answer = await client.post(path);
        expect([path, answer.text, answer.setCookies]).toEqual([path, 'begun ERR_RESPONSE_STARTED', []]);
      }
      expect((await client.get('/profile')).json).toMatchObject({ userId: 'ada' });
    });

    it('sends the cookie before a streamed body, and writes while it flows', async () => {
      const client = browser();
      const answer = await client.get('/stream');
      expect([answer.text, answer.setCookies.length]).toEqual(['begun streamed', 1]);
      expect((await client.get('/whoami')).json).toMatchObject({ data: { note: 'before', other: 'during' } });
    });

    it.each(['/late/fail', '/late/crash'])('cuts a response that had begun when %s', async (path) => {
      await expect(browser().get(path)).rejects.toThrow();
      expect((await browser().get('/public')).status).toBe(200);
    });

    it('answers HEAD as GET, without a body', async () => {
      const refused = await browser().send('HEAD', '/guarded');
      expect([refused.status, refused.text]).toEqual([401, '']);
      expect(refused.headers.get('www-authenticate')).toBe('Cookie cookie-name="__Host-session"');
      const client = browser();
      const begun = await client.send('HEAD', '/set?field=note&value=head');
      expect([begun.status, begun.text, begun.setCookies.length]).toEqual([200, '', 1]);
      await client.post('/login?user=ada');
      const answer = await client.send('HEAD', '/guarded');
      expect([answer.status, answer.text]).toEqual([200, '']);
      expect((await client.get('/profile')).json).toMatchObject({ data: { note: 'head' } });
    });

    it.each(['user', 'visitor'])('carries on when a %s goes away in the middle of a request', async (who) => {
      const client = browser();
      if (who === 'user') await client.post('/login?user=ada');
      const name = `abort ${adapter} ${who}`;
      const held = gate(name);
      const gone = new AbortController();
      const aborted = client.clone().send('POST', `/slow-write?value=late&gate=${name}`, {}, gone.signal);
      aborted.catch(() => {});
      await held.reached;
      gone.abort();
      held.open();
      if (who === 'user') {
        const note = async () => ((await client.get('/profile')).json as { data: { note?: string } }).data.note;
        await expect.poll(note).toBe('late');
      }
      expect((await client.get('/public')).status).toBe(200);
    });

    it('guards routes the way the framework mounts guards', async () => {
      expect((await browser().get('/guarded')).json).toEqual({
        error: 'session not found',
        code: 'ERR_SESSION_NOT_FOUND',
      });
      const client = browser();
      await client.post('/login?user=ada');
      expect((await client.get('/guarded')).json).toEqual({ userId: 'ada' });
      const { token } = (await client.get('/token?user=ada')).json as { token: string };
      const api = (authorization: string) => browser().get('/guarded/token', { authorization });
      expect((await api(`Bearer ${token}`)).json).toEqual({ sub: 'ada' });
      const { token: guest } = (await client.get('/token?user=ada&role=guest')).json as { token: string };
      const denied = await api(`Bearer ${guest}`);
      expect([denied.status, denied.headers.get('www-authenticate')]).toEqual([
        403,
        'Bearer error="insufficient_scope"',
      ]);
      expect((await api('')).headers.get('www-authenticate')).toBe('Bearer');
    });

    it('leaves errors of the application to the application', async () => {
      expect((await browser().get('/crash')).status).toBe(500);
      expect((await browser().get('/public')).status).toBe(200);
    });

    it('answers 401 with the reason for every kind of bad token', async () => {
      const { token } = (await browser().get('/token?user=ada')).json as { token: string };
      const api = (authorization?: string) =>
        browser().get('/api', authorization === undefined ? {} : { authorization });
      expect((await api(`Bearer ${token}`)).json).toEqual({ sub: 'ada' });
      expect((await browser().get('/api/admin', { authorization: `Bearer ${token}` })).status).toBe(403);
      const [head, body, signature] = token.split('.') as [string, string, string];
      const claims = JSON.parse(Buffer.from(body, 'base64url').toString());
      const edited = Buffer.from(JSON.stringify({ ...claims, exp: claims.exp + 9 })).toString('base64url');
      const none = Buffer.from(JSON.stringify({ alg: 'none', typ: 'JWT' })).toString('base64url');
      const short = await sallyport.tokens.issue({ sub: 'ada' }, { ttlSeconds: 1 });
      const cases: [string | undefined, string, string][] = [
        [undefined, 'token missing', 'Bearer'],
        ['Basic YTpi', 'token missing', 'Bearer'],
        [
          `Bearer ${head}.${edited}.${signature}`,
          'invalid signature',
          'Bearer error="invalid_token", error_description="invalid signature"',
        ],
        [
          `Bearer ${none}.${body}.`,
          'token malformed',
          'Bearer error="invalid_token", error_description="token malformed"',
        ],
        ['Bearer nonsense', 'token malformed', 'Bearer error="invalid_token", error_description="token malformed"'],
      ];
      for (const [authorization, error, challenge] of cases) {
        const answer = await api(authorization);
        expect([answer.status, answer.json.error, answer.headers.get('www-authenticate')]).toEqual([
          401,
          error,
          challenge,
        ]);
      }
      await expect
        .poll(async () => (await api(`Bearer ${short.token}`)).json.error, { timeout: 3_000 })
        .toBe('token expired');
      await sallyport.tokens.revoke(token);
      expect((await api(`Bearer ${token}`)).json.error).toBe('token revoked');
    });

    it('answers 503 with Retry-After while Redis is dead, never 401, and nobody is logged out', async () => {
      const client = browser();
      await client.post('/login?user=ada');
      await server.kill();
      for (const path of ['/profile', '/whoami']) {
        const away = await client.get(path);
        expect([away.status, away.headers.get('retry-after'), away.setCookies]).toEqual([503, '1', []]);
        expect(away.json.code).toBe('ERR_REDIS_UNAVAILABLE');
      }
      expect((await client.get('/public')).status).toBe(200);
      expect((await client.post('/logout')).status).toBe(503);
      expect((await browser().post('/login?user=bob')).status).toBe(503);
      await server.restart();
      await expect.poll(async () => (await client.get('/profile')).status, { timeout: 5_000 }).toBe(401);
    });

    it('answers within the deadline while Redis is frozen, and the same session serves again when it thaws', async () => {
      const client = browser();
      await client.post('/login?user=ada');
      await server.freeze();
      const startedAt = performance.now();
      const answers = await Promise.all(Array.from({ length: 20 }, () => client.get('/profile')));
      expect(performance.now() - startedAt).toBeLessThan(2_000);
      for (const answer of answers) expect(answer.status).toBe(503);
      await server.thaw();
      await expect.poll(async () => (await client.get('/profile')).status, { timeout: 5_000 }).toBe(200);
    });
  });
}
