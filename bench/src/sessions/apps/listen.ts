import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { SessionApp } from '../session-app.ts';

/** @param closeRest Closes what the application used. */
export async function listen(listener: RequestListener, closeRest: () => unknown = () => {}): Promise<SessionApp> {
  const server = createServer(listener);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      await closeRest();
    },
  };
}

export async function listenFastify(app: FastifyInstance, closeRest: () => unknown = () => {}): Promise<SessionApp> {
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    port: Number(new URL(url).port),
    close: async () => {
      app.server.closeAllConnections();
      await app.close();
      await closeRest();
    },
  };
}

/** As an application on plain `node:http` answers. */
export function answer(response: ServerResponse, status: number, body?: object): void {
  if (body === undefined) {
    response.writeHead(status).end();
    return;
  }
  const text = JSON.stringify(body);
  response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) });
  response.end(text);
}
