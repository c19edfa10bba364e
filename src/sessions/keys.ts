import { hashLength, type SessionKey } from './session-id.ts';

/** `<namespace>:session:{<tag>}:<hash>`: the braces put all sessions of one user in one cluster slot. */
export function sessionKey(namespace: string, { tag, hash }: SessionKey): string {
  return `${namespace}:session:{${tag}}:${hash}`;
}

/** `<namespace>:user:{<tag>}`: the list of a user's sessions, in the slot of the sessions themselves. */
export function userSessionsKey(namespace: string, tag: string): string {
  return `${namespace}:user:{${tag}}`;
}

/** What the keys of one user's sessions begin with. */
export function sessionKeysOf(namespace: string, tag: string): string {
  return `${namespace}:session:{${tag}}:`;
}

/** One text of a user agent, which sessions refer to. */
export function userAgentKey(namespace: string, reference: string): string {
  return `${namespace}:user-agent:${reference}`;
}

/** Users by when to look for expired sessions: a part of them, so that the work is spread over a cluster. */
export function expiryKey(namespace: string, part: number): string {
  return `${namespace}:session-expiry:{${part}}`;
}

/** `<namespace>:session-looked:{<tag>}`: the last look for a user's expired sessions, in the slot of the sessions. */
export function lookedKey(namespace: string, tag: string): string {
  return `${namespace}:session-looked:{${tag}}`;
}

/** What all keys of sessions begin with. */
export function sessionKeys(namespace: string): string {
  return `${namespace}:session:`;
}

/** What the keys begin with by which one server proves that it hears of changes. */
export function coherenceMarks(namespace: string, server: string): string {
  return `${namespace}:coherence:${server}:`;
}

/** The hash at the end of a session's key. */
export function hashOfKey(key: string): string {
  return key.slice(-hashLength);
}
