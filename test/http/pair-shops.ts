/** An API with token pairs on each adapter, written the way that adapter's users write. */
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import express from 'express';
import { fastify } from 'fastify';
import { Hono } from 'hono';
import type { Sallyport } from 'sallyport';
import * as expressAdapter from 'sallyport/express';
import * as fastifyAdapter from 'sallyport/fastify';
import * as honoAdapter from 'sallyport/hono';
import * as nodeAdapter from 'sallyport/node';
import type { PairTransport } from 'sallyport/tokens';
import type { RunningShop } from './adapters.ts';

interface PairShop {
  readonly adapter: string;
  /** The refresh token's transport; the device comes in the header `x-device`. */
  start(sallyport: Sallyport, transport: PairTransport): Promise<RunningShop>;
}

export const pairShops: readonly PairShop[] = [
  { adapter: 'express', start: (...shop) => listen(expressShop(...shop)) },
  { adapter: 'express with a parser', start: (...shop) => listen(express().use(express.json(), expressShop(...shop))) },
  { adapter: 'node:http', start: (...shop) => listen(nodeShop(...shop)) },
  { adapter: 'fastify', start: startFastify },
  { adapter: 'hono on node', start: (...shop) => listen(getRequestListener(honoShop(...shop).fetch)) },
  {
    adapter: 'hono on fetch',
    start: async (...shop) => {
      const app = honoShop(...shop);
      return { origin: 'http://shop', fetch: async (url, init) => app.request(url, init), close: async () => {} };
    },
  },
];

const who = (device: string | undefined) => ({ userId: 'ada', deviceId: device, claims: { role: 'user' } });

function expressShop(sallyport: Sallyport, transport: PairTransport): express.Express {
  const app = express();
  const auth = expressAdapter.pairHandlers(sallyport, { transport, deviceId: (request) => request.get('x-device') });
  app.post('/auth/login', async (request, response) => {
    response.append('Set-Cookie', 'own=1');
    await auth.login(request, response, who(request.get('x-device')));
  });
  app.post('/auth/late', async (request, response) => {
    response.write('begun ');
    const code = await auth.login(request, response, who(undefined)).catch((error) => error.code);
    response.end(code);
  });
  app.post('/auth/refresh', auth.refresh);
  app.post('/auth/logout', auth.logout);
  app.get('/jwks', expressAdapter.jwksHandler(sallyport, { maxAgeSeconds: 60 }));
  app.get('/me', expressAdapter.requireToken(sallyport), ({ token }, response) => {
    response.json({ sub: token?.sub, role: token?.role, device: token?.device });
  });
  app.use(expressAdapter.errorHandler(sallyport));
  return app;
}

function nodeShop(sallyport: Sallyport, transport: PairTransport): RequestListener {
  const deviceOf = ({ headers }: { headers: NodeJS.Dict<string | string[]> }) => headers['x-device']?.toString();
  const auth = nodeAdapter.pairHandlers(sallyport, { transport, deviceId: deviceOf });
  const keys = nodeAdapter.jwksHandler(sallyport, { maxAgeSeconds: 60 });
  return nodeAdapter.withSession(sallyport, async (request, response) => {
    switch (request.url) {
      case '/auth/login':
        response.appendHeader('Set-Cookie', 'own=1');
        return auth.login(request, response, who(deviceOf(request)));
      case '/auth/late':
        response.write('begun ');
        return response.end(await auth.login(request, response, who(undefined)).catch((error) => error.code));
      case '/auth/refresh':
        return auth.refresh(request, response);
      case '/auth/logout':
        return auth.logout(request, response);
      case '/jwks':
        return keys(request, response);
      default: {
        const { sub, role, device } = await nodeAdapter.requireToken(sallyport, request);
        return response.end(JSON.stringify({ sub, role, device }));
      }
    }
  });
}

async function startFastify(sallyport: Sallyport, transport: PairTransport): Promise<RunningShop> {
  const app = fastify();
  const auth = fastifyAdapter.pairHandlers(sallyport, {
    transport,
    deviceId: ({ headers }) => headers['x-device']?.toString(),
  });
  app.setErrorHandler(fastifyAdapter.errorHandler(sallyport));
  app.post('/auth/login', async (request, reply) => {
    reply.header('set-cookie', 'own=1');
    return auth.login(request, reply, who(request.headers['x-device']?.toString()));
  });
  app.post('/auth/late', async (request, reply) => {
    reply.raw.write('begun ');
    reply.hijack();
    reply.raw.end(await auth.login(request, reply, who(undefined)).catch((error) => error.code));
  });
  app.post('/auth/refresh', auth.refresh);
  app.post('/auth/logout', auth.logout);
  app.get('/jwks', fastifyAdapter.jwksHandler(sallyport, { maxAgeSeconds: 60 }));
  app.get('/me', { preHandler: fastifyAdapter.requireToken(sallyport) }, async ({ token }) => ({
    sub: token?.sub,
    role: token?.role,
    device: token?.device,
  }));
  const origin = await app.listen({ host: '127.0.0.1', port: 0 });
  return { origin, fetch, close: () => app.close() };
}

function honoShop(sallyport: Sallyport, transport: PairTransport): Hono {
  const app = new Hono();
  const auth = honoAdapter.pairHandlers(sallyport, { transport, deviceId: (c) => c.req.header('x-device') });
  app.post('/auth/login', async (c) => {
    c.header('Set-Cookie', 'own=1', { append: true });
    return auth.login(c, who(c.req.header('x-device')));
  });
  app.post('/auth/refresh', auth.refresh);
  app.post('/auth/logout', auth.logout);
  app.get('/jwks', honoAdapter.jwksHandler(sallyport, { maxAgeSeconds: 60 }));
  app.get('/me', honoAdapter.requireToken(sallyport), (c) => {
    const { sub, role, device } = c.get('token');
    return c.json({ sub, role, device });
  });
  app.onError(honoAdapter.errorHandler(sallyport));
  return app;
}

async function listen(listener: RequestListener): Promise<RunningShop> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    fetch,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
