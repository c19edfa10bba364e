/** A new key of one algorithm, in the forms that the libraries take. */
import { createSecretKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import type { MeasuredAlgorithm } from './subject.ts';

export interface BenchKeys {
  readonly algorithm: MeasuredAlgorithm;
  /** Signs and, with HS256, also verifies. */
  readonly signing: KeyObject;
  readonly verification: KeyObject;
}

export function newKeys(algorithm: MeasuredAlgorithm): BenchKeys {
  if (algorithm === 'HS256') {
    const secret = createSecretKey(randomBytes(32));
    return { algorithm, signing: secret, verification: secret };
  }
  const { privateKey, publicKey } =
    algorithm === 'ES256' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('ed25519');
  return { algorithm, signing: privateKey, verification: publicKey };
}
