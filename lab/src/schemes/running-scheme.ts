import type { Balancer, RedisOptions, RedisServer } from '../cluster/index.ts';
import type { RunningApp } from './running-app.ts';

export type SchemeName = 'sticky' | 'redis' | 'jwt' | 'coherent' | 'jwt-pushed';

export interface SchemeOptions {
  /** Options of the scheme's Redis; ignored by a scheme without one. */
  readonly redis?: RedisOptions;
  /** Life of sessions or tokens, in seconds, already scaled. */
  readonly ttlSeconds?: number;
  /** Further environment of the application servers. */
  readonly env?: Readonly<Record<string, string>>;
  /** False leaves the balancer out, for experiments that talk to the servers only. @default true */
  readonly balancer?: boolean;
  /** @default 3 */
  readonly servers?: number;
  /** Puts a link of its own between each server and Redis, that can be broken: `RunningApp.redisLink`. @default false */
  readonly linked?: boolean;
  /** `preferred` are the ports that the documentation names, and a notice when they are taken. @default 'preferred' */
  readonly ports?: 'preferred' | 'free';
}

/** One scheme as it runs: its application servers, its balancer and, where it has one, its Redis. */
export interface RunningScheme {
  readonly scheme: SchemeName;
  readonly servers: readonly RunningApp[];
  /** @throws when the scheme was started without one */
  readonly balancer: Balancer;
  /** @throws when the scheme has none */
  readonly redis: RedisServer;
  /** The key with which the servers of `jwt` and `jwt-pushed` sign (HS256, `kid` "lab"). Keep it, and what it signs, out of observations. */
  readonly tokenSecret: string;
  /** Stops everything that was started for it; safe to call twice. */
  stop(): Promise<void>;
}
