import { describe, expect, it } from 'vitest';
import { LabClient } from '../../src/experiments/lab-client.ts';
import { useScheme } from './scheme-running.ts';

const alice = { userId: 'u-1', username: 'alice' };

describe('the scheme coherent', () => {
  const scheme = useScheme('coherent', { servers: 2, balancer: false, ports: 'free', linked: true });

  it('serves a session at every server, and behind a silent link no longer than the lease', async () => {
    const client = new LabClient();
    const [first, second] = scheme().servers;
    expect(await client.login(first!.url, alice)).toMatchObject({ status: 200, server: 'coherent-1' });
    expect(await client.profile(second!.url)).toMatchObject({ status: 200, server: 'coherent-2', body: alice });
    await client.profile(second!.url);
    second!.redisLink.blackHole();
    await expect.poll(async () => (await client.profile(second!.url)).status, { timeout: 5_000 }).toBe(503);
    expect((await client.profile(first!.url)).status).toBe(200);
    second!.redisLink.heal();
    await expect.poll(async () => (await client.profile(second!.url)).status, { timeout: 10_000 }).toBe(200);
    await client.logout(first!.url);
    await expect.poll(async () => (await client.profile(second!.url)).status).toBe(401);
  }, 30_000);
});

describe('a scheme without links', () => {
  const scheme = useScheme('redis', { servers: 1, balancer: false, ports: 'free' });

  it('has none to be broken', () => {
    expect(() => scheme().servers[0]?.redisLink).toThrow('started without links');
  });
});
