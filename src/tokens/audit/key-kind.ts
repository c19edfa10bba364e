/** Which of the keys of docs/redis-keys.md a name is. */

export type TokenKeyKind = 'denied' | 'allowed' | 'cut-off' | 'family' | 'family-steps' | 'family-index' | 'other';

/** A key as its name tells. Nothing of it makes a token. */
export interface TokenKeyName {
  readonly name: string;
  readonly kind: TokenKeyKind;
  /** Short hash of the user id. */
  readonly tag: string;
  /** The id of the family; empty for other kinds. */
  readonly familyId: string;
}

/** A jti of another issuer may be any text, a line end included. */
const shapes: readonly (readonly [TokenKeyKind, RegExp])[] = [
  ['denied', /^denied:./s],
  ['allowed', /^allowed:./s],
  ['cut-off', /^before(:[\w-]{22})?$/],
  ['family', /^family:([\w-]{24})$/],
  ['family-steps', /^family:([\w-]{24}):steps$/],
  ['family-index', /^families$/],
];

/** @param prefix `<namespace>:token:` */
export function tokenKeyName(name: string, prefix: string): TokenKeyName {
  const [, tag = '', rest = ''] = /^\{([\w-]{11})\}:(.*)$/s.exec(name.slice(prefix.length)) ?? [];
  for (const [kind, shape] of shapes) {
    const found = shape.exec(rest);
    if (found !== null) return { name, kind, tag, familyId: kind.startsWith('family') ? (found[1] ?? '') : '' };
  }
  return { name, kind: 'other', tag, familyId: '' };
}
