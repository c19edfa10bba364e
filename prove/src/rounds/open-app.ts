/** Sallyport as a process of a round uses it: over its own link, with a connection that has been made. */
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { createSallyport, type Sallyport } from 'sallyport';
import type { RedisPort } from 'sallyport/redis';

export interface ProofApp {
  readonly app: Sallyport;
  readonly redis: RedisPort;
}

export interface AppAddress {
  readonly url: string;
  /** Longest wait for an answer of Redis. */
  readonly deadlineMs: number;
  /** By a client of the application's own, which sends again what was not answered. @default false */
  readonly repeatsCommands?: boolean;
}

export async function openApp({ url, deadlineMs, repeatsCommands = false }: AppAddress): Promise<ProofApp> {
  const app = createSallyport({ redis: repeatsCommands ? repeatingClient(url) : url, deadlineMs, environment: {} });
  const { redis } = app;
  if (redis === undefined) throw new Error('The proof needs Redis.');
  // The first connection may still be on its way.
  for (let left = 200; left > 0; left--) {
    const isThere = await redis.command(['PING']).then(
      () => true,
      () => false,
    );
    if (isThere) break;
    await delay(10);
  }
  return { app, redis };
}

/** With ioredis' defaults. */
function repeatingClient(url: string): Redis {
  const client = new Redis(url);
  // Told by each command that fails.
  client.on('error', () => {});
  return client;
}
