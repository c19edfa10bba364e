/** The shop on Fastify. */
import { PassThrough } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import type { Sallyport } from 'sallyport';
import { errorHandler, type FastifyGuard, requireSession, requireToken, sessionPlugin } from 'sallyport/fastify';
import { shop } from './shop.ts';

export async function fastifyShop(sallyport: Sallyport): Promise<FastifyInstance> {
  const app = fastify();
  await app.register(sessionPlugin, { sallyport });
  app.setErrorHandler(errorHandler(sallyport));
  app.get('/guarded', { preHandler: requireSession() }, ({ session }) => ({ userId: session.userId }));
  app.get('/guarded/token', { preHandler: requireToken(sallyport, { role: ['user'] }) }, ({ token }) => ({
    sub: token?.sub,
  }));
  app.route({
    method: ['GET', 'HEAD', 'POST'],
    url: '*',
    handler: (request, reply) => handle(sallyport, request, reply),
  });
  return app;
}

async function handle(sallyport: Sallyport, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const through = (guard: FastifyGuard) =>
    new Promise<void>((resolve, reject) => {
      guard(request, reply, (error) => (error === undefined ? resolve() : reject(error)));
    });
  const url = new URL(request.url, 'http://shop');
  const body = new PassThrough();
  const result = await shop(sallyport, {
    path: url.pathname,
    query: url.searchParams,
    session: request.session,
    guard: (role) => through(requireSession(role === undefined ? {} : { role })),
    tokenGuard: async (role) => {
      await through(requireToken(sallyport, role === undefined ? {} : { role }));
      if (request.token === undefined) throw new Error('requireToken let a request pass without claims');
      return request.token;
    },
    begin: async () => {
      reply.send(body);
      body.write('begun ');
      while (!reply.raw.headersSent) await nextTurn();
    },
    finish: (rest) => body.end(rest),
    addCookie: (header) => reply.header('set-cookie', header),
  }).catch((error: Error) => {
    if (reply.raw.headersSent && !('code' in error)) body.destroy(error);
    throw error;
  });
  return result ?? reply;
}
