/** Holds what is left of a round against what was promised. */
import type { StruckFault } from '../faults/strike.ts';
import { checkProcesses } from '../rounds/check-processes.ts';
import type { ProcessRecord } from '../rounds/process-record.ts';
import type { Violation } from '../rounds/violation.ts';
import type { TokenEntry } from './ledger-entry.ts';

export type Process = ProcessRecord<TokenEntry>;

export interface Evidence {
  readonly tokens: number;
  readonly leaseMs: number;
  readonly revokers: readonly Process[];
  readonly verifiers: readonly Process[];
  /** Tokens that a server accepted which was started when all had been revoked. */
  readonly acceptedLate: number;
  readonly planned: readonly string[];
  readonly faults: readonly StruckFault[];
  /** When all verifiers had refused all tokens; `undefined` when that never came. */
  readonly drainedAt: number | undefined;
}

export interface Findings {
  readonly leaseMs: number;
  /** Tokens whose revocation was answered. */
  readonly revoked: number;
  /** Attempts to revoke that were not answered, and were made again. */
  readonly unanswered: number;
  /** Answers of `verify` that said nothing about a token, because Redis was away. */
  readonly unavailable: number;
  /** Tokens that a server accepted longer after the answer than the lease; those of all servers added up. */
  readonly acceptedAfterLease: number;
  /** From the answer until a server that verifies refused, for each token and server; 0 when it refused sooner. */
  readonly delaysMs: readonly number[];
  /** The longest time after the answer at which a server accepted. */
  readonly longestAcceptedMs: number;
  readonly violations: readonly Violation[];
}

export function checkRound(evidence: Evidence): Findings {
  const { tokens, leaseMs, revokers, verifiers, acceptedLate } = evidence;
  const violations: Violation[] = checkProcesses({ ...evidence, producers: revokers, workers: verifiers });
  const answered = new Map<number, number>();
  let unanswered = 0;
  for (const entry of revokers.flatMap(({ entries }) => entries)) {
    if (entry.event !== 'revoked') continue;
    answered.set(entry.token, entry.at);
    unanswered += entry.attempts - 1;
  }
  if (answered.size !== tokens) {
    violations.push({ rule: 'not all revoked', detail: `${answered.size} of ${tokens}` });
  }
  const delaysMs: number[] = [];
  let unavailable = 0;
  let acceptedAfterLease = 0;
  let longestAcceptedMs = 0;
  for (const { name, entries } of verifiers) {
    for (const entry of entries) {
      if (entry.event === 'accepted-again') {
        violations.push({ rule: 'accepted again', detail: `token ${entry.token} at ${name}` });
      }
      if (entry.event !== 'seen') continue;
      unavailable += entry.unavailable;
      const answeredAt = answered.get(entry.token);
      if (answeredAt === undefined) continue;
      if (entry.refusedAt === undefined) {
        violations.push({ rule: 'never refused', detail: `token ${entry.token} at ${name}` });
      } else {
        delaysMs.push(Math.max(0, entry.refusedAt - answeredAt));
      }
      const acceptedMs = (entry.acceptedAt ?? 0) - answeredAt;
      longestAcceptedMs = Math.max(longestAcceptedMs, acceptedMs);
      if (acceptedMs > leaseMs) {
        acceptedAfterLease++;
        violations.push({
          rule: 'accepted after the lease',
          detail: `token ${entry.token} at ${name}, ${acceptedMs.toFixed(1)} ms after the answer`,
        });
      }
    }
  }
  if (acceptedLate > 0) {
    violations.push({ rule: 'accepted by a server that was started late', detail: `${acceptedLate} tokens` });
  }
  return {
    leaseMs,
    revoked: answered.size,
    unanswered,
    unavailable,
    acceptedAfterLease,
    delaysMs,
    longestAcceptedMs,
    violations,
  };
}
