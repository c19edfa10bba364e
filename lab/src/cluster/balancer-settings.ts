/** What nginx and the built-in balancer have in common. */
import type { RunningProcess } from './running-process.ts';

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

/** What both kinds are started with. */
export interface BalancerSettings {
  readonly port: number;
  readonly policy: BalancerPolicy;
  readonly upstreams: readonly Upstream[];
  readonly workers: number;
  readonly failTimeoutSeconds: number;
  readonly connectTimeoutMs: number;
  readonly readTimeoutMs: number;
  /** A path that answers this word, so that a stranger on the port does not pass for the balancer. */
  readonly probe: string;
}

/** A balancer that has been started on a port. */
export interface StartedBalancer {
  readonly process: RunningProcess;
  pids(): number[];
  stop(): Promise<void>;
}
