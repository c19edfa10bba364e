/** What a session is worth behind every adapter. */
import { expect, it } from 'vitest';
import { describeAdapters } from './adapter-shops.ts';
import { gate } from './gate.ts';

describeAdapters('sessions', { deadlineMs: 5_000 }, ({ adapter, coherent, otherSallyport, browser, elsewhere }) => {
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
    const other = elsewhere(client);
    expect((await other.get('/profile')).json).toMatchObject({ userId: 'ada' });
    await other.post('/logout');
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
    expect(await otherSallyport().devices.revokeAll('eve')).toBe(2);
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
});
