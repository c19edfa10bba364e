/** Of what kinds the claims are that a run can test, and how each stands after it. */
import type { ClaimPlace } from '../experiments/comparison/source-claims.ts';

export type ClaimKind =
  | 'latency'
  | 'rate'
  | 'bytes'
  | 'deny-list-latency'
  | 'deny-list-cpu'
  | 'deny-list-entry'
  | 'statuses';

/** `otherwise`: a claim that is not about a quantity does not hold. */
export type ClaimStanding = ClaimPlace | 'otherwise' | 'undecided';
