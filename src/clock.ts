/** Where the process memory stores and the token checks take the time from; a test puts its own in. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };
