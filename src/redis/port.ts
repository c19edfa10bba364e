/** What Sallyport needs of a Redis or Valkey client: commands, scripts, and an answer within the deadline. */
import type { SubscriptionKind } from './subscriber-link.ts';

export type RedisArgument = string | Buffer;

/** A reply in RESP2 shapes whichever client and protocol carried it: maps arrive as flat arrays. */
export type RedisReply = string | number | null | Buffer | RedisReply[];

export interface CommandOptions {
  /** The key that decides the cluster node. Default: the first argument after the command's name. */
  readonly key?: string;
  /** Bulk strings as `Buffer` instead of text. @default 'text' */
  readonly reply?: 'text' | 'buffer';
}

/** A Lua script together with the SHA-1 Redis knows it by. Made by `defineScript`. */
export interface RedisScript {
  readonly name: string;
  readonly source: string;
  readonly sha1: string;
}

/**
 * What happens to subscriptions. What was published between `lost` and `resumed` never comes. `name` is the subscription's:
 * a channel or a pattern. The listener must not throw.
 */
export interface SubscriberListener {
  message(kind: SubscriptionKind, name: string, channel: string, payload: string): void;
  /** Its connection was lost, or was silent for too long; it is made again until it succeeds. */
  lost(kind: SubscriptionKind, name: string): void;
  /** Redis has confirmed it again. */
  resumed(kind: SubscriptionKind, name: string): void;
}

/**
 * Subscriptions that outlive their connections. A link that is half-open would look healthy for ever: one that has said
 * nothing for a second is sent a PING, and given up when nothing has come 2 s later, or two deadlines if that is longer.
 */
export interface RedisSubscriber {
  /**
   * Resolves when Redis has confirmed; messages may come a moment earlier. A second call for the same one finds it there.
   * @throws RedisUnavailableError when no confirmation came within the deadline, or a second if that is longer; then
   *   there is no subscription
   * @throws RedisReplyError when the server refuses, e.g. `NOPERM`, or knows no such command
   */
  subscribe(kind: SubscriptionKind, name: string): Promise<void>;
  /** No message comes after the call. Resolves when Redis has confirmed, or was away. */
  unsubscribe(kind: SubscriptionKind, name: string): Promise<void>;
  close(): Promise<void>;
}

/** What happens to the keys that a tracker listens for. The listener must not throw. */
export interface TrackerListener {
  /** From now on every change is told, in the order of Redis, until `lost`. */
  hearing(): void;
  /**
   * @param keys were changed, removed or expired. `null`: any may have been, for a database was emptied
   * @param tag of the server that tells it, one of the tracker's `tags`
   */
  changed(keys: readonly string[] | null, tag: string): void;
  /** What changes from now on is not told; a new connection is being made. */
  lost(): void;
  /**
   * Changes cannot be heard here: the first word of Redis' refusal, e.g. `NOPERM`, which is tried again every ten seconds;
   * or `node-redis-cluster` or `node-redis-sentinel` (clients that have no connection for it), which is for good.
   */
  refused(reason: string): void;
}

/**
 * Hears of changes to keys (CLIENT TRACKING, Redis 6) over a connection of its own; on a cluster over one to each master,
 * and it hears when it hears of all of them.
 */
export interface RedisTracker {
  /**
   * For each server that is listened to, what a key must contain so that it lies there: one empty text for a single server,
   * hash tags for a cluster. None while nothing is heard.
   */
  tags(): readonly string[];
  /**
   * Whether the servers that are listened to still have all keys, by their own answers; false when a slot has moved or is
   * on the move. On a single server nothing is asked. May stay pending when a server is frozen; rejects when one is gone.
   */
  confirm(): Promise<boolean>;
  /** Gives the connection up, for one that has been silent although something was changed, and makes another. */
  renew(): void;
  close(): Promise<void>;
}

/**
 * One logical connection to a single server, a Sentinel group or a cluster.
 *
 * Every method settles within the deadline, also when the server is frozen or the link swallows packets. A
 * `RedisUnavailableError` says that no answer came: the command may or may not have been carried out, so callers
 * only send what is safe to repeat or to lose. A `RedisReplyError` is the server's own refusal.
 */
export interface RedisPort {
  /** Sends one command, e.g. `['GET', key]`. */
  command(args: readonly RedisArgument[], options?: CommandOptions): Promise<RedisReply>;
  /** Runs a script in one round trip (EVALSHA), loading it first on a server that does not know it. */
  run(
    script: RedisScript,
    keys: readonly string[],
    args: readonly RedisArgument[],
    options?: Pick<CommandOptions, 'reply'>,
  ): Promise<RedisReply>;
  /**
   * What `send` sends before it returns leaves this process in one write, with a client that can do so, and so mostly
   * arrives together. Nothing more is promised.
   */
  together<Result>(send: () => Result): Result;
  /**
   * A further connection to the same server, Sentinel group or cluster, for commands that block (BLPOP, XREAD BLOCK) or
   * hold others up (WAIT). Returns at once, connects by itself and reconnects until it is closed, alone or with this
   * port. What it duplicates of a client that the application made is Sallyport's, and not the application's.
   *
   * Commands on it are carried out one after another (on a cluster: at each node), and their deadlines run while they
   * wait for one another. A command that is given up may still be carried out; `close()` gives up at once.
   * @param options.deadlineMs of every command on it: more than the longest block, 10 to 60,000. @default this port's
   * @throws InvalidOptionError for a deadline out of range
   * @throws RedisUnavailableError when this port has been closed
   */
  dedicated(options?: { readonly deadlineMs?: number }): RedisPort;
  /**
   * Subscriptions over connections of their own: one, or on a cluster one for each node that is needed. They are made when
   * the first subscription is, and closed some seconds after the last has gone.
   * @throws RedisUnavailableError when this port has been closed
   */
  subscriber(listener: SubscriberListener): RedisSubscriber;
  /**
   * Tells of every change to keys that begin with one of `prefixes`, whoever made it. Connects at once and reconnects until
   * it is closed, alone or with this port. Nothing tells a connection that is half-open from one without news: write to a
   * key with a prefix of your own and listen for that.
   * @throws RedisUnavailableError when this port has been closed
   */
  tracker(prefixes: readonly string[], listener: TrackerListener): RedisTracker;
  /**
   * Closes what Sallyport opened, dedicated connections included. A client that the application brought stays open.
   */
  close(): Promise<void>;
}
