import { describe, expect, it } from 'vitest';
import { LabClient } from '../../src/experiments/lab-client.ts';
import { useScheme } from './scheme-running.ts';

const alice = { userId: 'u-1', username: 'alice' };

describe('the scheme redis', () => {
  const scheme = useScheme('redis');

  it('lets every server read the session, and every server end it', async () => {
    const client = new LabClient();
    const [first, second, third] = scheme().servers;
    expect(await client.login(first!.url, alice)).toMatchObject({ status: 200, server: 'redis-1' });
    expect(await client.profile(second!.url)).toMatchObject({ status: 200, server: 'redis-2', body: alice });
    expect((await client.request(third!.url, '/debug/sessions')).body).toEqual({
      server: 'redis-3',
      kept: 'in Redis',
      sessions: 1,
      users: ['u-1'],
    });
    const cookie = client.cookies.header() ?? '';
    expect(await client.logout(third!.url)).toMatchObject({ status: 200 });
    const withOldCookie = await new LabClient().request(first!.url, '/profile', { headers: { cookie } });
    expect(withOldCookie).toMatchObject({ status: 401, server: 'redis-1' });
    expect((await client.request(third!.url, '/debug/sessions')).body).toMatchObject({ sessions: 0, users: [] });
  });

  it('takes turns behind the balancer', async () => {
    const client = new LabClient();
    const seen = new Set<string | null>();
    for (let request = 0; request < 3; request++) {
      seen.add((await client.request(scheme().balancer.url, '/health')).server);
    }
    expect(seen.size).toBe(3);
  });

  it('answers 503 with its name while Redis is away, and recovers', async () => {
    const client = new LabClient();
    const { url } = scheme().servers[0]!;
    await client.login(url, alice);
    await scheme().redis.kill();
    for (const answer of [
      await client.profile(url),
      await new LabClient().login(url, alice),
      await client.request(url, '/debug/sessions'),
    ]) {
      expect(answer).toMatchObject({
        status: 503,
        server: 'redis-1',
        body: { server: 'redis-1', error: 'service unavailable' },
      });
    }
    expect(await client.request(url, '/health')).toMatchObject({ status: 200 });
    await scheme().redis.restart();
    await expect.poll(async () => (await new LabClient().login(url, alice)).status, { timeout: 10_000 }).toBe(200);
  });
});
