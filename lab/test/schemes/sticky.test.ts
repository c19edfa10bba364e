import { describe, expect, it } from 'vitest';
import { LabClient } from '../../src/experiments/lab-client.ts';
import { useScheme } from './scheme-running.ts';

const alice = { userId: 'u-1', username: 'alice', role: 'admin' };

describe('the scheme sticky', () => {
  const scheme = useScheme('sticky');

  it('serves login, profile and logout on the server that made the session', async () => {
    const client = new LabClient({ address: '198.51.100.7' });
    const [first] = scheme().servers;
    const login = await client.login(first!.url, alice);
    expect(login).toMatchObject({ status: 200, server: 'sticky-1', body: { ...alice, server: 'sticky-1' } });
    expect(await client.profile(first!.url)).toMatchObject({
      status: 200,
      body: { ...alice, ipAddress: '198.51.100.7' },
    });
    expect(await client.logout(first!.url)).toMatchObject({ status: 200, body: { loggedOut: true } });
    expect(client.cookies.header()).toBeUndefined();
    expect(await client.profile(first!.url)).toMatchObject({ status: 401, body: { error: 'session not found' } });
  });

  it('names the server in errors too, and tells no other server of the session', async () => {
    const client = new LabClient();
    await client.login(scheme().servers[0]!.url, alice);
    const answer = await client.profile(scheme().servers[1]!.url);
    expect(answer).toMatchObject({
      status: 401,
      server: 'sticky-2',
      body: { server: 'sticky-2', error: 'session not found', code: 'ERR_SESSION_NOT_FOUND' },
    });
    await client.logout(scheme().servers[0]!.url);
  });

  it('shows whose sessions each server holds, without anything that opens one', async () => {
    const client = new LabClient();
    const [first, second] = scheme().servers;
    await client.login(second!.url, { userId: 'u-2', username: 'bert' });
    const debug = await client.request(second!.url, '/debug/sessions');
    expect(debug.body).toEqual({
      server: 'sticky-2',
      kept: 'in the memory of this server',
      sessions: 1,
      users: ['u-2'],
    });
    const secret = client.cookies.header()?.split('=')[1]?.split('.')[1] ?? 'no cookie';
    expect(JSON.stringify(debug)).not.toContain(secret);
    expect((await client.request(first!.url, '/debug/sessions')).body).toMatchObject({ sessions: 0, users: [] });
    await client.logout(second!.url);
    expect((await client.request(second!.url, '/debug/sessions')).body).toMatchObject({ sessions: 0 });
  });

  it('answers bad requests with 400 and unknown paths with 404, and stays up', async () => {
    const client = new LabClient();
    const { url } = scheme().servers[0]!;
    expect(await client.request(url, '/login', { method: 'POST', body: { userId: 7 } })).toMatchObject({ status: 400 });
    expect(await client.request(url, '/login', { method: 'POST', body: { userId: 'u', username: '' } })).toMatchObject({
      status: 400,
      body: { server: 'sticky-1', error: expect.stringContaining('POST /login takes JSON') },
    });
    expect(await client.request(url, '/nowhere')).toMatchObject({ status: 404, body: { server: 'sticky-1' } });
    expect(await client.request(url, '/health')).toMatchObject({ status: 200, body: { ok: true } });
  });

  it('sends one address to one server through the balancer', async () => {
    const client = new LabClient({ address: '203.0.113.9' });
    const seen = new Set<string | null>();
    for (let request = 0; request < 6; request++) {
      const answer = await client.request(scheme().balancer.url, '/health');
      seen.add(answer.server);
      expect(scheme().servers.find(({ id }) => id === answer.server)?.upstream).toBe(answer.upstreams[0]);
    }
    expect(seen.size).toBe(1);
  });
});
