/** Starts one scheme as it runs in production: its Redis, its application servers and the balancer before them. */
import { randomBytes } from 'node:crypto';
import {
  type Balancer,
  type BreakableLink,
  moduleFile,
  type Programs,
  type RedisServer,
  startAppServer,
  startBalancer,
  startBreakableLink,
  startRedis,
} from '../cluster/index.ts';
import { onPreferredPort } from './preferred-port.ts';
import type { RunningApp } from './running-app.ts';
import type { RunningScheme, SchemeName, SchemeOptions } from './running-scheme.ts';

export interface SchemeSurroundings {
  readonly programs: Programs;
  readonly timeScale: number;
  /** Is told about moved ports. */
  readonly notice: (message: string) => void;
}

interface SchemeDefaults {
  readonly balancerPort: number;
  readonly policy: 'ip-hash' | 'round-robin';
  readonly ttlSeconds: number;
}

/** Servers listen on the ports that follow their balancer's. */
const defaults: Readonly<Record<SchemeName, SchemeDefaults>> = {
  sticky: { balancerPort: 8080, policy: 'ip-hash', ttlSeconds: 1800 },
  redis: { balancerPort: 8090, policy: 'round-robin', ttlSeconds: 1800 },
  jwt: { balancerPort: 8100, policy: 'round-robin', ttlSeconds: 7200 },
  coherent: { balancerPort: 8110, policy: 'round-robin', ttlSeconds: 1800 },
  'jwt-pushed': { balancerPort: 8120, policy: 'round-robin', ttlSeconds: 7200 },
};

/** nginx' own default, in real time. */
const failTimeoutSeconds = 10;

/**
 * Resolves when everything answers. When something does not come up, what has been started is stopped again.
 * @throws ServerStartError, PortTakenError, ProgramMissingError
 */
export async function startScheme(
  scheme: SchemeName,
  options: SchemeOptions,
  { programs, timeScale, notice }: SchemeSurroundings,
): Promise<RunningScheme> {
  const { balancerPort, policy, ttlSeconds } = defaults[scheme];
  const tokenSecret = options.env?.TOKEN_SECRET ?? randomBytes(32).toString('base64url');
  const started: { stop(): Promise<void> }[] = [];
  const moves: string[] = [];
  const moved = (preferred: number, chosen: number) => moves.push(`${preferred} → ${chosen}`);
  /** `undefined` lets the server choose. */
  const onPort = <Server>(preferred: number, start: (port: number | undefined) => Promise<Server>): Promise<Server> =>
    options.ports === 'free' ? start(undefined) : onPreferredPort(preferred, moved, start);
  const keep = <Server extends { stop(): Promise<void> }>(server: Server): Server => {
    started.push(server);
    return server;
  };
  // Safe to repeat, and then it also reaches what an experiment has restarted in the meantime.
  const stop = async () => {
    await Promise.all(started.map((server) => server.stop()));
  };

  async function startServer(index: number, redis: RedisServer | undefined): Promise<RunningApp> {
    const id = `${scheme}-${index + 1}`;
    const link =
      options.linked === true && redis !== undefined ? keep(await startBreakableLink(redis.port)) : undefined;
    const env = {
      SCHEME: scheme,
      TTL_SECONDS: String(options.ttlSeconds ?? ttlSeconds),
      ...(redis === undefined ? {} : { REDIS_URL: link === undefined ? redis.url : `redis://127.0.0.1:${link.port}` }),
      ...(scheme === 'jwt' || scheme === 'jwt-pushed' ? { TOKEN_SECRET: tokenSecret } : {}),
      ...options.env,
    };
    const server = await onPort(balancerPort + 1 + index, (port) =>
      startAppServer({
        entry: moduleFile('./app-main', import.meta.url),
        id,
        ...(port === undefined ? {} : { port }),
        env,
        // Several Node processes start at once, on what may be a busy machine.
        deadlineMs: 20_000,
      }),
    );
    const upstream = `127.0.0.1:${server.port}`;
    return Object.defineProperty(Object.assign(keep(server), { upstream }), 'redisLink', {
      get: (): BreakableLink => {
        if (link === undefined) throw new Error(`The scheme ${scheme} was started without links.`);
        return link;
      },
    }) as RunningApp;
  }

  try {
    const redis = needsRedis(scheme, options, programs)
      ? keep(await startRedis(redisOptions(options, programs)))
      : undefined;
    const starting = Array.from({ length: options.servers ?? 3 }, (_, index) => startServer(index, redis));
    await Promise.allSettled(starting);
    const servers = await Promise.all(starting);
    const balancer = options.balancer === false ? undefined : keep(await startBalancerFor(servers));
    if (moves.length > 0)
      notice(`Ports of the scheme ${scheme} were taken and have been moved: ${moves.sort().join(', ')}.`);
    return {
      scheme,
      servers,
      tokenSecret,
      get balancer() {
        if (balancer === undefined) throw new Error(`The scheme ${scheme} was started without a balancer.`);
        return balancer;
      },
      get redis() {
        if (redis === undefined) throw new Error(`The scheme ${scheme} was started without Redis.`);
        return redis;
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }

  function startBalancerFor(servers: readonly RunningApp[]): Promise<Balancer> {
    return onPort(balancerPort, (port) =>
      startBalancer({
        ...(port === undefined ? {} : { port }),
        policy,
        programs,
        upstreams: servers.map((server) => ({ host: '127.0.0.1', port: server.port })),
        failTimeoutSeconds: Math.max(1, Math.round(failTimeoutSeconds * timeScale)),
      }),
    );
  }
}

/** A pure JWT needs none; where there is one it is started all the same, so that its loss can be shown to be harmless. */
function needsRedis(scheme: SchemeName, { env }: SchemeOptions, { redisServer }: Programs): boolean {
  if (scheme === 'sticky') return false;
  if (scheme === 'jwt-pushed') return true;
  return scheme === 'redis' || scheme === 'coherent' || env?.REVOCATION === 'deny-list' || redisServer !== undefined;
}

function redisOptions({ redis = {} }: SchemeOptions, { redisServer }: Programs): Parameters<typeof startRedis>[0] {
  return redisServer === undefined ? redis : { program: redisServer.path, ...redis };
}
