/**
 * Live status and chat in the browser: two servers behind one Redis. Open a page on each; end a server by its process id, and
 * see its page come back with what it missed.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const ports = (process.env.PORTS ?? '3000,3001').split(',').map(Number);
const shared = {
  REDIS_URL: process.env.REDIS_URL ?? 'redis://127.0.0.1:6379',
  // One for all servers: each takes the tokens that the others gave.
  TOKEN_SECRET: process.env.TOKEN_SECRET ?? randomBytes(32).toString('hex'),
};
const servers = new Map<string, ChildProcess>();
let isEnding = false;

function start(name: string, port: number): void {
  const env = { ...process.env, ...shared, SERVER_ID: name, PORT: String(port) };
  const server = fork(fileURLToPath(import.meta.resolve('./live/server.ts')), { env });
  servers.set(name, server);
  console.log(`${name} is process ${server.pid}`);
  server.once('exit', async () => {
    if (!isEnding) await wait(1_000);
    if (!isEnding) start(name, port);
  });
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    isEnding = true;
    for (const server of servers.values()) server.kill();
  });
}
for (const [index, port] of ports.entries()) start(`server-${index + 1}`, port);
