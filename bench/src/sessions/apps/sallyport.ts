/** Sallyport on each framework, as its documentation shows it. */
import { getRequestListener } from '@hono/node-server';
import express from 'express';
import { fastify } from 'fastify';
import { Hono } from 'hono';
import { createSallyport, type Sallyport as SallyportInstance } from 'sallyport';
import * as expressAdapter from 'sallyport/express';
import * as fastifyAdapter from 'sallyport/fastify';
import * as honoAdapter from 'sallyport/hono';
import * as nodeAdapter from 'sallyport/node';
import type { StartSessionApp } from '../session-app.ts';
import {
  fieldsOf,
  identityOf,
  idleTimeoutSeconds,
  loginNumber,
  type Profile,
  profileOf,
  type VisitorFields,
} from '../visitor.ts';
import { answer, listen, listenFastify } from './listen.ts';

declare global {
  namespace Sallyport {
    interface SessionData extends VisitorFields {}
  }
}

interface Variant {
  readonly coherent: boolean;
}

function open(redisUrl: string, { coherent }: Variant): SallyportInstance {
  return createSallyport({
    redis: redisUrl,
    // Far longer than an application's: a machine that stalls for a second must not end the measurement.
    deadlineMs: 10_000,
    environment: {},
    session: { idleTimeoutSeconds, coherent, cookie: { allowInsecure: true } },
  });
}

function profile(session: nodeAdapter.RequestSession): Profile {
  const { userId = '', role = '' } = session;
  return profileOf({ userId, role, page: session.get('page') ?? '' });
}

export function startSallyportNode(variant: Variant): StartSessionApp {
  return (redisUrl) => {
    const sallyport = open(redisUrl, variant);
    const withSessions = nodeAdapter.withSession(sallyport, async (request, response) => {
      const n = loginNumber(request.url);
      if (n === undefined) return answer(response, 200, profile(nodeAdapter.requireSession(request)));
      await request.session.login({ ...identityOf(n), data: fieldsOf(n) });
      return answer(response, 204);
    });
    return listen(
      (request, response) => {
        if (request.url === '/health') answer(response, 200);
        else withSessions(request, response);
      },
      () => sallyport.close(),
    );
  };
}

export function startSallyportExpress(variant: Variant): StartSessionApp {
  return (redisUrl) => {
    const sallyport = open(redisUrl, variant);
    const app = express();
    app.get('/health', (_request, response) => {
      response.end();
    });
    app.use(expressAdapter.sessionMiddleware(sallyport));
    app.post('/login/:n', async (request, response) => {
      const n = Number(request.params.n);
      await request.session.login({ ...identityOf(n), data: fieldsOf(n) });
      response.status(204).end();
    });
    app.get('/profile', expressAdapter.requireSession(), (request, response) => {
      response.json(profile(request.session));
    });
    app.use(expressAdapter.errorHandler(sallyport));
    return listen(app, () => sallyport.close());
  };
}

export function startSallyportFastify(variant: Variant): StartSessionApp {
  return async (redisUrl) => {
    const sallyport = open(redisUrl, variant);
    const app = fastify();
    app.setErrorHandler(fastifyAdapter.errorHandler(sallyport));
    app.get('/health', async () => '');
    await app.register(fastifyAdapter.sessionPlugin, { sallyport });
    app.post<{ Params: { n: string } }>('/login/:n', async (request, reply) => {
      const n = Number(request.params.n);
      await request.session.login({ ...identityOf(n), data: fieldsOf(n) });
      return reply.code(204).send();
    });
    app.get('/profile', { preHandler: fastifyAdapter.requireSession() }, async (request) => profile(request.session));
    return listenFastify(app, () => sallyport.close());
  };
}

export function startSallyportHono(variant: Variant): StartSessionApp {
  return (redisUrl) => {
    const sallyport = open(redisUrl, variant);
    const app = new Hono();
    app.onError(honoAdapter.errorHandler(sallyport));
    app.get('/health', (context) => context.text(''));
    app.use(honoAdapter.sessionMiddleware(sallyport));
    app.post('/login/:n', async (context) => {
      const n = Number(context.req.param('n'));
      await context.get('session').login({ ...identityOf(n), data: fieldsOf(n) });
      return context.body(null, 204);
    });
    app.get('/profile', honoAdapter.requireSession(), (context) => context.json(profile(context.get('session'))));
    return listen(getRequestListener(app.fetch), () => sallyport.close());
  };
}
