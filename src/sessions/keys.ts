import type { SessionKey } from './session-id.ts';

/** `<namespace>:session:{<tag>}:<hash>`: the braces put all sessions of one user in one cluster slot. */
export function sessionKey(namespace: string, { tag, hash }: SessionKey): string {
  return `${namespace}:session:{${tag}}:${hash}`;
}
