/** Which server a request goes to, by nginx' rules: `ip_hash`, round robin, and leaving out those that have failed. */
import { isIPv4, isIPv6 } from 'node:net';
import type { BalancerPolicy, Upstream } from './balancer-settings.ts';

export interface UpstreamState extends Upstream {
  hasFailed: boolean;
  failedAtMs: number;
  /** When it was last given a request although it had failed, to see whether it is back. */
  triedAgainAtMs: number;
}

export interface UpstreamChoiceOptions {
  readonly policy: BalancerPolicy;
  readonly upstreams: readonly Upstream[];
  readonly failTimeoutMs: number;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
}

export class UpstreamChoice {
  readonly #servers: readonly UpstreamState[];
  readonly #policy: BalancerPolicy;
  readonly #failTimeoutMs: number;
  readonly #now: () => number;
  #next = 0;

  constructor({ policy, upstreams, failTimeoutMs, now }: UpstreamChoiceOptions) {
    this.#servers = upstreams.map(({ host, port }) => ({
      host,
      port,
      hasFailed: false,
      failedAtMs: 0,
      triedAgainAtMs: 0,
    }));
    this.#policy = policy;
    this.#failTimeoutMs = failTimeoutMs;
    this.#now = now;
  }

  /** A server for this client that has not been tried for this request, or `undefined` when none is left. */
  choose(clientAddress: string, tried: ReadonlySet<UpstreamState>): UpstreamState | undefined {
    const chosen =
      (this.#policy === 'ip-hash' ? this.#byAddress(clientAddress, tried) : undefined) ?? this.#inTurn(tried);
    if (chosen?.hasFailed === true) chosen.triedAgainAtMs = this.#now();
    return chosen;
  }

  failed(server: UpstreamState): void {
    server.hasFailed = true;
    server.failedAtMs = this.#now();
    server.triedAgainAtMs = server.failedAtMs;
  }

  succeeded(server: UpstreamState): void {
    // An answer to a request from before the failure proves nothing about now.
    if (server.triedAgainAtMs > server.failedAtMs) server.hasFailed = false;
  }

  #isUsable(server: UpstreamState, tried: ReadonlySet<UpstreamState>): boolean {
    if (tried.has(server)) return false;
    // A server without peers is never left out: there is nobody to take its place.
    if (!server.hasFailed || this.#servers.length === 1) return true;
    return this.#now() - server.triedAgainAtMs > this.#failTimeoutMs;
  }

  #byAddress(clientAddress: string, tried: ReadonlySet<UpstreamState>): UpstreamState | undefined {
    const bytes = hashedBytes(clientAddress);
    let hash = 89;
    // nginx hashes on until it meets a server it can use, and after twenty misses takes turns instead.
    for (let attempt = 0; attempt <= 20; attempt++) {
      for (const byte of bytes) hash = (hash * 113 + byte) % 6271;
      const server = this.#servers[hash % this.#servers.length];
      if (server !== undefined && this.#isUsable(server, tried)) return server;
    }
    return undefined;
  }

  #inTurn(tried: ReadonlySet<UpstreamState>): UpstreamState | undefined {
    for (let step = 0; step < this.#servers.length; step++) {
      const server = this.#servers[(this.#next + step) % this.#servers.length];
      if (server !== undefined && this.#isUsable(server, tried)) {
        this.#next = (this.#next + step + 1) % this.#servers.length;
        return server;
      }
    }
    return undefined;
  }
}

/** The first three octets of an IPv4 address, all sixteen of an IPv6 one. */
function hashedBytes(address: string): number[] {
  if (isIPv4(address)) return address.split('.').slice(0, 3).map(Number);
  return isIPv6(address) ? ipv6Bytes(address) : [];
}

function ipv6Bytes(address: string): number[] {
  const [head = '', tail] = (address.split('%')[0] ?? '').split('::');
  const before = groupBytes(head);
  const after = groupBytes(tail ?? '');
  return [...before, ...Array<number>(Math.max(0, 16 - before.length - after.length)).fill(0), ...after];
}

function groupBytes(groups: string): number[] {
  return groups
    .split(':')
    .filter((group) => group !== '')
    .flatMap((group) => {
      if (group.includes('.')) return group.split('.').map(Number);
      const value = Number.parseInt(group, 16);
      return [value >> 8, value & 0xff];
    });
}
