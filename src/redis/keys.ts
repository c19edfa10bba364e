import { createHash } from 'node:crypto';
import { InvalidOptionError } from '../errors.ts';

/** The prefix of every key that Sallyport writes, so that applications can share a server. */
export const defaultNamespace = 'sallyport';

/**
 * The keys of a script that makes the names of others out of `key`. While a slot of a cluster is on the move, its keys are
 * at either node, and Redis asks only after those that a script was given: a single one that is not there sends the script
 * to the other node, which would begin all the others anew. Of two, of which the second is never there, Redis answers
 * TRYAGAIN and does nothing until the slot has moved.
 */
export function slotKeys(key: string): readonly [string, string] {
  return [key, `${key}:slot`];
}

/** Refuses a namespace that would break the `{hash tag}` of a key or its readability. */
export function checkNamespace(namespace: string): string {
  if (!/^[A-Za-z0-9._-]{1,64}$/.test(namespace)) {
    throw new InvalidOptionError('namespace', '1 to 64 characters of A-Z a-z 0-9 . _ -');
  }
  return namespace;
}

/**
 * The short tag that keeps all keys of one user in one cluster slot: 64 bits of SHA-256, base64url (11 characters).
 * It says nothing about the user and is safe to put in a cookie.
 */
export function userTag(userId: string): string {
  return createHash('sha256').update(userId).digest().subarray(0, 8).toString('base64url');
}
