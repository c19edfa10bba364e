/** Hygiene: what lies in Redis of tokens, and what of it ought not to. */
import type { RedisPort } from '../../redis/port.ts';
import { keyOfEachNode, scanBatches } from '../../redis/scan-keys.ts';
import { AuditFindings, type TokenAudit } from './findings.ts';
import { createInspector } from './inspect.ts';
import { tokenKeyName } from './key-kind.ts';
import { type AuditTokensOptions, checkAuditOptions } from './options.ts';

/** Keys that are looked at at once. */
const together = 50;

/**
 * Walks through the keys of a server, or of each node of a cluster, with SCAN and pauses, and tells which keys of tokens
 * have no time to live, which families and parts of them are orphaned, and which tokens are about to expire. Safe on a
 * server in production: no command takes long, and nothing is changed without `repair`. Keys that are written, changed
 * or, on a cluster, moved meanwhile may be missed.
 * @throws InvalidOptionError; RedisUnavailableError when Redis is away: what was repaired until then stays so
 * @example
 * const { problems } = await auditTokens(connectRedis(url, { deadlineMs: 5_000 }));
 * console.log(problems['no-ttl'].found);
 */
export async function auditTokens(redis: RedisPort, options: AuditTokensOptions = {}): Promise<TokenAudit> {
  const settings = checkAuditOptions(options);
  const { prefix, scanCount, pauseMs } = settings;
  const { signal, onProgress = () => {} } = options;
  const findings = new AuditFindings(settings.maxFindings);
  const inspect = createInspector(redis, settings, findings);
  const ended = () => signal?.aborted === true;
  if (ended()) return findings.result(false);

  const total = await countOfKeys(redis);
  let lookedAt = 0;
  for await (const names of scanBatches(redis, { prefix, rest: '*', count: scanCount, pauseMs })) {
    for (let first = 0; first < names.length; first += together) {
      const keys = names.slice(first, first + together).map((name) => tokenKeyName(name, prefix));
      // All are awaited before one failure is told, so that nothing goes on behind the back of the caller.
      const outcomes = await Promise.allSettled(keys.map(inspect));
      const failed = outcomes.find((outcome) => outcome.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
      if (ended()) break;
    }
    lookedAt = Math.min(lookedAt + scanCount, total);
    onProgress({ lookedAt, total, problems: findings.problemCount });
    if (ended()) return findings.result(false);
  }
  onProgress({ lookedAt: total, total, problems: findings.problemCount });
  return findings.result(true);
}

async function countOfKeys(redis: RedisPort): Promise<number> {
  const counts = (await keyOfEachNode(redis)).map(async (key) => Number(await redis.command(['DBSIZE'], { key })));
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
}
