import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HttpExchange } from './exchange.ts';

/** The exchange of Node's own request and response, which Express' extend. */
export function nodeExchange(
  request: IncomingMessage,
  response: ServerResponse,
  ipAddress: string | undefined,
): HttpExchange {
  return {
    cookieHeader: request.headers.cookie,
    ipAddress,
    userAgent: request.headers['user-agent'],
    responseStarted: () => response.headersSent,
    setCookie: (name, header) => {
      const present = response.getHeader('Set-Cookie');
      const others = (Array.isArray(present) ? present : present === undefined ? [] : [String(present)]).filter(
        (other) => !other.startsWith(`${name}=`),
      );
      response.setHeader('Set-Cookie', [...others, header]);
    },
  };
}
