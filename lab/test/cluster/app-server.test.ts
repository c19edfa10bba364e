import { fileURLToPath } from 'node:url';
import { type AppServer, ServerStartError, startAppServer } from '@sallyport/lab/cluster';
import { afterEach, expect, test } from 'vitest';
import { isAlive } from './until.ts';

const entry = new URL('./fixture-server.ts', import.meta.url);
let server: AppServer | undefined;

afterEach(async () => {
  await server?.stop();
  server = undefined;
});

async function whoAnswers(url: string): Promise<string> {
  const response = await fetch(url, { signal: AbortSignal.timeout(5000) });
  return ((await response.json()) as { id: string }).id;
}

test('runs a file with its id and port, and a clean environment', async () => {
  process.env.NODE_OPTIONS = '--no-deprecation';
  process.env.REDIS_URL = 'redis://elsewhere';
  try {
    server = await startAppServer({ entry: fileURLToPath(entry), id: 'sticky-1', env: { GREETING: 'hello' } });
  } finally {
    delete process.env.NODE_OPTIONS;
    delete process.env.REDIS_URL;
  }
  expect(await whoAnswers(server.url)).toBe('sticky-1');
  const environment = (await (await fetch(`${server.url}/environment`)).json()) as Record<string, string>;
  expect(environment).toMatchObject({ SERVER_ID: 'sticky-1', PORT: String(server.port), GREETING: 'hello' });
  expect(environment).not.toHaveProperty('NODE_OPTIONS');
  expect(environment).not.toHaveProperty('REDIS_URL');
});

test('is killed and restarted on the same port', async () => {
  server = await startAppServer({ entry, id: 'sticky-2' });
  const { pid, url } = server;
  expect(await server.kill()).toEqual({ code: null, signal: 'SIGKILL' });
  expect(isAlive(pid)).toBe(false);
  await expect(fetch(url)).rejects.toThrow();
  await server.restart();
  expect(server.pid).not.toBe(pid);
  expect(server.url).toBe(url);
  expect(await whoAnswers(url)).toBe('sticky-2');
});

test('accepts connections and answers nothing while frozen', async () => {
  server = await startAppServer({ entry, id: 'sticky-3' });
  await server.freeze();
  await expect(fetch(server.url, { signal: AbortSignal.timeout(200) })).rejects.toMatchObject({ name: 'TimeoutError' });
  await server.thaw();
  expect(await whoAnswers(server.url)).toBe('sticky-3');
});

test('one that exits shows its last output', async () => {
  await expect(startAppServer({ entry, id: 'broken', env: { REFUSE_TO_START: '1' } })).rejects.toMatchObject({
    name: 'ServerStartError',
    message: expect.stringMatching(
      /^server broken on port \d+ did not start: it exited with code 3.*told not to start/s,
    ),
  });
  await expect(startAppServer({ entry: '/nowhere.js', id: 'absent' })).rejects.toBeInstanceOf(ServerStartError);
});
