/** The drop-in stores under the libraries they are made for. The same tables with other stores: `npm run bench -- races`. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { redisClients } from '../redis-clients.ts';
import { useRedisServer } from '../redis-server.ts';
import { type CompatApp, compatApps } from './compat-apps.ts';
import { gate } from './gate.ts';
import { HttpClient } from './http-client.ts';

const server = useRedisServer();
const trials = Array.from({ length: 20 }, (_, trial) => trial);

for (const { app: name, start } of compatApps) {
  describe(name, () => {
    let app: CompatApp;
    let second: CompatApp;
    beforeAll(async () => {
      [app, second] = await Promise.all([start(server.url), start(server.url)]);
    });
    afterAll(() => Promise.all([app.close(), second.close()]));
    const signedIn = async (user = 'ada') => {
      const client = new HttpClient(app.origin);
      expect((await client.post(`/login?user=${user}`)).status).toBe(200);
      return client;
    };
    const held = (client: HttpClient, path: string, trial: number) => {
      const at = `${name} ${path} ${trial}`;
      return { gate: gate(at), answer: client.clone().post(`${path}${path.includes('?') ? '&' : '?'}gate=${at}`) };
    };
    const elsewhere = (client: HttpClient) => {
      const other = new HttpClient(second.origin);
      for (const [cookie, value] of client.cookies) other.cookies.set(cookie, value);
      return other;
    };

    it('logs in under a new id, shares the session with another server, and logs out everywhere', async () => {
      const client = new HttpClient(app.origin);
      await client.post('/note?value=before');
      const visitor = client.clone();
      await client.post('/login?user=ada');
      expect(client.cookies).not.toEqual(visitor.cookies);
      expect((await visitor.get('/me')).json).toMatchObject({ user: null });
      expect((await elsewhere(client).get('/me')).json).toMatchObject({ user: 'ada' });
      const copy = elsewhere(client);
      await client.post('/logout');
      expect((await copy.get('/me')).json).toMatchObject({ user: null });
    });

    it('loses no write of two overlapping requests that change different fields, 20 trials', async () => {
      for (const trial of trials) {
        const client = await signedIn();
        const slow = held(client, '/slow-note?value=slow', trial);
        await slow.gate.reached;
        // With a body: what is known of the request must survive its parsing.
        await fetch(`${second.origin}/other`, {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            cookie: [...client.cookies].map(([cookie, value]) => `${cookie}=${encodeURIComponent(value)}`).join('; '),
          },
          body: '{"value":"quick"}',
        });
        slow.gate.open();
        expect((await slow.answer).status).toBe(200);
        expect((await client.get('/me')).json).toEqual({ user: 'ada', data: { note: 'slow', other: 'quick' } });
      }
    });

    it('loses no write to a request that only reads, 20 trials', async () => {
      for (const trial of trials) {
        const client = await signedIn();
        const slow = held(client, '/slow-read', trial);
        await slow.gate.reached;
        await elsewhere(client).post('/other?value=quick');
        slow.gate.open();
        await slow.answer;
        expect((await client.get('/me')).json).toMatchObject({ data: { other: 'quick' } });
      }
    });

    it.each(['/slow-note?value=late', '/slow-read'])('stays logged out after %s, 20 trials', async (path) => {
      for (const trial of trials) {
        const client = await signedIn();
        const slow = held(client, path, 100 + trial);
        await slow.gate.reached;
        await elsewhere(client).post('/logout');
        slow.gate.open();
        expect((await slow.answer).status).toBe(200);
        expect((await client.get('/me')).json).toMatchObject({ user: null, data: {} });
      }
    });

    it('shows nothing of its own in the JSON of a session', async () => {
      const client = await signedIn();
      await client.post('/note?value=x');
      const { cookie: _, ...fields } = (await client.get('/dump')).json;
      expect(fields).toEqual({ user: 'ada', note: 'x' });
    });

    it('ends all sessions of a user at once', async () => {
      const user = `everywhere ${name}`;
      const [one, two] = [await signedIn(user), await signedIn(user)];
      expect(await app.store.sessionsOfUser(user)).toHaveLength(2);
      expect(await second.store.destroyUser(user)).toBe(2);
      for (const client of [one, two]) expect((await client.get('/me')).json).toMatchObject({ user: null });
    });

    it('takes the time to live from the cookie, renewed by every request, and longer when it is made longer', async () => {
      await server.flush();
      const client = await signedIn();
      const { redis, close } = await redisClients[0]!.open(server.url);
      const ttl = async () => {
        const keys = ((await redis.command(['KEYS', 'sallyport:compat:{*}'])) as string[]).sort();
        return Number(await redis.command(['PTTL', keys[0] ?? '']));
      };
      expect(await ttl()).toBeGreaterThan(3_500_000);
      expect(await ttl()).toBeLessThanOrEqual(3_600_000);
      const key = ((await redis.command(['KEYS', 'sallyport:compat:{*}'])) as string[])[0] ?? '';
      await redis.command(['PEXPIRE', key, '60000']);
      await client.get('/me');
      if (!name.includes('rolling: false')) expect(await ttl()).toBeGreaterThan(3_500_000);
      // What the store puts on the session must not look like a change.
      else expect(await ttl()).toBeLessThanOrEqual(60_000);
      // Without rolling, @fastify/session stores nothing unless a field has changed.
      await client.post(name.includes('rolling: false') ? '/remember?value=x' : '/remember');
      await client.post('/note?value=y');
      expect(await ttl()).toBeGreaterThan(29 * 86_400_000);
      await close();
    });

    it('answers 503 while Redis is dead, serves what needs no session, and recovers by itself', async () => {
      const client = await signedIn();
      await server.kill();
      const away = await client.get('/me');
      expect([away.status, away.headers.get('retry-after'), away.setCookies]).toEqual([503, '1', []]);
      expect((await new HttpClient(app.origin).get('/public')).status).toBe(200);
      await server.restart();
      const back = async () => (await new HttpClient(app.origin).post('/login?user=probe')).status;
      await expect.poll(back, { timeout: 5_000 }).toBe(200);
      await expect.poll(async () => (await elsewhere(client).get('/me')).status, { timeout: 5_000 }).toBe(200);
    });
  });
}
