/** What is measured of the deny-list, for those that measure and those that put it into words. */
export type TokenKind = 'good' | 'logged out' | 'signature altered' | 'expired' | 'expired and logged out';

export type CostMeasure = 'latency' | 'cpu';
