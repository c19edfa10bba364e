/** What is particular to one framework; what they have in common is in adapters.test.ts. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fastifyCookie } from '@fastify/cookie';
import { fastifySession } from '@fastify/session';
import express from 'express';
import { type FastifyInstance, fastify } from 'fastify';
import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { createSallyport } from 'sallyport';
import * as expressAdapter from 'sallyport/express';
import * as fastifyAdapter from 'sallyport/fastify';
import * as honoAdapter from 'sallyport/hono';
import { createTokens } from 'sallyport/tokens';
import { afterAll, describe, expect, it, vi } from 'vitest';

const sallyport = createSallyport({
  redis: 'memory',
  environment: { SALLYPORT_TOKEN_SECRET: 'a secret of at least thirty-two bytes, for tests' },
});
/** With a key whose vault is away. */
const keysAway = {
  tokens: createTokens({
    keys: [{ kid: 'e', alg: 'ES256', state: 'verify-only', publicKey: () => Promise.reject(new Error('away')) }],
    issuer: 'https://shop.example',
    audience: 'shop',
  }),
};
const closing: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  await Promise.all(closing.map((close) => close()));
  await sallyport.close();
});

describe('on Express', () => {
  it('guards and jwksHandler tell the status also where errorHandler is not mounted', async () => {
    const app = express().set('env', 'test');
    app.get('/jwks', expressAdapter.jwksHandler(keysAway));
    app.use(expressAdapter.sessionMiddleware(sallyport));
    app.get('/session', expressAdapter.requireSession());
    app.get('/token', expressAdapter.requireToken(sallyport));
    const server = createServer(app);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(() => new Promise((resolve) => server.close(resolve)));
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    expect((await fetch(`${origin}/session`)).status).toBe(401);
    const refused = await fetch(`${origin}/token`);
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    const away = await fetch(`${origin}/jwks`);
    expect([away.status, away.headers.get('retry-after')]).toEqual([503, '1']);
  });
});

describe('on Fastify', () => {
  async function application(more: (app: FastifyInstance) => void): Promise<FastifyInstance> {
    const app = fastify();
    await app.register(fastifyAdapter.sessionPlugin, { sallyport });
    more(app);
    closing.push(() => app.close());
    return app;
  }

  it('guards and jwksHandler tell the status also where errorHandler is not set', async () => {
    const app = await application((it) => {
      it.get('/jwks', fastifyAdapter.jwksHandler(keysAway));
      it.get('/session', { preHandler: fastifyAdapter.requireSession() }, () => ({}));
      it.get('/token', { onRequest: fastifyAdapter.requireToken(sallyport) }, () => ({}));
    });
    expect((await app.inject('/session')).statusCode).toBe(401);
    const refused = await app.inject('/token');
    expect([refused.statusCode, refused.headers['www-authenticate']]).toEqual([401, 'Bearer']);
    const away = await app.inject('/jwks');
    expect([away.statusCode, away.headers['retry-after']]).toEqual([503, '1']);
  });

  it('the session is there in scopes beside the plugin’s', async () => {
    const app = await application((it) => {
      it.register(async (scope) => {
        scope.get('/scoped', ({ session }) => ({ authenticated: session.isAuthenticated }));
      });
    });
    expect((await app.inject('/scoped')).json()).toEqual({ authenticated: false });
  });

  it('says so when it has no Sallyport, a guard has no plugin, or another plugin wants request.session', async () => {
    await expect(
      fastify().register(fastifyAdapter.sessionPlugin, {} as fastifyAdapter.SessionPluginOptions),
    ).rejects.toMatchObject({ code: 'ERR_INVALID_OPTION', option: 'sallyport' });
    const app = fastify();
    app.get('/', { preHandler: fastifyAdapter.requireSession() }, () => ({}));
    expect((await app.inject('/')).json()).toMatchObject({ statusCode: 500, code: 'ERR_SESSION_NOT_SET_UP' });
    const both = fastify();
    await both.register(fastifyCookie);
    await both.register(fastifySession, { secret: 'x'.repeat(32) });
    await expect(both.register(fastifyAdapter.sessionPlugin, { sallyport })).rejects.toMatchObject({
      code: 'FST_ERR_DEC_ALREADY_PRESENT',
    });
  });

  it('sends the cookie with a reply that was hijacked, and with a stream that has not begun to flow', async () => {
    const { PassThrough } = await import('node:stream');
    const app = await application((it) => {
      it.get('/hijacked', async ({ session }, reply) => {
        reply.hijack();
        await session.login({ userId: 'ada' });
        reply.raw.end('hijacked');
      });
      it.get('/stream', async ({ session }, reply) => {
        const body = new PassThrough();
        reply.send(body);
        await session.login({ userId: 'ada' });
        body.end('streamed');
        return reply;
      });
    });
    for (const path of ['/hijacked', '/stream']) {
      const answer = await app.inject(path);
      expect([path, answer.cookies.map(({ name }) => name)]).toEqual([path, ['__Host-session']]);
    }
  });

  it('takes the client’s address as trustProxy says', async () => {
    for (const [trustProxy, expected] of [
      [true, '203.0.113.7'],
      [false, '127.0.0.1'],
    ] as const) {
      const app = fastify({ trustProxy });
      await app.register(fastifyAdapter.sessionPlugin, { sallyport });
      app.post('/', async ({ session }) => {
        await session.login({ userId: 'ada' });
        return { ip: session.ipAddress };
      });
      const answer = await app.inject({ method: 'POST', url: '/', headers: { 'x-forwarded-for': '203.0.113.7' } });
      expect(answer.json()).toEqual({ ip: expected });
      await app.close();
    }
  });

  it('errorHandler leaves other errors to Fastify, or to the handler it is given', async () => {
    const teapot = Object.assign(new Error('short and stout'), { statusCode: 418 });
    const app = await application((it) => {
      it.setErrorHandler(fastifyAdapter.errorHandler(sallyport));
      it.get('/', () => {
        throw teapot;
      });
      it.register(async (scope) => {
        scope.setErrorHandler(
          fastifyAdapter.errorHandler(sallyport, (error, _request, reply) => void reply.code(599).send(error.message)),
        );
        scope.get('/own', () => {
          throw teapot;
        });
        scope.get('/ours', { preHandler: fastifyAdapter.requireSession() }, () => ({}));
      });
    });
    expect((await app.inject('/')).json()).toMatchObject({ statusCode: 418, message: 'short and stout' });
    expect([(await app.inject('/own')).statusCode, (await app.inject('/own')).body]).toEqual([599, 'short and stout']);
    expect((await app.inject('/ours')).json()).toMatchObject({ code: 'ERR_SESSION_NOT_FOUND' });
  });
});

describe('on Hono', () => {
  it('guards and jwksHandler tell the status also where errorHandler is not set', async () => {
    const app = new Hono();
    app.get('/jwks', honoAdapter.jwksHandler(keysAway));
    app.use(honoAdapter.sessionMiddleware(sallyport));
    app.get('/session', honoAdapter.requireSession());
    app.get('/token', honoAdapter.requireToken(sallyport));
    expect((await app.request('/session')).status).toBe(401);
    const refused = await app.request('/token');
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    const away = await app.request('/jwks');
    expect([away.status, away.headers.get('retry-after')]).toEqual([503, '1']);
  });

  it('says so when a guard has no middleware in front', async () => {
    const app = new Hono();
    app.get('/', honoAdapter.requireSession());
    app.onError(honoAdapter.errorHandler(sallyport));
    expect(await (await app.request('/')).json()).toMatchObject({ code: 'ERR_SESSION_NOT_SET_UP' });
  });

  it('knows no address where there is no socket, and takes the one it is given', async () => {
    const login = async (options?: honoAdapter.HonoSessionOptions) => {
      const app = new Hono();
      app.use(honoAdapter.sessionMiddleware(sallyport, options));
      app.post('/', async (c) => {
        await c.var.session.login({ userId: 'ada' });
        return c.json({ ip: c.var.session.ipAddress ?? null });
      });
      const headers = { 'x-real-ip': '203.0.113.7' };
      return (await app.request('/', { method: 'POST', headers })).json();
    };
    expect(await login()).toEqual({ ip: null });
    expect(await login({ clientAddress: (c) => c.req.header('x-real-ip') })).toEqual({ ip: '203.0.113.7' });
  });

  it('sets its cookie on a response that was fetched from elsewhere, and on an answer to an error', async () => {
    const server = createServer((_request, response) => response.end('from elsewhere'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const app = new Hono();
    app.use(honoAdapter.sessionMiddleware(sallyport));
    app.get('/proxied', async (c) => {
      await c.var.session.login({ userId: 'ada' });
      return fetch(origin);
    });
    app.get('/failed', async (c) => {
      c.header('X-Before', 'kept');
      await c.var.session.login({ userId: 'ada' });
      await c.var.session.login({ userId: '' });
      return c.json({});
    });
    app.onError(honoAdapter.errorHandler(sallyport));
    const proxied = await app.request('/proxied');
    expect([await proxied.text(), proxied.headers.getSetCookie().length]).toEqual(['from elsewhere', 1]);
    const failed = await app.request('/failed');
    expect([failed.status, failed.headers.get('x-before'), failed.headers.getSetCookie().length]).toEqual([
      422,
      'kept',
      1,
    ]);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it('errorHandler leaves other errors to what Hono does, or to the handler it is given', async () => {
    const application = (handler: ReturnType<typeof honoAdapter.errorHandler>) => {
      const app = new Hono();
      app.get('/http', () => {
        throw new HTTPException(418, { message: 'short and stout' });
      });
      app.get('/bug', () => {
        throw new Error('a bug');
      });
      return app.onError(handler);
    };
    const told = vi.spyOn(console, 'error').mockImplementation(() => {});
    const app = application(honoAdapter.errorHandler(sallyport));
    const teapot = await app.request('/http');
    expect([teapot.status, await teapot.text()]).toEqual([418, 'short and stout']);
    expect((await app.request('/bug')).status).toBe(500);
    expect(told).toHaveBeenCalledTimes(1);
    told.mockRestore();
    const own = application(honoAdapter.errorHandler(sallyport, (error, c) => c.text(error.message, 503)));
    expect(await (await own.request('/bug')).text()).toBe('a bug');
  });
});
