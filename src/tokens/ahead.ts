/**
 * How far a time may lie ahead of the clock: the `iat` of a token, and `issuedBefore`. What revokes a token is kept for so
 * long more, in milliseconds.
 */
export const maxAheadMs = 300_000;
