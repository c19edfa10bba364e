import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { choosePort, freePort, isPortFree, nodeArguments, releasePort } from '@sallyport/lab/cluster';
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

test('what another process has reserved is not handed out until it dies, even before anybody listens there', async () => {
  const cluster = new URL('../../src/cluster/ports.ts', import.meta.url).href;
  const script = `import { freePort } from '${cluster}'; console.log(await freePort()); setInterval(() => {}, 1000);`;
  const other = spawn(process.execPath, [...nodeArguments(), '--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const [printed] = (await once(other.stdout, 'data')) as [Buffer];
    const theirs = Number(printed);
    expect(await isPortFree(theirs)).toBe(true);
    expect(await choosePort(theirs, () => {})).not.toBe(theirs);
    other.kill('SIGKILL');
    await once(other, 'exit');
    expect(await choosePort(theirs, () => {})).toBe(theirs);
    releasePort(theirs);
  } finally {
    other.kill('SIGKILL');
  }
});
