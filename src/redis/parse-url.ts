import { InvalidOptionError } from '../errors.ts';

interface HostAndPort {
  readonly host: string;
  readonly port: number;
}

/** Where Redis is, as a URL said it. */
export interface RedisLocation {
  readonly topology: 'single' | 'sentinel' | 'cluster';
  readonly hosts: readonly HostAndPort[];
  readonly tls: boolean;
  readonly username?: string;
  readonly password?: string;
  readonly database: number;
  /** The group that Sentinel watches. */
  readonly sentinelName?: string;
  /** Unix socket of a single server. */
  readonly socketPath?: string;
}

const accepted =
  'redis://host:6379/0, rediss://… (TLS), redis+sentinel://host:26379,host:26379/0?name=group, ' +
  'redis+cluster://host:6379,host:6379 or unix:///path/to/redis.sock';

function refuse(problem: string): never {
  // The URL itself may hold a password, so it is never repeated.
  throw new InvalidOptionError('redis', `a URL such as ${accepted} (${problem})`);
}

/**
 * Reads `redis://`, `rediss://`, `redis+sentinel://`, `rediss+sentinel://`, `redis+cluster://`, `rediss+cluster://` and
 * `unix://`, with several hosts separated by commas. `valkey` may stand for `redis`.
 * @throws InvalidOptionError that says what is wrong, without the URL.
 */
export function parseRedisUrl(url: string): RedisLocation {
  const parts =
    /^(?<scheme>[a-z+]+):\/\/(?:(?<credentials>[^@/?#]*)@)?(?<hosts>[^/?#]*)(?<path>\/[^?#]*)?(?:\?(?<query>[^#]*))?$/.exec(
      url,
    )?.groups;
  if (parts === undefined) refuse('it is not a URL');
  if (parts.scheme === 'unix') return unixLocation(parts.path, parts.query);
  const scheme = /^(?:redis|valkey)(?<tls>s?)(?:\+(?<topology>sentinel|cluster))?$/.exec(parts.scheme ?? '')?.groups;
  if (scheme === undefined) refuse('its scheme is not known');
  const topology = (scheme.topology ?? 'single') as RedisLocation['topology'];
  const hosts = (parts.hosts ?? '').split(',').map((host) => parseHost(host, topology === 'sentinel' ? 26379 : 6379));
  if (topology === 'single' && hosts.length > 1) refuse('several hosts need redis+sentinel:// or redis+cluster://');
  const database = parseDatabase(parts.path);
  if (topology === 'cluster' && database !== 0) refuse('a cluster has database 0 only');
  const sentinelName = new URLSearchParams(parts.query).get('name') ?? undefined;
  if (topology === 'sentinel' && !sentinelName) refuse('?name= must say which group Sentinel shall give');
  return {
    topology,
    hosts,
    tls: scheme.tls === 's',
    ...parseCredentials(parts.credentials),
    database,
    ...(topology === 'sentinel' && sentinelName ? { sentinelName } : {}),
  };
}

function unixLocation(path: string | undefined, query: string | undefined): RedisLocation {
  if (path === undefined || path === '/') refuse('the path of the socket is missing');
  const database = parseDatabase(`/${new URLSearchParams(query).get('db') ?? ''}`);
  return { topology: 'single', hosts: [], tls: false, database, socketPath: decodeURIComponent(path) };
}

function parseHost(text: string, defaultPort: number): HostAndPort {
  const parts = /^(?:\[(?<v6>[0-9a-fA-F:.]+)\]|(?<name>[^:[\]]*))(?::(?<port>\d{1,5}))?$/.exec(text)?.groups;
  if (parts === undefined) refuse('a host is not readable');
  const port = parts.port === undefined ? defaultPort : Number(parts.port);
  if (port < 1 || port > 65_535) refuse('a port must be 1 to 65535');
  return { host: parts.v6 ?? (parts.name || '127.0.0.1'), port };
}

function parseDatabase(path: string | undefined): number {
  const text = path?.slice(1) ?? '';
  if (text === '') return 0;
  if (!/^\d{1,5}$/.test(text)) refuse('the path must be a database number');
  return Number(text);
}

function parseCredentials(text: string | undefined): { username?: string; password?: string } {
  if (text === undefined || text === '') return {};
  const colon = text.indexOf(':');
  try {
    if (colon === -1) return { username: decodeURIComponent(text) };
    const username = decodeURIComponent(text.slice(0, colon));
    const password = decodeURIComponent(text.slice(colon + 1));
    return username === '' ? { password } : { username, password };
  } catch {
    refuse('user name and password must be percent-encoded');
  }
}
