/** The two drop-in stores on each place they can keep sessions in, with promises for callbacks. */
import { createCluster } from 'redis';
import { SallyportStore as ExpressStore } from 'sallyport/compat/express-session';
import { SallyportStore as FastifyStore } from 'sallyport/compat/fastify-session';
import { fromNodeRedis, type RedisSource } from 'sallyport/redis';
import { redisClients } from '../redis-clients.ts';

export interface StoredCookie {
  expires?: Date | null;
  originalMaxAge?: number | null;
  httpOnly?: boolean;
}

export interface Stored {
  cookie: StoredCookie;
  user?: string;
  // biome-ignore lint/suspicious/noExplicitAny: what an application keeps
  [field: string]: any;
}

type Callback<Value = void> = (error: unknown, value?: Value) => void;

/** The interface that express-session's README describes, and what ours adds. */
export interface Store {
  get(sid: string, callback: Callback<Stored | null>): void;
  set(sid: string, session: Stored, callback?: Callback): void;
  destroy(sid: string, callback?: Callback): void;
  touch(sid: string, session: Stored, callback?: Callback): void;
  all(callback: Callback<Stored[] | null>): void;
  length(callback: Callback<number>): void;
  clear(callback?: Callback): void;
  sessionsOfUser(userId: string): Promise<Stored[]>;
  destroyUser(userId: string, options?: { except?: string }): Promise<number>;
  close(): Promise<void>;
}

export interface StoreOptions {
  redis?: RedisSource;
  deadlineMs?: number;
  namespace?: string;
  defaultTtlSeconds?: number;
  userId?: (session: Stored) => string | undefined;
}

export const stores: readonly { readonly library: string; make(options: StoreOptions): Store }[] = [
  { library: 'express-session', make: (options) => new ExpressStore(options as object) as unknown as Store },
  { library: '@fastify/session', make: (options) => new FastifyStore(options as object) as unknown as Store },
];

/** Each resolves with the `redis` option for a store; `undefined` is memory. */
export const places: readonly {
  readonly place: string;
  open(server: { url: string; clusterUrl: string }): Promise<{ redis?: RedisSource; close(): Promise<void> }>;
}[] = [
  { place: 'memory', open: async () => ({ close: async () => {} }) },
  ...redisClients.map(({ client, open }) => ({
    place: `Redis through ${client}`,
    open: ({ url }: { url: string }) => open(url),
  })),
  {
    place: 'a cluster through ioredis',
    open: async ({ clusterUrl }) => redisClients[0]!.open(clusterUrl),
  },
  {
    place: 'a cluster through node-redis',
    open: async ({ clusterUrl }) => {
      const hosts = clusterUrl.slice('redis+cluster://'.length).split(',');
      const client = createCluster({ rootNodes: hosts.map((host) => ({ url: `redis://${host}` })) });
      client.on('error', () => {});
      await client.connect();
      return { redis: fromNodeRedis(client, { deadlineMs: 2_000 }), close: async () => client.destroy() };
    },
  },
];

/** The same methods with promises. A callback that is called twice, or at once, fails the test that waits for it. */
export function promised(store: Store) {
  const call = <Value>(run: (callback: Callback<Value>) => void) =>
    new Promise<Value | undefined>((resolve, reject) => {
      let returned = false;
      let calls = 0;
      run((error, value) => {
        if (!returned) reject(new Error('the callback was called before the method returned'));
        if (++calls > 1) reject(new Error('the callback was called twice'));
        if (error === null || error === undefined) setImmediate(() => resolve(value));
        else reject(error);
      });
      returned = true;
    });
  return {
    get: (sid: string) => call<Stored | null>((callback) => store.get(sid, callback)),
    set: (sid: string, session: Stored) => call((callback) => store.set(sid, session, callback)),
    destroy: (sid: string) => call((callback) => store.destroy(sid, callback)),
    touch: (sid: string, session: Stored) => call((callback) => store.touch(sid, session, callback)),
    all: () => call<Stored[] | null>((callback) => store.all(callback)),
    length: () => call<number>((callback) => store.length(callback)),
    clear: () => call((callback) => store.clear(callback)),
  };
}
