/** One small application on express-session and on @fastify/session, as their READMEs set them up. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fastifyCookie } from '@fastify/cookie';
import { type FastifySessionObject, fastifySession } from '@fastify/session';
import express, { type Request } from 'express';
import session, { type Session, type SessionData } from 'express-session';
import { type FastifyRequest, fastify } from 'fastify';
import { SallyportStore as ExpressStore } from 'sallyport/compat/express-session';
import { SallyportStore as FastifyStore } from 'sallyport/compat/fastify-session';
import { gate } from './gate.ts';

interface Fields {
  user?: string | undefined;
  cart?: string[];
  note?: string;
  other?: string;
}
declare module 'express-session' {
  interface SessionData extends Fields {}
}
declare module 'fastify' {
  interface Session extends Fields {}
}

export interface CompatApp {
  readonly origin: string;
  readonly store: Pick<ExpressStore, 'sessionsOfUser' | 'destroyUser'>;
  close(): Promise<void>;
}

const secret = 'a secret of thirty-two characters or more';

export const compatApps: readonly { readonly app: string; start(redis: string): Promise<CompatApp> }[] = [
  { app: 'express-session, resave: false', start: (redis) => startExpress(redis, { resave: false }) },
  { app: 'express-session, resave: true (its default)', start: (redis) => startExpress(redis, { resave: true }) },
  { app: '@fastify/session, rolling: true (its default)', start: (redis) => startFastify(redis, { rolling: true }) },
  { app: '@fastify/session, rolling: false', start: (redis) => startFastify(redis, { rolling: false }) },
];

/** What the routes do, whichever session library is below. */
interface Visit {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
  fields(): Fields;
  maxAge(ms: number): void;
  regenerate(): Promise<void>;
  destroy(): Promise<void>;
}

async function visit({ path, query, body, ...session }: Visit): Promise<object> {
  const text = (name: string) => query.get(name) ?? '';
  switch (path) {
    case '/login':
      await session.regenerate();
      session.fields().user = text('user');
      return {};
    case '/me': {
      const { user = null, cart, note, other } = session.fields();
      return { user, data: { cart, note, other } };
    }
    case '/dump':
      return session.fields();
    case '/note':
      session.fields().note = text('value');
      return {};
    case '/other':
      session.fields().other = (body as { value: string } | undefined)?.value ?? text('value');
      return {};
    case '/slow-note':
    case '/slow-read':
      gate(text('gate')).reach();
      await gate(text('gate')).opened;
      if (path === '/slow-note') session.fields().note = text('value');
      return {};
    case '/remember':
      session.maxAge(30 * 86_400_000);
      if (query.has('value')) session.fields().note = text('value');
      return {};
    case '/logout':
      await session.destroy();
      return {};
    default:
      return {};
  }
}

async function startExpress(redis: string, { resave }: { resave: boolean }): Promise<CompatApp> {
  const store = new ExpressStore({ redis, deadlineMs: 300, userId: (stored) => stored.user });
  const app = express();
  app.get('/public', (_request, response) => void response.json({}));
  app.use(session({ store, secret, resave, saveUninitialized: false, cookie: { maxAge: 3_600_000 } }));
  app.use(express.json());
  app.use(async (request, response) => {
    const url = new URL(request.url, 'http://app');
    const own = () => expressSession(request);
    const result = await visit({
      path: url.pathname,
      query: url.searchParams,
      body: request.body,
      fields: own,
      maxAge: (ms) => {
        own().cookie.maxAge = ms;
      },
      regenerate: () => settled((done) => own().regenerate(done)),
      destroy: () => settled((done) => own().destroy(done)),
    });
    response.json(result);
  });
  // Express' own handler would print the outage of the test.
  app.use(((error, _request, response, _next) => {
    response
      .status(error.status ?? 500)
      .set(error.headers)
      .json({});
  }) satisfies express.ErrorRequestHandler);
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    store,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await store.close();
    },
  };
}

async function startFastify(redis: string, { rolling }: { rolling: boolean }): Promise<CompatApp> {
  const store = new FastifyStore({ redis, deadlineMs: 300, userId: (stored) => stored.user });
  const app = fastify();
  await app.register(fastifyCookie);
  await app.register(async (behind) => {
    await behind.register(fastifySession, {
      store,
      secret,
      rolling,
      saveUninitialized: false,
      cookie: { secure: false, maxAge: 3_600_000 },
    });
    behind.all('/*', async (request) => {
      const url = new URL(request.url, 'http://app');
      const own = () => ownSession(request);
      return visit({
        path: url.pathname,
        query: url.searchParams,
        body: request.body,
        fields: own,
        maxAge: (ms) => {
          own().cookie.maxAge = ms;
          own().cookie.originalMaxAge = ms;
        },
        regenerate: () => own().regenerate(),
        destroy: () => own().destroy(),
      });
    });
  });
  app.get('/public', () => ({}));
  const origin = await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    origin,
    store: store as unknown as CompatApp['store'],
    close: async () => {
      app.server.closeAllConnections();
      await app.close();
      await store.close();
    },
  };
}

// The declared type of `request.session` is Sallyport's; at run time it is whatever middleware is mounted.
function expressSession(request: Request): Session & SessionData {
  return request.session as unknown as Session & SessionData;
}
function ownSession(request: FastifyRequest): FastifySessionObject {
  return request.session as unknown as FastifySessionObject;
}

function settled(call: (done: (error?: unknown) => void) => unknown): Promise<void> {
  return new Promise((resolve, reject) => {
    call((error) => (error === null || error === undefined ? resolve() : reject(error)));
  });
}
