/** Starts the fixture for a test file and stops it afterwards. */
import { type AppServer, startAppServer } from '@sallyport/lab/cluster';
import { afterAll, beforeAll } from 'vitest';

/** The returned function gives the server once the hooks have run. */
export function useMeasuredServer(): () => AppServer {
  let server: AppServer | undefined;
  beforeAll(async () => {
    server = await startAppServer({ entry: new URL('./fixture-server.ts', import.meta.url), id: 'measured' });
  });
  afterAll(async () => {
    await server?.stop();
  });
  return () => {
    if (server === undefined)
      throw new Error('The server of this test file is started in beforeAll: use it after that.');
    return server;
  };
}
