/** What is measured of the deny-list, for those that measure and those that put it into words. */
export type TokenKind = 'good' | 'logged out' | 'signature altered' | 'expired' | 'expired and logged out';

/** Where servers have the list of what was logged out; `none`: they have none. */
export type ListPlace = 'none' | 'redis' | 'memory';

export type CostMeasure = 'latency' | 'cpu';
