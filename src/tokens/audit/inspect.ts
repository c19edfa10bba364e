/** Looks at one key of tokens, and mends it when asked to. Every step is one command or one script, safe to repeat. */
import { defineScript } from '../../redis/define-script.ts';
import { RedisReplyError } from '../../redis/errors.ts';
import { slotKeys } from '../../redis/keys.ts';
import type { RedisPort, RedisReply, RedisScript } from '../../redis/port.ts';
import { keptMs } from '../abuse/store.ts';
import { pairKeys } from '../pairs/keys.ts';
import type { AuditFindings } from './findings.ts';
import type { TokenKeyName } from './key-kind.ts';
import type { AuditSettings } from './options.ts';

const prelude = new URL('../pairs/prelude.lua', import.meta.url);
const familyScript: RedisScript = defineScript(prelude, new URL('./family.lua', import.meta.url));
const stepsScript: RedisScript = defineScript(new URL('./steps.lua', import.meta.url));
const indexScript: RedisScript = defineScript(prelude, new URL('./index.lua', import.meta.url));
const ttlScript: RedisScript = defineScript(new URL('./ttl.lua', import.meta.url));

/** The largest `graceSeconds`. */
const longestGraceMs = '300000';
/** Longer than the sign of a follower with the largest `leaseMs` lives. */
const followerMs = 180_000;
/** How many members of an index one script looks at. */
const page = 500;

export function createInspector(
  redis: RedisPort,
  { namespace, repair, expiringWithinMs }: AuditSettings,
  findings: AuditFindings,
): (key: TokenKeyName) => Promise<void> {
  const keys = pairKeys(namespace);
  const mends = repair !== undefined;
  const mode = mends ? 'mend' : 'look';

  async function lookAtEntry(key: TokenKeyName): Promise<void> {
    const ttlMs = Number(await redis.command(['PTTL', key.name]));
    if (ttlMs === -2) return;
    if (ttlMs === -1) {
      // Not deleted: without its entry a revoked token would be good again. NX: somebody may just have set it.
      if (mends) await redis.command(['PEXPIRE', key.name, String(repair.accessMs), 'NX']);
      findings.problem('no-ttl', key, mends);
    } else if (key.kind === 'allowed') countExpiring('allowed', key, ttlMs);
    findings.countKey(key.kind);
  }

  async function lookAtFamily(key: TokenKeyName): Promise<void> {
    const { tag, familyId } = key;
    const args = [familyId, mode, String(repair?.refreshMs ?? 0)];
    const answer = await redis.run(familyScript, [key.name, keys.index(tag)], args);
    const [state, ttl, listed] = answer as [string, number, string];
    if (state === 'missing') return;
    findings.countKey(key.kind);
    if (state === 'strange') return findings.problem('wrong-type', key, false);
    if (Number(ttl) === -1) findings.problem('no-ttl', key, mends);
    else if (state === 'living') countExpiring('family', key, Number(ttl));
    if (listed === 'unlisted') findings.problem('unlisted-family', key, mends);
  }

  async function lookAtSteps(key: TokenKeyName): Promise<void> {
    const family = keys.family({ tag: key.tag, id: key.familyId });
    const answer = await redis.run(stepsScript, [key.name, family], [mode, longestGraceMs]);
    const [state, ttl] = answer as [string, number];
    if (state === 'missing') return;
    findings.countKey(key.kind);
    if (state === 'orphaned') findings.problem('orphaned-steps', key, mends);
    else if (Number(ttl) === -1) findings.problem('no-ttl', key, mends);
  }

  async function lookAtIndex(key: TokenKeyName): Promise<void> {
    let first = 0;
    for (;;) {
      const args = [mode, String(first), String(page)];
      const answer = (await redis.run(indexScript, slotKeys(key.name), args)) as RedisReply[];
      const [ttl, looked, orphans] = answer as [number, number, string[]];
      if (first === 0) {
        if (Number(ttl) === -2) return;
        findings.countKey(key.kind);
        if (Number(ttl) === -1) findings.problem('no-ttl', key, mends);
      }
      for (const id of orphans) findings.problem('orphaned-member', key, mends, id);
      if (looked < page) return;
      // Those that were taken out leave no place behind.
      first += page - (mends ? orphans.length : 0);
    }
  }

  async function lookAtNobodys(key: TokenKeyName, type: string, lifeMs: number | 'scores'): Promise<void> {
    const answer = await redis.run(ttlScript, [key.name], [type, mode, String(lifeMs)]);
    const [state, ttl] = answer as [string, number];
    if (state === 'missing') return;
    findings.countKey(key.kind);
    if (state === 'strange') findings.problem('wrong-type', key, false);
    else if (Number(ttl) === -1) findings.problem('no-ttl', key, mends);
  }

  function countExpiring(kind: 'allowed' | 'family', { name }: TokenKeyName, expiresInMs: number): void {
    if (expiresInMs <= expiringWithinMs) findings.expiring({ kind, key: name, expiresInMs });
  }

  function look(key: TokenKeyName): Promise<void> | undefined {
    switch (key.kind) {
      case 'denied':
      case 'allowed':
      case 'cut-off':
        return lookAtEntry(key);
      case 'family':
        return lookAtFamily(key);
      case 'family-steps':
        return lookAtSteps(key);
      case 'family-index':
        return lookAtIndex(key);
      case 'revocation-feed':
        return lookAtNobodys(key, 'stream', repair?.accessMs ?? 0);
      case 'feed-last-id':
        return lookAtNobodys(key, 'string', repair?.accessMs ?? 0);
      case 'revoked-keys':
        return lookAtNobodys(key, 'zset', 'scores');
      case 'feed-follower':
        return lookAtNobodys(key, 'string', followerMs);
      case 'use-counts':
        return lookAtNobodys(key, 'hash', keptMs);
      case 'use-report':
        return lookAtNobodys(key, 'string', keptMs);
      case 'other':
        findings.countKey('other');
        return undefined;
    }
  }

  return async (key) => {
    try {
      await look(key);
    } catch (error) {
      if (!(error instanceof RedisReplyError) || error.reply !== 'WRONGTYPE') throw error;
      findings.countKey(key.kind);
      findings.problem('wrong-type', key, false);
    }
  };
}
