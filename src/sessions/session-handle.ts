/**
 * What names a session among those of its user, wherever it may be shown: no secret, and the same after `rotate`. It is the
 * time of the session's beginning, which differs for each of a user's listed sessions.
 */
export function sessionHandle(createdAt: number): string {
  return createdAt.toString(36);
}

/** `undefined` for what cannot be a handle. */
export function parseSessionHandle(handle: string): number | undefined {
  return /^[1-9a-z][0-9a-z]{0,9}$/.test(handle) ? Number.parseInt(handle, 36) : undefined;
}
