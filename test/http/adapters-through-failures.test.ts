/** What every adapter answers while Redis is dead or frozen. */
import { beforeEach, expect, it } from 'vitest';
import { describeAdapters } from './adapter-shops.ts';

describeAdapters('failures', { deadlineMs: 300 }, ({ redis, browser }) => {
  const answersLogin = async () => (await browser().post('/login?user=probe')).status === 200;
  // A busy machine may need longer than the deadline for the first connection.
  beforeEach(() => expect.poll(answersLogin, { timeout: 10_000 }).toBe(true));

  it('answers 503 with Retry-After while Redis is dead, never 401, and nobody is logged out', async () => {
    const client = browser();
    await client.post('/login?user=ada');
    await redis.kill();
    for (const path of ['/profile', '/whoami']) {
      const away = await client.get(path);
      expect([away.status, away.headers.get('retry-after'), away.setCookies]).toEqual([503, '1', []]);
      expect(away.json.code).toBe('ERR_REDIS_UNAVAILABLE');
    }
    expect((await client.get('/public')).status).toBe(200);
    expect((await client.post('/logout')).status).toBe(503);
    expect((await browser().post('/login?user=bob')).status).toBe(503);
    await redis.restart();
    await expect.poll(async () => (await client.get('/profile')).status, { timeout: 5_000 }).toBe(401);
  });

  it('answers within the deadline while Redis is frozen, and the same session serves again when it thaws', async () => {
    const client = browser();
    await client.post('/login?user=ada');
    await redis.freeze();
    const startedAt = performance.now();
    const answers = await Promise.all(Array.from({ length: 20 }, () => client.get('/profile')));
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    for (const answer of answers) expect(answer.status).toBe(503);
    await redis.thaw();
    await expect.poll(async () => (await client.get('/profile')).status, { timeout: 5_000 }).toBe(200);
  });
});
