/** Sallyport as a process of a round uses it: over its own link, with a connection that has been made. */
import { setTimeout as delay } from 'node:timers/promises';
import { createSallyport, type Sallyport } from 'sallyport';
import type { RedisPort } from 'sallyport/redis';

export interface ProofApp {
  readonly app: Sallyport;
  readonly redis: RedisPort;
}

/** @param address.deadlineMs longest wait for an answer of Redis */
export async function openApp(address: { readonly url: string; readonly deadlineMs: number }): Promise<ProofApp> {
  const app = createSallyport({ redis: address.url, deadlineMs: address.deadlineMs, environment: {} });
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
