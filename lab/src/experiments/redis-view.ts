/** A look into Redis from beside the application: what it keeps, for how long, and which commands it was sent. */
import { Redis } from 'ioredis';

/** One key as Redis shows it. Names are shortened so that nothing in a report can be used as a credential. */
export type KeyDescription = {
  readonly name: string;
  readonly type: string;
  readonly ttlMs: number;
  readonly memoryBytes: number;
  /** Fields of a hash with their values; empty for another type. */
  readonly fields: { readonly [name: string]: string };
};

/** A key that Redis itself deleted because its time was over. */
export interface Expiration {
  readonly key: string;
  readonly atMs: number;
}

export interface RedisView {
  /** All keys that match a glob pattern, sorted (SCAN). @default '*' */
  keys(pattern?: string): Promise<string[]>;
  /** TYPE, PTTL, MEMORY USAGE and, for a hash, HGETALL. Renews nothing. */
  describe(key: string): Promise<KeyDescription>;
  /** PTTL: -2 for a key that is gone, -1 for one without an end. Renews nothing. */
  ttlMs(key: string): Promise<number>;
  /** PEXPIRETIME, in Unix milliseconds; -2 for a key that is gone. */
  expiresAtMs(key: string): Promise<number>;
  exists(key: string): Promise<boolean>;
  remove(key: string): Promise<void>;
  /** How often each command was called since the server started (INFO commandstats), without our own INFO. */
  commandCalls(): Promise<Map<string, number>>;
  /** Tells when Redis really deletes a key at the end of its time, which PTTL cannot: it deletes what it finds expired. */
  watchExpirations(heard: (expiration: Expiration) => void): Promise<void>;
  close(): void;
}

/** @throws the client's error when the server does not answer. */
export async function viewRedis(server: { readonly port: number }): Promise<RedisView> {
  const connections: Redis[] = [];
  const open = async (): Promise<Redis> => {
    const connection = new Redis({
      port: server.port,
      host: '127.0.0.1',
      protocol: 2,
      lazyConnect: true,
      // The server is killed on purpose: a view ends with it instead of coming back by itself.
      retryStrategy: () => null,
      maxRetriesPerRequest: 0,
      commandTimeout: 5000,
    });
    connection.on('error', () => {});
    connections.push(connection);
    await connection.connect();
    return connection;
  };
  const redis = await open();

  return {
    keys: async (pattern = '*') => {
      const found = new Set<string>();
      let cursor = '0';
      do {
        const [next, names] = await redis.scan(cursor, 'MATCH', pattern, 'COUNT', 500);
        for (const name of names) found.add(name);
        cursor = next;
      } while (cursor !== '0');
      return [...found].sort();
    },
    describe: async (key) => {
      const [type, ttlMs, memoryBytes] = await Promise.all([redis.type(key), redis.pttl(key), usageOf(redis, key)]);
      const fields = type === 'hash' ? await redis.call('HGETALL', key) : [];
      return { name: shortened(key), type, ttlMs, memoryBytes, fields: pairs(fields as string[]) };
    },
    ttlMs: (key) => redis.pttl(key),
    expiresAtMs: (key) => redis.pexpiretime(key),
    exists: async (key) => (await redis.exists(key)) === 1,
    remove: async (key) => {
      await redis.del(key);
    },
    commandCalls: async () => readCommandCalls(await redis.info('commandstats')),
    watchExpirations: async (heard) => {
      await redis.config('SET', 'notify-keyspace-events', 'Ex');
      const listener = await open();
      listener.on('message', (_channel: string, key: string) => heard({ key, atMs: Date.now() }));
      await listener.subscribe('__keyevent@0__:expired');
    },
    close: () => {
      for (const connection of connections) connection.disconnect();
    },
  };
}

async function usageOf(redis: Redis, key: string): Promise<number> {
  return Number((await redis.call('MEMORY', 'USAGE', key)) ?? 0);
}

function pairs(flat: readonly string[]): { [name: string]: string } {
  const fields: { [name: string]: string } = {};
  for (let index = 0; index + 1 < flat.length; index += 2) fields[String(flat[index])] = String(flat[index + 1]);
  return fields;
}

/** The last part of a key is the hash of a secret or the id of a token: eight characters tell keys apart as well. */
function shortened(key: string): string {
  return key.replace(/[A-Za-z0-9_-]{20,}$/, (id) => `${id.slice(0, 8)}…`);
}

/** `cmdstat_mget:calls=3,usec=…` per line; subcommands are written `client|setname`. */
export function readCommandCalls(info: string): Map<string, number> {
  const calls = new Map<string, number>();
  for (const [, command = '', count] of info.matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm)) {
    if (command !== 'info') calls.set(command, Number(count));
  }
  return calls;
}

/** What was called between two readings, without what was not. */
export function callsBetween(
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
): { [command: string]: number } {
  const calls: { [command: string]: number } = {};
  for (const [command, count] of after) {
    const more = count - (before.get(command) ?? 0);
    if (more > 0) calls[command] = more;
  }
  return calls;
}
