/** What every adapter answers to requests that are wrong, late, cut off or not allowed. */
import { expect, it } from 'vitest';
import { describeAdapters } from './adapter-shops.ts';
import { gate } from './gate.ts';

describeAdapters('requests', { deadlineMs: 5_000 }, ({ adapter, sallyport, browser }) => {
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
    expect([denied.status, denied.headers.get('www-authenticate')]).toEqual([403, 'Bearer error="insufficient_scope"']);
    expect((await api('')).headers.get('www-authenticate')).toBe('Bearer');
  });

  it('leaves errors of the application to the application', async () => {
    expect((await browser().get('/crash')).status).toBe(500);
    expect((await browser().get('/public')).status).toBe(200);
  });

  it('answers 401 with the reason for every kind of bad token', async () => {
    const { token } = (await browser().get('/token?user=ada')).json as { token: string };
    const api = (authorization?: string) => browser().get('/api', authorization === undefined ? {} : { authorization });
    expect((await api(`Bearer ${token}`)).json).toEqual({ sub: 'ada' });
    expect((await browser().get('/api/admin', { authorization: `Bearer ${token}` })).status).toBe(403);
    const [head, body, signature] = token.split('.') as [string, string, string];
    const claims = JSON.parse(Buffer.from(body, 'base64url').toString());
    const edited = Buffer.from(JSON.stringify({ ...claims, exp: claims.exp + 9 })).toString('base64url');
    const none = Buffer.from(JSON.stringify({ alg: 'none', typ: 'JWT' })).toString('base64url');
    const short = await sallyport().tokens.issue({ sub: 'ada' }, { ttlSeconds: 1 });
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
    await sallyport().tokens.revoke(token);
    expect((await api(`Bearer ${token}`)).json.error).toBe('token revoked');
  });
});
