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
  /** Closes what Sallyport opened. A client that the application brought stays open. */
  close(): Promise<void>;
}
