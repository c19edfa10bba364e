/** The load balancer in front of the application servers: nginx, or its built-in stand-in where there is no nginx. */
import { randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import { InvalidOptionError } from 'sallyport';
import type { BalancerPolicy, StartedBalancer, Upstream } from './balancer-settings.ts';
import { startBuiltInBalancer } from './built-in-balancer.ts';
import { startNginx } from './nginx.ts';
import { releasePort } from './ports.ts';
import type { RunningProcess } from './running-process.ts';
import { startOnPort } from './start-on-port.ts';

export interface BalancerOptions {
  /** @default a free one */
  readonly port?: number;
  readonly policy: BalancerPolicy;
  readonly upstreams: readonly Upstream[];
  /** What `findPrograms` found; without nginx the built-in balancer starts. */
  readonly programs: { readonly nginx?: { readonly path: string } | undefined };
  /** nginx' worker processes. @default 1 */
  readonly workers?: number;
  /** How long a server that failed once is left out, in whole seconds. @default 2 */
  readonly failTimeoutSeconds?: number;
  /** How long a connection to a server may take. @default 300 */
  readonly connectTimeoutMs?: number;
  /** How long a server may be silent before the next one is tried. @default 1000 */
  readonly readTimeoutMs?: number;
}

export interface Balancer {
  readonly kind: 'nginx' | 'built-in';
  readonly url: string;
  readonly port: number;
  readonly failTimeoutSeconds: number;
  readonly process: RunningProcess;
  /** All its processes, workers included. */
  pids(): number[];
  stop(): Promise<void>;
}

/**
 * Every answer names in `X-Upstream` the servers that were tried, as nginx' `$upstream_addr` does.
 * @throws InvalidOptionError, ServerStartError
 * @throws PortTakenError when the port that was asked for is in use.
 */
export async function startBalancer(options: BalancerOptions): Promise<Balancer> {
  const {
    policy,
    upstreams,
    workers = 1,
    failTimeoutSeconds = 2,
    connectTimeoutMs = 300,
    readTimeoutMs = 1000,
  } = options;
  checkUpstreams(upstreams);
  checkWhole('workers', workers);
  checkWhole('failTimeoutSeconds', failTimeoutSeconds);
  checkWhole('connectTimeoutMs', connectTimeoutMs);
  checkWhole('readTimeoutMs', readTimeoutMs);
  const nginx = options.programs.nginx?.path;
  const { port, server } = await startOnPort(options.port, 'the balancer', (onPort): Promise<StartedBalancer> => {
    const probe = randomBytes(12).toString('hex');
    const settings = {
      policy,
      upstreams,
      workers,
      failTimeoutSeconds,
      connectTimeoutMs,
      readTimeoutMs,
      port: onPort,
      probe,
    };
    return nginx === undefined ? startBuiltInBalancer(settings) : startNginx(nginx, settings);
  });
  return {
    kind: nginx === undefined ? 'built-in' : 'nginx',
    url: `http://127.0.0.1:${port}`,
    port,
    failTimeoutSeconds,
    process: server.process,
    pids: () => server.pids(),
    stop: async () => {
      await server.stop();
      releasePort(port);
    },
  };
}

function checkUpstreams(upstreams: readonly Upstream[]): void {
  if (upstreams.length === 0) throw new InvalidOptionError('upstreams', 'a list of at least one server');
  for (const { host, port } of upstreams) {
    if (isIP(host) === 0 || !Number.isInteger(port) || port < 1 || port > 65_535) {
      throw new InvalidOptionError('upstreams', 'a list of { host: an IP address, port: 1 to 65535 }');
    }
  }
}

function checkWhole(option: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidOptionError(option, 'a whole number of at least 1');
}
