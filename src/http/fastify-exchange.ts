import type { FastifyReply, FastifyRequest } from 'fastify';
import type { HttpExchange } from './exchange.ts';
import { withoutCookie } from './set-cookie-list.ts';

/** The exchange of Fastify's request and reply. */
export function fastifyExchange(request: FastifyRequest, reply: FastifyReply): HttpExchange {
  return {
    cookieHeader: request.headers.cookie,
    ipAddress: () => request.ip,
    userAgent: request.headers['user-agent'],
    responseStarted: () => reply.raw.headersSent,
    setCookie: (name, header) => {
      const cookies = [...withoutCookie(reply.getHeader('set-cookie'), name), header];
      // Fastify adds to the values of this header and has no way to replace them.
      reply.removeHeader('set-cookie').header('set-cookie', cookies);
      // What counts for a hijacked reply, and for a stream that was sent but has not begun to flow.
      reply.raw.setHeader('Set-Cookie', cookies);
    },
  };
}
