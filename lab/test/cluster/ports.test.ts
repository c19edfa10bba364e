import { createServer, type Server } from 'node:net';
import { choosePort, freePort, isPortFree, releasePort } from '@sallyport/lab/cluster';
import { expect, test } from 'vitest';

function occupy(port: number, host: string): Promise<Server> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve(server));
  });
}

test('never the same port twice', async () => {
  const ports = await Promise.all(Array.from({ length: 200 }, () => freePort()));
  expect(new Set(ports).size).toBe(200);
  for (const port of ports) releasePort(port);
});

test('a preferred port is kept when it is free', async () => {
  const preferred = await freePort();
  releasePort(preferred);
  const moves: number[][] = [];
  expect(await choosePort(preferred, (...move) => moves.push(move))).toBe(preferred);
  expect(moves).toEqual([]);
  // Handed out a moment ago: whoever has it may not have bound it yet.
  const other = await choosePort(preferred, (...move) => moves.push(move));
  expect(other).not.toBe(preferred);
  expect(moves).toEqual([[preferred, other]]);
});

test.each(['127.0.0.1', '0.0.0.0'])('a preferred port that is taken on %s is moved, and that is told', async (host) => {
  const preferred = await freePort();
  const server = await occupy(preferred, host);
  releasePort(preferred);
  try {
    expect(await isPortFree(preferred)).toBe(false);
    const moves: number[][] = [];
    const chosen = await choosePort(preferred, (...move) => moves.push(move));
    expect(chosen).not.toBe(preferred);
    expect(moves).toEqual([[preferred, chosen]]);
    expect(await isPortFree(chosen)).toBe(true);
  } finally {
    server.close();
  }
});
