/** A handler that fails with a body half read: the error is answered, and the connection serves the next request. */
import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import express from 'express';
import { fastify } from 'fastify';
import { createSallyport } from 'sallyport';
import * as expressAdapter from 'sallyport/express';
import * as fastifyAdapter from 'sallyport/fastify';
import * as nodeAdapter from 'sallyport/node';
import { afterAll, expect, it } from 'vitest';
import { sendOver } from './kept-connection.ts';

const sallyport = createSallyport({ redis: 'memory', environment: {} });
afterAll(() => sallyport.close());

/** As an upload that nobody takes on: the request stands still when what it is piped into is full. */
async function readInPart(request: IncomingMessage): Promise<void> {
  request.pipe(new PassThrough());
  await once(request, 'pause');
}

function expressApplication(): RequestListener {
  const app = express();
  app.use(expressAdapter.sessionMiddleware(sallyport));
  app.post('/401', async (request, _response, next) => {
    await readInPart(request);
    next();
  });
  app.post('/401', expressAdapter.requireSession());
  app.get('/', (_request, response) => void response.end());
  app.use(expressAdapter.errorHandler(sallyport));
  return app;
}

function nodeApplication(): RequestListener {
  return nodeAdapter.withSession(
    sallyport,
    async (request, response) => {
      if (request.method === 'GET') return response.end();
      await readInPart(request);
      if (request.url === '/500') throw new Error('a bug of the application');
      return nodeAdapter.requireSession(request);
    },
    { onError: () => {} },
  );
}

async function fastifyApplication(): Promise<RequestListener> {
  const app = fastify();
  await app.register(fastifyAdapter.sessionPlugin, { sallyport });
  app.setErrorHandler(fastifyAdapter.errorHandler(sallyport));
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, _body, done) => done(null));
  app.post('/401', async ({ raw, session }) => {
    await readInPart(raw);
    session.required();
  });
  app.get('/', async () => '');
  await app.ready();
  return (request, response) => app.routing(request, response);
}

it.each<[string, RequestListener, number]>([
  ['Express', expressApplication(), 401],
  ['Fastify', await fastifyApplication(), 401],
  ['node:http', nodeApplication(), 401],
  ['node:http, with an error that is not ours', nodeApplication(), 500],
])('on %s', async (_, listener, status) => {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  try {
    expect(await sendOver(agent, `${origin}/${status}`, 'x'.repeat(300_000))).toEqual({ status, isReused: false });
    expect(await sendOver(agent, `${origin}/`)).toEqual({ status: 200, isReused: true });
  } finally {
    agent.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});
