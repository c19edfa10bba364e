import type { TokenKeyKind, TokenKeyName } from './key-kind.ts';

/**
 * What can be wrong with a key. `no-ttl`: it would stay for ever. `unlisted-family`: a login that lives and is missing
 * in the index of its user, so that a logout everywhere does not reach it. `orphaned-member`: an index names a family
 * that does not live. `orphaned-steps`: what a family leaves for the grace window, without the family. `wrong-type`:
 * somebody else has written a key of this name; it is left alone.
 */
export type TokenProblem = 'no-ttl' | 'unlisted-family' | 'orphaned-member' | 'orphaned-steps' | 'wrong-type';

export interface TokenFinding {
  readonly problem: TokenProblem;
  readonly kind: TokenKeyKind;
  /** The key in Redis. It has hashes and ids, and nothing that makes a token. */
  readonly key: string;
  /** The family that an index names. */
  readonly familyId?: string;
  readonly repaired: boolean;
}

/** A token that will be gone soon: one on the allow-list, or the refresh token of a family. */
export interface ExpiringToken {
  readonly kind: 'allowed' | 'family';
  readonly key: string;
  readonly expiresInMs: number;
}

/** What an audit has found. */
export interface TokenAudit {
  /** False when it was ended early: the keys that were not looked at may have problems too. */
  readonly complete: boolean;
  /** Keys of tokens, by kind. `other`: keys below the same prefix that are none of these; they are left alone. */
  readonly keys: Readonly<Record<TokenKeyKind, number>>;
  readonly problems: Readonly<Record<TokenProblem, { readonly found: number; readonly repaired: number }>>;
  /** The first `maxFindings`. */
  readonly findings: readonly TokenFinding[];
  readonly expiring: number;
  /** The `maxFindings` that expire first, in that order. */
  readonly expiringTokens: readonly ExpiringToken[];
}

/** Collects what is found; the lists are bounded, the counts are not. */
export class AuditFindings {
  readonly #maxFindings: number;
  readonly #keys: Record<TokenKeyKind, number> = {
    denied: 0,
    allowed: 0,
    'cut-off': 0,
    family: 0,
    'family-steps': 0,
    'family-index': 0,
    'revocation-feed': 0,
    'feed-last-id': 0,
    'revoked-keys': 0,
    'feed-follower': 0,
    'use-counts': 0,
    'use-report': 0,
    other: 0,
  };
  readonly #problems: Record<TokenProblem, { found: number; repaired: number }> = {
    'no-ttl': { found: 0, repaired: 0 },
    'unlisted-family': { found: 0, repaired: 0 },
    'orphaned-member': { found: 0, repaired: 0 },
    'orphaned-steps': { found: 0, repaired: 0 },
    'wrong-type': { found: 0, repaired: 0 },
  };
  readonly #findings: TokenFinding[] = [];
  /** In no order, and at most twice as many as are wanted. */
  #expiring: ExpiringToken[] = [];
  #expiringCount = 0;
  #problemCount = 0;

  constructor(maxFindings: number) {
    this.#maxFindings = maxFindings;
  }

  get problemCount(): number {
    return this.#problemCount;
  }

  countKey(kind: TokenKeyKind): void {
    this.#keys[kind] += 1;
  }

  problem(problem: TokenProblem, { kind, name }: TokenKeyName, repaired: boolean, familyId?: string): void {
    this.#problemCount += 1;
    this.#problems[problem].found += 1;
    if (repaired) this.#problems[problem].repaired += 1;
    if (this.#findings.length >= this.#maxFindings) return;
    this.#findings.push({ problem, kind, key: name, ...(familyId === undefined ? {} : { familyId }), repaired });
  }

  expiring(token: ExpiringToken): void {
    this.#expiringCount += 1;
    this.#expiring.push(token);
    if (this.#expiring.length >= 2 * this.#maxFindings) this.#expiring = this.#firstToExpire();
  }

  result(complete: boolean): TokenAudit {
    return {
      complete,
      keys: this.#keys,
      problems: this.#problems,
      findings: this.#findings,
      expiring: this.#expiringCount,
      expiringTokens: this.#firstToExpire(),
    };
  }

  #firstToExpire(): ExpiringToken[] {
    return this.#expiring.toSorted((one, other) => one.expiresInMs - other.expiresInMs).slice(0, this.#maxFindings);
  }
}
