import type { Balancer, RedisOptions, RedisServer } from '../cluster/index.ts';
import type { RunningApp } from '../schemes/running-app.ts';
import type { SeededRandom } from './seeded-random.ts';

export type SchemeName = 'sticky' | 'redis' | 'jwt';

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
}

/** One scheme as it runs: its application servers, its balancer and, where it has one, its Redis. */
export interface RunningScheme {
  readonly scheme: SchemeName;
  readonly servers: readonly RunningApp[];
  /** @throws when the scheme was started without one */
  readonly balancer: Balancer;
  /** @throws when the scheme has none */
  readonly redis: RedisServer;
  /** The key with which the servers of `jwt` sign (HS256, `kid` "lab"). Keep it, and what it signs, out of observations. */
  readonly tokenSecret: string;
  /** Stops everything that was started for it; safe to call twice. */
  stop(): Promise<void>;
}

/** What an experiment is given to work with. */
export interface LabContext {
  readonly mode: 'default' | 'quick' | 'full';
  /** 1 = real times, 0.1 = a tenth. */
  readonly timeScale: number;
  /** A stream of its own per experiment, from the run's seed and the experiment's id. */
  readonly random: SeededRandom;
  /** Aborted by Ctrl-C; waits reject then. */
  readonly signal: AbortSignal;
  /** A duration of the real experiment in this run's time. */
  scaled(ms: number): number;
  /** Waits a duration that was scaled before; rejects at once when the run is interrupted. */
  wait(ms: number): Promise<void>;
  /** Chooses by mode: fewer repetitions in a quick run, many more in a full one. */
  count(choices: { readonly quick: number; readonly default: number; readonly full: number }): number;
  /** Says what is going on, for the live progress. */
  progress(message: string): void;
  /** A remark for the report: a moved port, something unusual. */
  notice(message: string): void;
  /** Starts a scheme; the lab stops it when the experiment ends, however it ends. */
  startScheme(scheme: SchemeName, options?: SchemeOptions): Promise<RunningScheme>;
}
