import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RaceApp } from './race-app.ts';

/** Puts an application on a free port of loopback. `close` also closes what the application used. */
export async function listen(app: RequestListener, closeRest: () => Promise<unknown>): Promise<RaceApp> {
  const server = createServer(app);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      await closeRest();
    },
  };
}
