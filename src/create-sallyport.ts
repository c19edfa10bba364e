import {
  type Channel,
  type ChannelOptions,
  type Channels,
  createChannels,
  memoryChannelStore,
  redisChannelStore,
} from './channels/index.ts';
import type { Devices } from './devices/index.ts';
import { type EnvironmentSettings, readEnvironment } from './environment.ts';
import { InvalidOptionError } from './errors.ts';
import { createSessionCookie, type SessionCookie } from './http/session-cookie.ts';
import { createList, type List, type ListOptions, memoryListStore, redisListStore } from './lists/index.ts';
import { openSessions, type SallyportSessionOptions } from './open-sessions.ts';
import {
  createPresence,
  memoryPresenceStore,
  type Presence,
  type PresenceOptions,
  redisPresenceStore,
} from './presence/index.ts';
import { presenceSettings } from './presence/options.ts';
import { createQueue, memoryQueueStore, type Queue, type QueueOptions, redisQueueStore } from './queue/index.ts';
import { checkNamespace, defaultNamespace } from './redis/keys.ts';
import type { RedisPort } from './redis/port.ts';
import { type RedisSource, toRedisPort } from './redis/to-port.ts';
import type { Sessions } from './sessions/index.ts';
import {
  createStream,
  type EventStream,
  memoryStreamStore,
  redisStreamStore,
  type StreamOptions,
} from './streams/index.ts';
import {
  createTokens,
  memoryPairStore,
  memoryRevocationStore,
  memoryUseCountStore,
  type RevocationStore,
  redisPairStore,
  redisRevocationStore,
  redisUseCountStore,
  type TokenAbuseOptions,
  type TokenPairsOptions,
  type Tokens,
  type TokensOptions,
  type WhenBehind,
} from './tokens/index.ts';

export interface SallyportTokenOptions
  extends Omit<TokensOptions, 'keys' | 'revocation' | 'pairs' | 'abuse' | 'issuer' | 'audience'> {
  /** @default one HS256 key from SALLYPORT_TOKEN_SECRET */
  readonly keys?: TokensOptions['keys'];
  /** @default the namespace */
  readonly issuer?: string;
  /** @default the namespace */
  readonly audience?: TokensOptions['audience'];
  /**
   * Whether tokens can be taken back, and what `verify` does while Redis is away.
   * @default { mode: 'deny-list', whenUnavailable: 'refuse' }
   */
  readonly revocation?: {
    readonly mode: 'none' | 'deny-list' | 'allow-list' | 'pushed';
    readonly whenUnavailable?: 'refuse' | 'accept';
    /** Only of a deny-list: docs/tokens.md. */
    readonly announce?: boolean;
    /** Only of mode `pushed`. @default 1000 */
    readonly leaseMs?: number;
    /** Only of mode `pushed`. @default 'ask' */
    readonly whenBehind?: WhenBehind;
    readonly store?: RevocationStore;
  };
  /** Lives of refresh tokens and what happens to stolen ones. */
  readonly pairs?: Partial<TokenPairsOptions>;
  /** Takes back tokens that are used too often, on all servers together: docs/tokens.md. @default false */
  readonly abuse?: boolean | Partial<TokenAbuseOptions>;
}

export interface SallyportPresenceOptions extends PresenceOptions {
  /** Every request with the session of a signed-in user is a heartbeat of that user. @default false */
  readonly trackRequests?: boolean;
}

export interface SallyportOptions {
  /**
   * Where the state of all servers lies: a URL (`redis://`, `rediss://`, `redis+sentinel://`, `redis+cluster://`,
   * `unix://`), a client that you made, or `'memory'` for this process alone.
   * @default SALLYPORT_REDIS_URL or REDIS_URL; memory when neither is set
   */
  readonly redis?: RedisSource | 'memory';
  /** Longest wait for Redis, in milliseconds. @default 500 */
  readonly deadlineMs?: number;
  /** Prefix of all keys. @default 'sallyport' */
  readonly namespace?: string;
  readonly session?: SallyportSessionOptions;
  readonly token?: SallyportTokenOptions;
  readonly presence?: SallyportPresenceOptions;
  /** @default process.env */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

export interface Sallyport {
  readonly sessions: Sessions;
  readonly sessionCookie: SessionCookie;
  /**
   * Where users are signed in, and signing out from elsewhere.
   * @throws InvalidOptionError when `session.devices` was not given
   */
  readonly devices: Devices;
  /** @throws InvalidOptionError when neither `token` nor SALLYPORT_TOKEN_SECRET was given */
  readonly tokens: Tokens;
  /** Who is online. Made when it is first asked for, or at once with `presence.trackRequests`. */
  readonly presence: Presence;
  /** Told of each request with the session of a signed-in user; there with `presence.trackRequests`. */
  readonly onUserRequest?: (userId: string) => void;
  /**
   * A list of values that are delivered at most once; the same list for the same name, on all servers.
   * @throws InvalidOptionError
   */
  list<Value = unknown>(name: string, options?: ListOptions<Value>): List<Value>;
  /**
   * A queue of tasks that are done at least once; the same queue for the same name, on all servers.
   * @param options Given once: later calls with the same name find the queue as it was made.
   * @throws InvalidOptionError
   */
  queue<Payload = unknown>(name: string, options?: QueueOptions<Payload>): Queue<Payload>;
  /** Subscriptions to several channels and to patterns, and the counts of subscribers. */
  readonly channels: Channels;
  /**
   * A channel of messages for all who are subscribed; the same channel for the same name, on all servers.
   * @throws InvalidOptionError
   */
  channel<Message = unknown>(name: string, options?: ChannelOptions<Message>): Channel<Message>;
  /**
   * A stream of events that are kept, for any number of groups to read; the same stream for the same name, on all servers.
   * @param options Given once: later calls with the same name find the stream as it was made.
   * @throws InvalidOptionError
   */
  stream<Event = unknown>(name: string, options?: StreamOptions<Event>): EventStream<Event>;
  /** The shared connection; `undefined` in memory. */
  readonly redis: RedisPort | undefined;
  /** Closes timers and connections that Sallyport opened; clients that you made stay open. */
  close(): Promise<void>;
}

/**
 * Sessions, tokens, queues, streams and lists over one Redis, or in memory. Returns at once; the connection is made in the background.
 * @throws InvalidOptionError for an option out of range, when it is made and not later
 * @example const sallyport = createSallyport({ redis: 'redis://localhost:6379' });
 */
export function createSallyport(options: SallyportOptions = {}): Sallyport {
  const environment = readEnvironment(options.environment ?? process.env);
  const namespace = checkNamespace(options.namespace ?? environment.namespace ?? defaultNamespace);
  const sessionCookie = createSessionCookie(options.session?.cookie);
  const { trackRequests = false, ...presenceOptions } = options.presence ?? {};
  presenceSettings(presenceOptions);
  const { redis, owned } = openRedis(options, environment);
  const channels = createChannels(redis === undefined ? memoryChannelStore() : redisChannelStore(redis, { namespace }));
  let opened: ReturnType<typeof openSessions> | undefined;
  let tokens: Tokens | undefined;
  try {
    opened = openSessions(options.session ?? {}, { environment, redis, namespace, channels });
    tokens = openTokens(options.token, environment, redis, namespace);
  } catch (error) {
    // Nobody has anything in hand yet by which to close what was opened.
    void opened?.sessions.close().catch(() => {});
    if (owned) void redis?.close().catch(() => {});
    throw error;
  }
  const { sessions, devices } = opened;
  let presence: Presence | undefined;
  const openPresence = (): Presence => {
    presence ??= createPresence(
      redis === undefined ? memoryPresenceStore() : redisPresenceStore(redis, { namespace }),
      presenceOptions,
    );
    return presence;
  };
  const queues = new Map<string, Queue<unknown>>();
  const streams = new Map<string, EventStream<unknown>>();
  const lists = redis === undefined ? memoryListStore() : redisListStore(redis, { namespace });
  return {
    sessions,
    sessionCookie,
    redis,
    get devices() {
      if (devices === undefined) throw new InvalidOptionError('session.devices', 'given');
      return devices;
    },
    get tokens() {
      if (tokens === undefined) throw new InvalidOptionError('token', 'given, or SALLYPORT_TOKEN_SECRET set');
      return tokens;
    },
    get presence() {
      return openPresence();
    },
    ...(trackRequests ? { onUserRequest: openPresence().heartbeat } : {}),
    channels,
    channel: (name, channelOptions) => channels.channel(name, channelOptions),
    list: (name, listOptions) => createList(name, lists, listOptions),
    queue: <Payload>(name: string, queueOptions?: QueueOptions<Payload>) => {
      const known = queues.get(name);
      if (known === undefined) {
        const store = redis === undefined ? memoryQueueStore({ name }) : redisQueueStore(redis, { name, namespace });
        const made = createQueue<Payload>(name, store, queueOptions);
        queues.set(name, made as unknown as Queue<unknown>);
        return made;
      }
      if (queueOptions !== undefined) throw new InvalidOptionError('queue', `given options once, by whoever is first`);
      // The name stands for the type of its payloads, as it does on other servers.
      return known as unknown as Queue<Payload>;
    },
    stream: <Event>(name: string, streamOptions?: StreamOptions<Event>) => {
      const known = streams.get(name);
      if (known === undefined) {
        const store = redis === undefined ? memoryStreamStore({ name }) : redisStreamStore(redis, { name, namespace });
        const made = createStream<Event>(name, store, streamOptions);
        streams.set(name, made as unknown as EventStream<unknown>);
        return made;
      }
      if (streamOptions !== undefined)
        throw new InvalidOptionError('stream', 'given options once, by whoever is first');
      return known as unknown as EventStream<Event>;
    },
    close: async () => {
      await Promise.all([...queues.values(), ...streams.values()].map((each) => each.close()));
      await presence?.close();
      await channels.close();
      await lists.close();
      await sessions.close();
      await tokens?.close();
      if (owned) await redis?.close();
    },
  };
}

function openRedis(
  { redis: chosen, deadlineMs: chosenMs }: SallyportOptions,
  environment: EnvironmentSettings,
): { redis: RedisPort | undefined; owned: boolean } {
  const source = chosen ?? environment.redisUrl ?? 'memory';
  if (source === 'memory') {
    if (environment.production && chosen !== 'memory') {
      process.emitWarning(
        'Sessions, presence, revocations, queues, streams, channels and lists are kept in this process only: other servers do not see them and a ' +
          'restart forgets them. Set REDIS_URL, or redis: "memory" if one server is all there is.',
        { type: 'SallyportWarning', code: 'SALLYPORT_MEMORY_IN_PRODUCTION' },
      );
    }
    return { redis: undefined, owned: false };
  }
  const deadlineMs = chosenMs ?? environment.deadlineMs;
  const redis = toRedisPort(source, deadlineMs === undefined ? {} : { deadlineMs });
  return { redis, owned: redis !== source };
}

function openTokens(
  options: SallyportTokenOptions | undefined,
  { tokenSecret }: EnvironmentSettings,
  redis: RedisPort | undefined,
  namespace: string,
): Tokens | undefined {
  if (options === undefined && tokenSecret === undefined) return undefined;
  const {
    keys,
    revocation = { mode: 'deny-list' as const },
    pairs,
    abuse = false,
    issuer,
    audience,
    ...rest
  } = options ?? {};
  const secretKeys =
    tokenSecret === undefined ? [] : [{ kid: 'environment', alg: 'HS256' as const, secret: tokenSecret }];
  const { mode, store, ...ofMode } = revocation;
  const useCounts = () => (redis === undefined ? memoryUseCountStore() : redisUseCountStore(redis, { namespace }));
  return createTokens({
    ...rest,
    keys: keys ?? secretKeys,
    issuer: issuer ?? namespace,
    audience: audience ?? namespace,
    ...(abuse === false ? {} : { abuse: { store: useCounts(), ...(abuse === true ? {} : abuse) } }),
    pairs: { store: redis === undefined ? memoryPairStore() : redisPairStore(redis, { namespace }), ...pairs },
    revocation:
      mode === 'none'
        ? { mode }
        : {
            mode,
            ...ofMode,
            store:
              store ?? (redis === undefined ? memoryRevocationStore() : redisRevocationStore(redis, { namespace })),
          },
  });
}
