/** `sallyport tokens audit` */
import { readEnvironment } from '../environment.ts';
import { InvalidOptionError } from '../errors.ts';
import { connectRedis } from '../redis/index.ts';
import { auditTokens, type TokenAudit } from '../tokens/index.ts';
import { auditText, sumOf } from './audit-text.ts';
import type { CliContext } from './context.ts';
import { printableJson } from './printable-json.ts';
import { progressLine } from './progress-line.ts';

export interface TokensAuditFlags {
  readonly redis?: string;
  readonly namespace?: string;
  /** Seconds. */
  readonly within: number;
  readonly remove: boolean;
  /** Seconds. */
  readonly maxTtl?: number;
  /** Seconds. */
  readonly refreshTtl?: number;
  readonly count: number;
  /** Milliseconds. */
  readonly pause: number;
  readonly limit: number;
  readonly json: boolean;
}

/** Far more than a command of an audit takes; less, and a busy server would look like one that is away. */
const deadlineMs = 5_000;
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export async function tokensAuditCommand(this: CliContext, flags: TokensAuditFlags): Promise<void> {
  const { stdout, stderr, env } = this.process;
  const environment = readEnvironment(env);
  const url = flags.redis ?? environment.redisUrl;
  if (url === undefined) throw new InvalidOptionError('--redis', 'given, or SALLYPORT_REDIS_URL or REDIS_URL set');
  const namespace = flags.namespace ?? environment.namespace;
  const repair = repairOf(flags);
  const line = progressLine(stderr, env);
  // The second one ends the program, as Node does it.
  const interrupted = new AbortController();
  const interrupt = () => interrupted.abort();
  for (const name of signals) process.once(name, interrupt);
  const redis = connectRedis(url, { deadlineMs });
  let audit: TokenAudit;
  try {
    audit = await auditTokens(redis, {
      ...(namespace === undefined ? {} : { namespace }),
      ...(repair === undefined ? {} : { repair }),
      expiringWithinSeconds: flags.within,
      scanCount: flags.count,
      pauseMs: flags.pause,
      maxFindings: flags.json ? 1_000_000 : flags.limit,
      signal: interrupted.signal,
      onProgress: (progress) => line.show(progress),
    });
  } finally {
    line.clear();
    for (const name of signals) process.off(name, interrupt);
    await redis.close();
  }
  if (flags.json) stdout.write(`${printableJson(audit, 2)}\n`);
  else stdout.write(auditText(audit, { maxLines: flags.limit }));
  if (!audit.complete) this.setExitCode(3);
  else if (sumOf(audit.problems) > sumOf(audit.problems, 'repaired')) this.setExitCode(1);
}

function repairOf({ remove, maxTtl, refreshTtl }: TokensAuditFlags) {
  if (!remove) {
    if (maxTtl !== undefined) throw new InvalidOptionError('--max-ttl', 'given with --remove only');
    if (refreshTtl !== undefined) throw new InvalidOptionError('--refresh-ttl', 'given with --remove only');
    return undefined;
  }
  if (maxTtl === undefined) {
    throw new InvalidOptionError(
      '--max-ttl',
      'given with --remove: the option maxTtlSeconds of your tokens (7200 unless you have set it, or ttlSeconds), or ' +
        'more; a revoked token without a time to live is forgotten after it',
    );
  }
  return { maxTtlSeconds: maxTtl, ...(refreshTtl === undefined ? {} : { refreshTtlSeconds: refreshTtl }) };
}
