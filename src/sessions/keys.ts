import type { SessionKey } from './session-id.ts';

/** `<namespace>:session:{<tag>}:<hash>`: the braces put all sessions of one user in one cluster slot. */
export function sessionKey(namespace: string, { tag, hash }: SessionKey): string {
  return `${namespace}:session:{${tag}}:${hash}`;
}

/** What all keys of sessions begin with. */
export function sessionKeys(namespace: string): string {
  return `${namespace}:session:`;
}

/** What the keys begin with by which one server proves that it hears of changes. */
export function coherenceMarks(namespace: string, server: string): string {
  return `${namespace}:coherence:${server}:`;
}

/** The hash at the end of a session's key: 43 characters of base64url. */
export function hashOfKey(key: string): string {
  return key.slice(-43);
}
