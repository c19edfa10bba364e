/** The frameworks without sessions: what the others are measured against. */
import { getRequestListener } from '@hono/node-server';
import express from 'express';
import { fastify } from 'fastify';
import { Hono } from 'hono';
import type { StartSessionApp } from '../session-app.ts';
import { expectedProfile, profileOf } from '../visitor.ts';
import { answer, listen, listenFastify } from './listen.ts';

const visitor = expectedProfile(0);

export const startBareNode: StartSessionApp = () =>
  listen((request, response) => {
    if (request.url === '/profile') answer(response, 200, profileOf(visitor));
    else answer(response, request.url === '/health' ? 200 : 404);
  });

export const startBareExpress: StartSessionApp = () => {
  const app = express();
  app.get('/profile', (_request, response) => {
    response.json(profileOf(visitor));
  });
  app.get('/health', (_request, response) => {
    response.end();
  });
  return listen(app);
};

export const startBareFastify: StartSessionApp = async () => {
  const app = fastify();
  app.get('/profile', async () => profileOf(visitor));
  app.get('/health', async () => '');
  return listenFastify(app);
};

export const startBareHono: StartSessionApp = () => {
  const app = new Hono();
  app.get('/profile', (context) => context.json(profileOf(visitor)));
  app.get('/health', (context) => context.text(''));
  return listen(getRequestListener(app.fetch));
};
