/** The shop on each adapter, written the way that adapter's users write. */
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import type { Sallyport } from 'sallyport';
import * as expressAdapter from 'sallyport/express';
import * as nodeAdapter from 'sallyport/node';
import { shop } from './shop.ts';

export interface RunningShop {
  readonly origin: string;
  close(): Promise<void>;
}

export const adapters: readonly { readonly adapter: string; start(sallyport: Sallyport): Promise<RunningShop> }[] = [
  { adapter: 'express', start: (sallyport) => listen(expressShop(sallyport)) },
  { adapter: 'node:http', start: (sallyport) => listen(nodeShop(sallyport)) },
];

function expressShop(sallyport: Sallyport): RequestListener {
  const app = express();
  app.use(expressAdapter.sessionMiddleware(sallyport));
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
      begin: () => response.write('begun '),
      finish: (rest) => response.end(rest),
    });
    if (result !== undefined) response.json(result);
  });
  app.use(expressAdapter.errorHandler(sallyport));
  app.use(((error, _request, response, _next) => {
    if (!String(error).includes('a bug of the application')) console.error(error);
    response.status(500).json({ error: 'internal' });
  }) satisfies express.ErrorRequestHandler);
  return app;
}

function nodeShop(sallyport: Sallyport): RequestListener {
  return nodeAdapter.withSession(
    sallyport,
    async (request, response) => {
      const url = new URL(request.url ?? '/', 'http://shop');
      const result = await shop(sallyport, {
        path: url.pathname,
        query: url.searchParams,
        session: request.session,
        guard: async (role) => {
          nodeAdapter.requireSession(request, role === undefined ? {} : { role });
        },
        tokenGuard: (role) => nodeAdapter.requireToken(sallyport, request, role === undefined ? {} : { role }),
        begin: () => response.write('begun '),
        finish: (rest) => response.end(rest),
      });
      if (result !== undefined) response.setHeader('Content-Type', 'application/json').end(JSON.stringify(result));
    },
    { onError: () => {} },
  );
}

async function listen(listener: RequestListener): Promise<RunningShop> {
  const server: Server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
