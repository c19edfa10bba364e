/** Which of the keys of docs/redis-keys.md a name is. */

export type TokenKeyKind =
  | 'denied'
  | 'allowed'
  | 'cut-off'
  | 'family'
  | 'family-steps'
  | 'family-index'
  | 'revocation-feed'
  | 'feed-last-id'
  | 'revoked-keys'
  | 'feed-follower'
  | 'use-counts'
  | 'use-report'
  | 'other';

/** A key as its name tells. Nothing of it makes a token. */
export interface TokenKeyName {
  readonly name: string;
  readonly kind: TokenKeyKind;
  /** Short hash of the user id; empty for a key that is no user's. */
  readonly tag: string;
  /** The id of the family; empty for other kinds. */
  readonly familyId: string;
}

/** A jti of another issuer may be any text, a line end included. */
const shapesOfUsers: readonly (readonly [TokenKeyKind, RegExp])[] = [
  ['denied', /^denied:./s],
  ['allowed', /^allowed:./s],
  ['cut-off', /^before(:[\w-]{22})?$/],
  ['family', /^family:([\w-]{24})$/],
  ['family-steps', /^family:([\w-]{24}):steps$/],
  ['family-index', /^families$/],
];

const shapesOfNobody: readonly (readonly [TokenKeyKind, RegExp])[] = [
  ['revocation-feed', /^\{revocations\}:feed$/],
  ['feed-last-id', /^\{revocations\}:last$/],
  ['revoked-keys', /^\{revocations\}:keys$/],
  ['feed-follower', /^\{revocations\}:follower:[\w-]+$/],
  ['use-counts', /^\{uses\}:minute:\d+$/],
  ['use-report', /^\{uses\}:server:[\w-]+$/],
];

/** @param prefix `<namespace>:token:` */
export function tokenKeyName(name: string, prefix: string): TokenKeyName {
  const rest = name.slice(prefix.length);
  for (const [kind, shape] of shapesOfNobody) {
    if (shape.test(rest)) return { name, kind, tag: '', familyId: '' };
  }
  const [, tag = '', ofUser = ''] = /^\{([\w-]{11})\}:(.*)$/s.exec(rest) ?? [];
  for (const [kind, shape] of shapesOfUsers) {
    const found = shape.exec(ofUser);
    if (found !== null) return { name, kind, tag, familyId: kind.startsWith('family') ? (found[1] ?? '') : '' };
  }
  return { name, kind: 'other', tag, familyId: '' };
}
