import { describe, expect, it } from 'vitest';
import { LabClient } from '../../src/experiments/lab-client.ts';
import { useScheme } from './scheme-running.ts';

const alice = { userId: 'u-1', username: 'alice', role: 'editor' };

describe('the scheme jwt', () => {
  const scheme = useScheme('jwt', { ttlSeconds: 60 });

  it('lets every server verify the token, and keeps nothing', async () => {
    const client = new LabClient();
    const login = await client.login(scheme().servers[0]!.url, alice);
    expect(login).toMatchObject({ status: 200, server: 'jwt-1', body: alice });
    expect(JSON.stringify(login)).not.toContain(client.token ?? 'no token');
    for (const { url, id } of scheme().servers) {
      expect(await client.profile(url)).toMatchObject({ status: 200, server: id, body: alice });
      expect((await client.request(url, '/debug/sessions')).body).toMatchObject({ kept: 'none kept', sessions: 0 });
    }
  });

  it('can not take a token back without a deny-list, and says so', async () => {
    const client = new LabClient();
    const { url } = scheme().servers[0]!;
    await client.login(url, alice);
    expect(await client.logout(url)).toMatchObject({ status: 200, body: { loggedOut: false } });
    expect(await client.profile(url)).toMatchObject({ status: 200 });
  });

  it('refuses a missing and a forged token with 401', async () => {
    const client = new LabClient();
    const { url } = scheme().servers[1]!;
    expect(await client.profile(url)).toMatchObject({ status: 401, body: { error: 'token missing', server: 'jwt-2' } });
    client.token = 'not.a.token';
    expect(await client.profile(url)).toMatchObject({ status: 401, body: { error: 'token malformed' } });
  });
});

describe('the scheme jwt with a deny-list', () => {
  const scheme = useScheme('jwt', {
    balancer: false,
    servers: 2,
    env: { REVOCATION: 'deny-list', WHEN_UNAVAILABLE: 'refuse' },
  });

  it('refuses a token everywhere after its logout, and counts it', async () => {
    const client = new LabClient();
    const [first, second] = scheme().servers;
    await client.login(first!.url, alice);
    expect(await client.logout(second!.url)).toMatchObject({ status: 200, body: { loggedOut: true } });
    expect(await client.profile(first!.url)).toMatchObject({ status: 401, body: { error: 'token revoked' } });
    const debug = await client.request(first!.url, '/debug/sessions');
    expect(debug.body).toMatchObject({ revocation: 'deny-list', denied: 1, sessions: 0 });
    expect(() => scheme().balancer).toThrow('without a balancer');
  });
});
