/** What Sallyport needs of a Redis or Valkey client: commands, scripts, and an answer within the deadline. */

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
   * Closes what Sallyport opened, dedicated connections included. A client that the application brought stays open.
   */
  close(): Promise<void>;
}
