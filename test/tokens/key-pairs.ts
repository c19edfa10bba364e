/** Keys of every algorithm, made anew for each run. */
import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import type { AsymmetricAlgorithm, TokenAlgorithm, TokenKey, TokensOptions } from 'sallyport/tokens';

export interface KeyPair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

export function keyPair(alg: AsymmetricAlgorithm): KeyPair {
  if (alg === 'RS256') return generateKeyPairSync('rsa', { modulusLength: 2048 });
  if (alg === 'ES256') return generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return generateKeyPairSync('ed25519');
}

export function newSecret(): string {
  return randomBytes(32).toString('hex');
}

export function newKey(alg: TokenAlgorithm, kid: string): TokenKey {
  return alg === 'HS256' ? { kid, alg, secret: newSecret() } : { kid, alg, privateKey: keyPair(alg).privateKey };
}

/** What most tests of this folder configure. */
export const here = { issuer: 'https://shop.example', audience: 'shop' } as const satisfies Partial<TokensOptions>;
