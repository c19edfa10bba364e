import type { JSONWebKeySet } from 'jose';
import { InvalidOptionError } from '../errors.ts';
import { type LocalKey, readKey, type TokenAlgorithm, type TokenKey } from './key-material.ts';

/** The keys of this application: one signs; all verify but those that are retired. */
export interface KeyRing {
  /** The first key that can sign. */
  readonly signer: LocalKey | undefined;
  /** The key a token names. A token that names none has a key only when a single one has its algorithm. */
  find(alg: TokenAlgorithm, kid: string | undefined): LocalKey | undefined;
  /** Whether a key has this name, with whatever algorithm, a retired one included. */
  has(kid: string): boolean;
  /** The public keys as a JWK Set (RFC 7517, section 5): no secret, no private member. */
  published(): Promise<JSONWebKeySet>;
}

/** @throws InvalidOptionError for a key that does not fit its algorithm or a `kid` that occurs twice. */
export function createKeyRing(keys: readonly TokenKey[]): KeyRing {
  const byKid = new Map<string, LocalKey | undefined>();
  for (const [index, option] of keys.entries()) {
    const key = readKey(option, `tokens.keys[${index}]`);
    if (byKid.has(option.kid)) throw new InvalidOptionError(`tokens.keys[${index}].kid`, 'different from all others');
    byKid.set(option.kid, key);
  }
  const all = [...byKid.values()].filter((key) => key !== undefined);
  return {
    signer: all.find((key) => key.signing !== undefined),
    find: (alg, kid) => {
      if (kid !== undefined) {
        const named = byKid.get(kid);
        return named?.alg === alg ? named : undefined;
      }
      const fitting = all.filter((key) => key.alg === alg);
      return fitting.length === 1 ? fitting[0] : undefined;
    },
    has: (kid) => byKid.has(kid),
    published: async () => {
      const keys = await Promise.all(all.map((key) => key.published?.()));
      return { keys: keys.filter((key) => key !== undefined) };
    },
  };
}
