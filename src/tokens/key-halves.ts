/** Reads one half of a key pair into a key object, and refuses what does not fit its algorithm. */
import { createPrivateKey, createPublicKey, KeyObject, sign, verify } from 'node:crypto';
import { InvalidOptionError } from '../errors.ts';
import type { AsymmetricAlgorithm, KeyMaterial, TokenAlgorithm } from './key-material.ts';

const kinds: Record<AsymmetricAlgorithm, { description: string; fits: (key: KeyObject) => boolean }> = {
  RS256: {
    description: 'RSA of at least 2048 bits',
    fits: (key) => key.asymmetricKeyType === 'rsa' && (key.asymmetricKeyDetails?.modulusLength ?? 0) >= 2048,
  },
  ES256: {
    description: 'on the curve P-256',
    fits: (key) => key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1',
  },
  EdDSA: { description: 'Ed25519', fits: (key) => key.asymmetricKeyType === 'ed25519' },
};

export function isTokenAlgorithm(value: unknown): value is TokenAlgorithm {
  return value === 'HS256' || (typeof value === 'string' && Object.hasOwn(kinds, value));
}

/** A JSON Web Key can carry the public members of another key: then nothing that it signs would ever verify. */
export function isPair(privateKey: KeyObject, publicKey: KeyObject, alg: AsymmetricAlgorithm): boolean {
  const digest = alg === 'EdDSA' ? null : 'sha256';
  const probe = Buffer.from('sallyport');
  try {
    return verify(digest, probe, publicKey, sign(digest, probe, privateKey));
  } catch {
    return false;
  }
}

/** @throws InvalidOptionError that names the option and shows nothing of the key. */
export function readHalf(
  material: KeyMaterial,
  half: 'private' | 'public',
  alg: AsymmetricAlgorithm,
  option: string,
): KeyObject {
  const { description, fits } = kinds[alg];
  // No cause: the errors of node:crypto can quote members of a JSON Web Key.
  const refused = new InvalidOptionError(
    option,
    `a ${half} key for ${alg}, ${description}, as ${half === 'private' ? 'unencrypted ' : ''}PEM, KeyObject or JWK`,
  );
  let object: KeyObject;
  try {
    object = toKeyObject(material, half, alg);
  } catch {
    throw refused;
  }
  if (object.type !== half || !fits(object)) throw refused;
  return object;
}

function toKeyObject(material: KeyMaterial, half: 'private' | 'public', alg: AsymmetricAlgorithm): KeyObject {
  if (material instanceof KeyObject) return material;
  const create = half === 'private' ? createPrivateKey : createPublicKey;
  if (typeof material === 'string') {
    // node:crypto would take the public half out of it; but a private key has no place where only its public half is used.
    if (half === 'public' && material.includes('PRIVATE KEY-----')) throw new TypeError('private');
    return create(material);
  }
  if (half === 'public' && material.d !== undefined) throw new TypeError('private');
  if ((material.alg ?? alg) !== alg || (material.use ?? 'sig') !== 'sig') throw new TypeError('meant for another use');
  return create({ key: material, format: 'jwk' });
}
