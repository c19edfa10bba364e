/** @fastify/session as its README shows it, with connect-redis as the Redis store. */
import { fastifyCookie } from '@fastify/cookie';
import { type FastifySessionObject, fastifySession } from '@fastify/session';
import { RedisStore } from 'connect-redis';
import { type FastifyRequest, fastify } from 'fastify';
import { connectNodeRedis } from '../../races/connect-node-redis.ts';
import type { StartSessionApp } from '../session-app.ts';
import { idleTimeoutSeconds, profileOf, type StoredVisitor, secret, storedVisitor } from '../visitor.ts';
import { listenFastify } from './listen.ts';

declare module 'fastify' {
  interface Session {
    visitor?: StoredVisitor;
  }
}

/** @param rolling `true`, its default: each request stores the session and sets the cookie again. */
export function startFastifySession({ rolling }: { readonly rolling: boolean }): StartSessionApp {
  return async (redisUrl) => {
    const client = await connectNodeRedis(redisUrl);
    const app = fastify();
    app.get('/health', async () => '');
    await app.register(fastifyCookie);
    await app.register(fastifySession, {
      secret,
      store: new RedisStore({ client }),
      rolling,
      saveUninitialized: false,
      // The README asks for `secure: false` on plain HTTP.
      cookie: { secure: false, maxAge: idleTimeoutSeconds * 1_000 },
    });
    app.post<{ Params: { n: string } }>('/login/:n', async (request, reply) => {
      await sessionOf(request).regenerate();
      const agent = request.headers['user-agent'] ?? '';
      sessionOf(request).set('visitor', storedVisitor(Number(request.params.n), request.ip, agent));
      return reply.code(204).send();
    });
    app.get('/profile', async (request, reply) => {
      const visitor = sessionOf(request).get('visitor');
      return visitor === undefined ? reply.code(401).send() : profileOf(visitor);
    });
    return listenFastify(app, () => client.destroy());
  };
}

/** The declared type of `request.session` is Sallyport's; at run time it is whatever plugin was registered. */
function sessionOf(request: Pick<FastifyRequest, 'session'>): FastifySessionObject {
  return request.session as unknown as FastifySessionObject;
}
