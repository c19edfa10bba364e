import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HttpExchange } from './exchange.ts';
import { withoutCookie } from './set-cookie-list.ts';

/** The exchange of Node's own request and response, which Express' extend. */
export function nodeExchange(
  request: IncomingMessage,
  response: ServerResponse,
  ipAddress: () => string | undefined,
): HttpExchange {
  return {
    cookieHeader: request.headers.cookie,
    ipAddress,
    userAgent: request.headers['user-agent'],
    responseStarted: () => response.headersSent,
    setCookie: (name, header) => {
      response.setHeader('Set-Cookie', [...withoutCookie(response.getHeader('Set-Cookie'), name), header]);
    },
  };
}
