/** What an audit of tokens has found, for people. */
import type { TokenAudit } from '../tokens/index.ts';
import { printableJson } from './printable-json.ts';

const kinds: Readonly<Record<keyof TokenAudit['keys'], string>> = {
  denied: 'revoked tokens and families',
  allowed: 'tokens on the allow-list',
  'cut-off': 'cut-offs of users and devices',
  family: 'families of token pairs',
  'family-steps': 'steps of families',
  'family-index': 'indexes of families',
  'revocation-feed': 'feeds of revocations',
  'feed-last-id': 'last ids of feeds',
  'revoked-keys': 'lists of revoked signing keys',
  'feed-follower': 'servers that follow the feed',
  'use-counts': 'minutes of counted uses',
  'use-report': 'servers that counted uses',
  other: 'other keys, left alone',
};

export function auditText(audit: TokenAudit, { maxLines }: { readonly maxLines: number }): string {
  const { keys, problems, findings, expiring, expiringTokens } = audit;
  const lines: string[] = ['Keys of tokens'];
  for (const [kind, text] of Object.entries(kinds)) lines.push(row(keys[kind as keyof typeof kinds], text));
  lines.push('', 'Problems');
  for (const [problem, { found, repaired }] of Object.entries(problems)) {
    lines.push(row(found, repaired > 0 ? `${problem} (${repaired} mended)` : problem));
  }
  for (const { problem, key, familyId, repaired } of findings.slice(0, maxLines)) {
    const family = familyId === undefined ? '' : `  family ${printableJson(familyId)}`;
    lines.push(`  ${problem}  ${printableJson(key)}${family}${repaired ? '  mended' : ''}`);
  }
  lines.push(...rest(sumOf(problems) - Math.min(findings.length, maxLines)));
  lines.push('', 'About to expire', row(expiring, 'tokens'));
  for (const { kind, key, expiresInMs } of expiringTokens.slice(0, maxLines)) {
    lines.push(`  ${kind}  ${printableJson(key)}  in ${Math.ceil(expiresInMs / 1_000)} s`);
  }
  lines.push(...rest(expiring - Math.min(expiringTokens.length, maxLines)));
  if (!audit.complete) lines.push('', 'The audit was ended early: there may be more.');
  return `${lines.join('\n')}\n`;
}

export function sumOf(problems: TokenAudit['problems'], which: 'found' | 'repaired' = 'found'): number {
  return Object.values(problems).reduce((sum, each) => sum + each[which], 0);
}

function row(count: number, text: string): string {
  return `${count.toLocaleString('en').padStart(12)}  ${text}`;
}

function rest(count: number): readonly string[] {
  return count > 0 ? [`  … and ${count.toLocaleString('en')} more (--limit shows more, --json shows all it kept)`] : [];
}
