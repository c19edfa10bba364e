/**
 * The frameworks without sessions: what the others are measured against. They have the same routes, in the same order,
 * since finding one's way among them costs something, too.
 */
import { getRequestListener } from '@hono/node-server';
import express, { type RequestHandler } from 'express';
import { fastify } from 'fastify';
import { Hono } from 'hono';
import type { StartSessionApp } from '../session-app.ts';
import { expectedProfile, loginNumber, profileOf } from '../visitor.ts';
import { answer, listen, listenFastify } from './listen.ts';

const visitor = expectedProfile(0);

export const startBareNode: StartSessionApp = () =>
  listen((request, response) => {
    if (request.url === '/health') answer(response, 200);
    else if (loginNumber(request.url) === undefined) answer(response, 200, profileOf(visitor));
    else answer(response, 204);
  });

export const startBareExpress: StartSessionApp = () => startExpress();

/**
 * With a middleware that does for requests and responses what Sallyport's does: up to Node 22 Express has two fifths of its CPU
 * time back by it, sessions or none. What Sallyport adds to this one is what its sessions cost.
 */
export const startDictionaryExpress: StartSessionApp = () =>
  startExpress((request, response, next) => {
    const { res } = request;
    delete request.res;
    if (res !== undefined) request.res = res;
    const { locals } = response;
    Reflect.deleteProperty(response, 'locals');
    response.locals = locals;
    next();
  });

function startExpress(middleware?: RequestHandler): ReturnType<StartSessionApp> {
  const app = express();
  app.get('/health', (_request, response) => {
    response.end();
  });
  if (middleware !== undefined) app.use(middleware);
  app.post('/login/:n', (_request, response) => {
    response.status(204).end();
  });
  app.get('/profile', (_request, response) => {
    response.json(profileOf(visitor));
  });
  return listen(app);
}

export const startBareFastify: StartSessionApp = async () => {
  const app = fastify();
  app.get('/health', async () => '');
  app.post('/login/:n', async (_request, reply) => reply.code(204).send());
  app.get('/profile', async () => profileOf(visitor));
  return listenFastify(app);
};

export const startBareHono: StartSessionApp = () => {
  const app = new Hono();
  app.get('/health', (context) => context.text(''));
  app.post('/login/:n', (context) => context.body(null, 204));
  app.get('/profile', (context) => context.json(profileOf(visitor)));
  return listen(getRequestListener(app.fetch));
};
