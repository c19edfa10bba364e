/** What the servers write down that revoke tokens, and those that verify them. Tokens are numbered. */
import type { LifeEntry } from '../ledger.ts';

export type TokenEntry =
  | LifeEntry
  /** The server was told that the token is revoked. */
  | { readonly event: 'revoked'; readonly token: number; readonly attempts: number }
  /** What became of a token at a server: when it was last accepted, and first refused as revoked. */
  | {
      readonly event: 'seen';
      readonly token: number;
      readonly acceptedAt: number | undefined;
      readonly refusedAt: number | undefined;
      /** Answers that said nothing about the token, because Redis was away. */
      readonly unavailable: number;
    }
  /** Refused before, and accepted afterwards. */
  | { readonly event: 'accepted-again'; readonly token: number }
  /** All that were refused have been asked for once more. */
  | { readonly event: 'all-refused' };
