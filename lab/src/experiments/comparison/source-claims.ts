/** What is usually said of the schemes, in figures: claims that the lab puts to the test, never results. */
import { practicalMargin } from '../../measure/statistics/compare.ts';
import { figure } from '../../report/figure.ts';

/** A claim of one value, "about 500", has both bounds alike. */
export interface ClaimedRange {
  readonly low: number;
  readonly high: number;
}

type OfScheme = Readonly<Record<'sticky' | 'jwt' | 'redis', ClaimedRange>>;

const about = (value: number): ClaimedRange => ({ low: value, high: value });

export const claimedLatencyMs: OfScheme = {
  sticky: { low: 0.1, high: 0.5 },
  jwt: { low: 0.3, high: 1 },
  redis: { low: 1, high: 3 },
};

export const claimedRequestsPerSecond: OfScheme = {
  sticky: { low: 40_000, high: 50_000 },
  jwt: { low: 25_000, high: 35_000 },
  redis: { low: 35_000, high: 45_000 },
};

/** In the memory of the server, and of Redis for Redis sessions. */
export const claimedBytesPerSession: OfScheme = { sticky: about(500), jwt: about(0), redis: about(300) };

/** What a look-up in a deny-list adds to a request without one. */
export const claimedDenyListPercent: ClaimedRange = { low: 10, high: 20 };

/** How long the entry of a token of two hours stays in a deny-list. */
export const claimedDenyListEntrySeconds: ClaimedRange = about(7200);

/** One session of a sticky server at three servers, the one that made it first. */
export const claimedMisroutedStatuses: readonly number[] = [200, 401, 401];

/** `0.1–0.5`, `40,000–50,000`, `500` */
export function claimText({ low, high }: ClaimedRange): string {
  return low === high ? figure(low) : `${figure(low)}–${figure(high)}`;
}

export type ClaimPlace = 'below' | 'within' | 'above';

/** Where a measured value lies. A claim of one value is met by all that does not differ from it in practice. */
export function placeInClaim(value: number, { low, high }: ClaimedRange): ClaimPlace {
  const [least, most] = low === high ? [low / (1 + practicalMargin), high * (1 + practicalMargin)] : [low, high];
  if (value < least) return 'below';
  return value > most ? 'above' : 'within';
}

/** Where a whole interval lies; `undecided` when it reaches across a bound of the claim. */
export function intervalInClaim(
  interval: { readonly low: number; readonly high: number },
  claim: ClaimedRange,
): ClaimPlace | 'undecided' {
  const place = placeInClaim(interval.low, claim);
  return place === placeInClaim(interval.high, claim) ? place : 'undecided';
}
