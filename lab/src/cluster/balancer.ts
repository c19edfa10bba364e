/** The load balancer in front of the application servers: nginx, or its built-in stand-in where there is no nginx. */
import { randomBytes } from 'node:crypto';
import { get } from 'node:http';
import { isIP } from 'node:net';
import { InvalidOptionError } from 'sallyport';
import { startBuiltInBalancer } from './built-in-balancer.ts';
import { startNginx } from './nginx.ts';
import { releasePort } from './ports.ts';
import type { RunningProcess } from './running-process.ts';
import { startOnPort } from './start-on-port.ts';

export interface Upstream {
  /** An IP address. */
  readonly host: string;
  readonly port: number;
}

/**
 * `ip-hash`: by the first three octets of the client's address (all of an IPv6 one), as nginx does; `round-robin`: in
 * turn. The client's address is the last one of `X-Forwarded-For`, when there is one.
 */
export type BalancerPolicy = 'ip-hash' | 'round-robin';

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

/** What both kinds are started with. */
export interface BalancerSettings extends Required<Omit<BalancerOptions, 'port' | 'programs'>> {
  readonly port: number;
  /** A path that answers this word, so that a stranger on the port does not pass for the balancer. */
  readonly probe: string;
}

/** A balancer that has been started on a port. */
export interface StartedBalancer {
  readonly process: RunningProcess;
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

/** Asks the balancer itself, not a server behind it. */
export function answersProbe({ port, probe }: BalancerSettings): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get({ port, host: '127.0.0.1', path: `/${probe}`, agent: false, timeout: 1000 }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        body += chunk;
      });
      response.on('end', () => resolve(body === probe));
      response.on('error', () => resolve(false));
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(false));
  });
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
