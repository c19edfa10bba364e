/** A request to an application always ends. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createHttp, type Http } from '../../src/target/exchange.ts';

let server: Server;
let http: Http;
let url = '';

beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === '/broken') request.socket.destroy();
    if (request.url === '/big') response.end('x'.repeat(5 * 1024 * 1024));
    if (request.url === '/half') response.write('the rest never comes');
    if (request.url === '/redirect') response.writeHead(302, { location: '/login' }).end();
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  http = createHttp(300);
});
afterAll(async () => {
  await http.close();
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
});

const get = (path: string, signal?: AbortSignal) =>
  http.send({ url, path, method: 'GET', headers: {} }, signal === undefined ? {} : { signal });

function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}

describe('createHttp', () => {
  test('says why there is no status', async () => {
    expect((await get('/silent')).status).toBe('timeout');
    expect((await get('/half')).status).toBe('timeout');
    expect((await get('/broken')).status).toBe('broken');
    expect((await get('/big')).status).toBe('broken');
    const refused = await http.send({ url: 'http://127.0.0.1:1', path: '/', method: 'GET', headers: {} });
    expect(refused.status).toBe('refused');
  });

  test('follows no redirect', async () => {
    expect(await get('/redirect')).toMatchObject({ status: 302, headers: { location: '/login' } });
  });

  test('keeps its time limit beside an interruption, also when garbage is collected meanwhile', async () => {
    const interruption = new AbortController();
    const pending = Array.from({ length: 8 }, () => get('/silent', interruption.signal));
    // What is only held weakly lives until the end of the present job.
    for (let round = 0; round < 2; round++) {
      await delay(50);
      collectGarbage();
    }
    expect(new Set((await Promise.all(pending)).map(({ status }) => status))).toEqual(new Set(['timeout']));
  });

  test('rejects when the run is interrupted, before or meanwhile', async () => {
    const interruption = new AbortController();
    const pending = get('/silent', interruption.signal);
    interruption.abort(new Error('interrupted'));
    await expect(pending).rejects.toThrow('interrupted');
    await expect(get('/redirect', interruption.signal)).rejects.toThrow('interrupted');
  });
});
