import { describe, expect, it } from 'vitest';
import { until } from '../../../test/until.ts';
import { LabClient } from '../../src/experiments/lab-client.ts';
import { useScheme } from './scheme-running.ts';

const alice = { userId: 'u-1', username: 'alice', role: 'editor' };

describe('the scheme jwt-pushed', () => {
  const scheme = useScheme('jwt-pushed', { balancer: false, servers: 2, ttlSeconds: 60 });

  it('refuses a token everywhere after its logout, which every server has in its memory', async () => {
    const client = new LabClient();
    const [first, second] = scheme().servers;
    const debug = async (url: string) => (await client.request(url, '/debug/sessions')).body;
    for (const { url } of scheme().servers) await until(async () => (await debug(url))?.state, 'current');
    expect(await client.login(first!.url, alice)).toMatchObject({ status: 200, server: 'jwt-pushed-1', body: alice });
    for (const { url } of scheme().servers)
      expect(await client.profile(url)).toMatchObject({ status: 200, body: alice });
    expect(await client.logout(second!.url)).toMatchObject({ status: 200, body: { loggedOut: true } });
    expect(await client.profile(second!.url)).toMatchObject({ status: 401, body: { error: 'token revoked' } });
    await until(async () => (await client.profile(first!.url)).status, 401);
    expect(await debug(first!.url)).toMatchObject({ revocation: 'pushed', denied: 1, sessions: 0 });
  });

  it('goes on to know it while Redis is away, and asks nobody', async () => {
    const client = new LabClient();
    const [first] = scheme().servers;
    await client.login(first!.url, alice);
    await client.logout(first!.url);
    await scheme().redis.kill();
    expect(await client.profile(first!.url)).toMatchObject({ status: 401, body: { error: 'token revoked' } });
    await scheme().redis.restart();
  });
});
