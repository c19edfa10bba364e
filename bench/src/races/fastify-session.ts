/** @fastify/session as its README shows it, with connect-redis as the Redis store. */
import { fastifyCookie } from '@fastify/cookie';
import { type FastifySessionObject, fastifySession } from '@fastify/session';
import { RedisStore } from 'connect-redis';
import { type FastifyRequest, fastify } from 'fastify';
import { connectNodeRedis } from './connect-node-redis.ts';
import type { RaceFields, StartRaceApp } from './race-app.ts';

declare module 'fastify' {
  interface Session extends RaceFields {
    user?: string;
  }
}

export const startFastifySession: StartRaceApp = async (redisUrl, overlap) => {
  const client = await connectNodeRedis(redisUrl);
  const app = fastify();
  await app.register(fastifyCookie);
  await app.register(fastifySession, {
    secret: 'for a benchmark only, 32 characters or more',
    store: new RedisStore({ client }),
    // The README asks for this on plain HTTP; all else is at its default, `rolling: true` included.
    cookie: { secure: false },
  });

  app.post('/login', async (request, reply) => {
    await sessionOf(request).regenerate();
    sessionOf(request).set('user', 'racer');
    return reply.code(204).send();
  });
  app.addHook('preHandler', async (request, reply) => {
    if (request.url !== '/login' && sessionOf(request).get('user') === undefined) await reply.code(401).send();
  });
  app.get('/session', async (request) => ({
    raceA: sessionOf(request).get('raceA'),
    raceB: sessionOf(request).get('raceB'),
    raceCart: sessionOf(request).get('raceCart'),
  }));
  app.post('/slow/write', async (request, reply) => {
    await overlap.hold();
    sessionOf(request).set('raceA', 'a');
    return reply.code(204).send();
  });
  app.post('/slow/read', async (_request, reply) => {
    await overlap.hold();
    return reply.code(204).send();
  });
  app.post('/write', async (request, reply) => {
    sessionOf(request).set('raceB', 'b');
    return reply.code(204).send();
  });
  app.post<{ Params: { item: string } }>('/cart/:item', async (request, reply) => {
    sessionOf(request).set('raceCart', [...(sessionOf(request).get('raceCart') ?? []), request.params.item]);
    return reply.code(204).send();
  });
  app.post('/logout', async (request, reply) => {
    await sessionOf(request).destroy();
    return reply.code(204).send();
  });

  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    url,
    close: async () => {
      await app.close();
      client.destroy();
    },
  };
};

/** The declared type of `request.session` is Sallyport's; at run time it is whatever plugin was registered. */
function sessionOf(request: Pick<FastifyRequest, 'session'>): FastifySessionObject {
  return request.session as unknown as FastifySessionObject;
}
