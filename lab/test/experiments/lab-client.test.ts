import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { freePort } from '@sallyport/lab/cluster';
import { afterEach, describe, expect, it } from 'vitest';
import { CookieJar } from '../../src/experiments/cookie-jar.ts';
import { LabClient } from '../../src/experiments/lab-client.ts';

const servers: Server[] = [];

async function serve(handler: RequestListener): Promise<string> {
  const server = createServer(handler);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

describe('the lab client', () => {
  it('keeps cookies and the token, sends its address, and records neither cookie nor token', async () => {
    const seen: { cookie?: string | undefined; authorization?: string | undefined; forwarded?: unknown }[] = [];
    const url = await serve((request, response) => {
      const { cookie, authorization } = request.headers;
      seen.push({ cookie, authorization, forwarded: request.headers['x-forwarded-for'] });
      response.setHeader('Set-Cookie', ['session=secret-id; Path=/; HttpOnly', 'other=2']);
      response.setHeader('X-Server-Id', 'app-1');
      response.setHeader('X-Upstream', '127.0.0.1:1, 127.0.0.1:2');
      response.end(JSON.stringify({ token: 'secret-token', userId: 'u-1' }));
    });
    const client = new LabClient({ address: '203.0.113.5' });
    const first = await client.login(url, { userId: 'u-1', username: 'ada' });
    expect(first).toMatchObject({
      status: 200,
      server: 'app-1',
      upstreams: ['127.0.0.1:1', '127.0.0.1:2'],
      body: { userId: 'u-1' },
    });
    await client.profile(url);
    expect(seen).toEqual([
      { cookie: undefined, authorization: undefined, forwarded: '203.0.113.5' },
      { cookie: 'session=secret-id; other=2', authorization: 'Bearer secret-token', forwarded: '203.0.113.5' },
    ]);
    expect(JSON.stringify(first)).not.toContain('secret');
  });

  it('records a refused connection, a broken answer and silence instead of throwing', async () => {
    expect(await new LabClient().profile(`http://127.0.0.1:${await freePort()}`)).toMatchObject({
      status: 'refused',
      server: null,
    });
    const broken = await serve((_request, response) => {
      response.write('{');
      response.destroy();
    });
    expect(await new LabClient().profile(broken)).toMatchObject({ status: 'broken', body: null });
    const silent = await serve(() => {});
    const answer = await new LabClient({ timeLimitMs: 100 }).profile(silent);
    expect(answer.status).toBe('timeout');
    expect(answer.durationMs).toBeGreaterThanOrEqual(95);
    expect(answer.durationMs).toBeLessThan(2000);
  });

  it('counts an answer that stops half-way against the time limit too', async () => {
    const url = await serve((_request, response) => {
      response.write('{"half":');
    });
    expect(await new LabClient({ timeLimitMs: 100 }).profile(url)).toMatchObject({ status: 'timeout' });
  });

  it('opens a new connection for each request', async () => {
    let connections = 0;
    const url = await serve((_request, response) => response.end('no json'));
    servers[0]!.on('connection', () => connections++);
    const client = new LabClient();
    expect(await client.profile(url)).toMatchObject({ status: 200, body: null, upstreams: [] });
    await client.profile(url);
    expect(connections).toBe(2);
  });
});

describe('the cookie jar', () => {
  it('replaces, forgets on Max-Age=0, and ignores what is no cookie', () => {
    const jar = new CookieJar();
    jar.take(['a=1; Path=/', 'b=x=y', 'nonsense']);
    expect(jar.header()).toBe('a=1; b=x=y');
    jar.take('a=2');
    expect(jar.header()).toBe('a=2; b=x=y');
    jar.take('a=; Max-Age=0; Path=/');
    expect(jar.header()).toBe('b=x=y');
    jar.clear();
    expect(jar.header()).toBeUndefined();
  });
});
