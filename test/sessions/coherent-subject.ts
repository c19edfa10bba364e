/** What the tests of coherent sessions share. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { RedisPort } from 'sallyport/redis';
import { type CoherentSessionStoreOptions, coherentSessionStore, type SessionStore } from 'sallyport/sessions';
import { afterEach, expect } from 'vitest';
import type { SessionId } from '../../src/sessions/session-id.ts';
import type { NewSessionRecord } from '../../src/sessions/store.ts';
import { startProxy, type TestProxy } from '../proxy.ts';
import { redisClients } from '../redis-clients.ts';

export type OpenClient = (typeof redisClients)[number]['open'];

export const tombstoneMs = 60_000;

export function newRecord(over: Partial<NewSessionRecord> = {}): NewSessionRecord {
  return { idleMs: 60_000, absoluteMs: undefined, userId: '7', data: new Map(), ...over };
}

/** What is registered is closed after each test, the last first. */
export function useClosing(): (() => Promise<void>)[] {
  const closing: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });
  return closing;
}

/** One server of the application: its own connection and its own memory. */
export async function openServer(
  url: string,
  closing: (() => Promise<void>)[],
  options: CoherentSessionStoreOptions = {},
  { open = redisClients[0]!.open, deadlineMs }: { readonly open?: OpenClient; readonly deadlineMs?: number } = {},
): Promise<{ store: SessionStore; redis: RedisPort }> {
  const { redis, close } = await open(url, deadlineMs);
  const store = coherentSessionStore(redis, options);
  closing.push(async () => {
    await store.close();
    await close();
  });
  return { store, redis };
}

export interface LinkedServer {
  readonly store: SessionStore;
  /** What it reads and writes over. */
  readonly data: TestProxy;
  /** What it hears of changes over. */
  readonly news: TestProxy;
}

/** The same behind two proxies, so that a test can break either of its links. */
export async function openLinkedServer(
  targetPort: number,
  closing: (() => Promise<void>)[],
  options: CoherentSessionStoreOptions = {},
  { open = redisClients[0]!.open, deadlineMs }: { readonly open?: OpenClient; readonly deadlineMs?: number } = {},
): Promise<LinkedServer> {
  const [data, news] = await Promise.all([startProxy({ targetPort }), startProxy({ targetPort })]);
  const writing = await open(`redis://127.0.0.1:${data.port}`, deadlineMs);
  const listening = await open(`redis://127.0.0.1:${news.port}`, deadlineMs);
  const port: RedisPort = {
    ...writing.redis,
    tracker: (prefixes, listener) => listening.redis.tracker(prefixes, listener),
  };
  const store = coherentSessionStore(port, options);
  closing.push(async () => {
    await store.close();
    await Promise.all([writing.close(), listening.close()]);
    await Promise.all([data.stop(), news.stop()]);
  });
  return { store, data, news };
}

/** Resolves when the store has the session in memory. */
export async function warm(store: SessionStore, key: SessionId): Promise<void> {
  const known = async () => {
    await store.read(key, { renew: false });
    return store.peek?.(key, { renew: false })?.status;
  };
  await expect.poll(known, { interval: 5, timeout: 5_000 }).toBe('live');
}

/** The payloads of an event while something happens. */
export async function heard(name: string, during: () => Promise<void>): Promise<unknown[]> {
  const payloads: unknown[] = [];
  const listener = (payload: unknown) => payloads.push(payload);
  subscribe(`sallyport:${name}`, listener);
  try {
    await during();
  } finally {
    unsubscribe(`sallyport:${name}`, listener);
  }
  return payloads;
}
