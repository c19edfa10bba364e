/** The shop on each adapter, written the way that adapter's users write. */
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { getRequestListener } from '@hono/node-server';
import express from 'express';
import type { Sallyport } from 'sallyport';
import * as expressAdapter from 'sallyport/express';
import * as nodeAdapter from 'sallyport/node';
import { fastifyShop } from './fastify-shop.ts';
import { honoShop } from './hono-shop.ts';
import type { Fetch } from './http-client.ts';
import { shop } from './shop.ts';

export interface RunningShop {
  readonly origin: string;
  readonly fetch: Fetch;
  close(): Promise<void>;
}

export const adapters: readonly { readonly adapter: string; start(sallyport: Sallyport): Promise<RunningShop> }[] = [
  { adapter: 'express', start: (sallyport) => listen(expressShop(sallyport)) },
  { adapter: 'node:http', start: (sallyport) => listen(nodeShop(sallyport)) },
  { adapter: 'fastify', start: startFastify },
  { adapter: 'hono on node', start: (sallyport) => listen(getRequestListener(honoShop(sallyport).fetch)) },
  { adapter: 'hono on fetch', start: startFetch },
];

function expressShop(sallyport: Sallyport): RequestListener {
  const app = express();
  app.use(expressAdapter.sessionMiddleware(sallyport));
  app.get('/guarded', expressAdapter.requireSession(), (request, response) => {
    response.json({ userId: request.session.userId });
  });
  app.get('/guarded/token', expressAdapter.requireToken(sallyport, { role: ['user'] }), (request, response) => {
    response.json({ sub: request.token?.sub });
  });
  app.use(async (request, response) => {
    const through = (handler: express.RequestHandler) =>
      new Promise<void>((resolve, reject) => {
        handler(request, response, (error?: unknown) => (error === undefined ? resolve() : reject(error)));
      });
    const url = new URL(request.url, 'http://shop');
    const result = await shop(sallyport, {
      path: url.pathname,
      query: url.searchParams,
      session: request.session,
      guard: (role) => through(expressAdapter.requireSession(role === undefined ? {} : { role })),
      tokenGuard: async (role) => {
        await through(expressAdapter.requireToken(sallyport, role === undefined ? {} : { role }));
        if (request.token === undefined) throw new Error('requireToken let a request pass without claims');
        return request.token;
      },
      begin: async () => void response.write('begun '),
      finish: (rest) => response.end(rest),
      addCookie: (header) => response.append('Set-Cookie', header),
    });
    if (result !== undefined) response.json(result);
  });
  app.use(expressAdapter.errorHandler(sallyport));
  app.use(((error, _request, response, _next) => {
    if (!String(error).includes('a bug of the application')) console.error(error);
    if (response.headersSent) response.destroy();
    else response.status(500).json({ error: 'internal' });
  }) satisfies express.ErrorRequestHandler);
  return app;
}

function nodeShop(sallyport: Sallyport): RequestListener {
  return nodeAdapter.withSession(
    sallyport,
    async (request, response) => {
      const url = new URL(request.url ?? '/', 'http://shop');
      const json = (value: unknown) =>
        response.setHeader('Content-Type', 'application/json').end(JSON.stringify(value));
      if (url.pathname === '/guarded') return json({ userId: nodeAdapter.requireSession(request).userId });
      if (url.pathname === '/guarded/token') {
        return json({ sub: (await nodeAdapter.requireToken(sallyport, request, { role: ['user'] })).sub });
      }
      const result = await shop(sallyport, {
        path: url.pathname,
        query: url.searchParams,
        session: request.session,
        guard: async (role) => {
          nodeAdapter.requireSession(request, role === undefined ? {} : { role });
        },
        tokenGuard: (role) => nodeAdapter.requireToken(sallyport, request, role === undefined ? {} : { role }),
        begin: async () => void response.write('begun '),
        finish: (rest) => response.end(rest),
        addCookie: (header) => response.appendHeader('Set-Cookie', header),
      });
      return result === undefined ? undefined : json(result);
    },
    { onError: () => {} },
  );
}

async function startFastify(sallyport: Sallyport): Promise<RunningShop> {
  const app = await fastifyShop(sallyport);
  const origin = await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    origin,
    fetch,
    close: async () => {
      app.server.closeAllConnections();
      await app.close();
    },
  };
}

/** No socket at all: what a runtime without Node's request calls. */
async function startFetch(sallyport: Sallyport): Promise<RunningShop> {
  const app = honoShop(sallyport, { clientAddress: ({ env }) => (env as { address: string }).address });
  return {
    origin: 'http://shop',
    fetch: async (url, init) => app.request(url, init, { address: '127.0.0.1' }),
    close: () => nextTurn(),
  };
}

async function listen(listener: RequestListener): Promise<RunningShop> {
  const server: Server = createServer(listener);
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
