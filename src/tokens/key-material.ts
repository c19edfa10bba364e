import {
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  type JsonWebKey,
  KeyObject,
  sign,
  verify,
} from 'node:crypto';
import type { JWK } from 'jose';
import { InvalidOptionError } from '../errors.ts';

/** Reads one entry of `keys` into key objects and refuses what does not fit its algorithm. */

export type AsymmetricAlgorithm = 'RS256' | 'ES256' | 'EdDSA';
export type TokenAlgorithm = 'HS256' | AsymmetricAlgorithm;

/** A key as PEM text, as a `KeyObject` of node:crypto or as a JSON Web Key. */
export type KeyMaterial = string | KeyObject | JsonWebKey;

export interface SecretTokenKey {
  /** Names the key in the header of its tokens; unique among `keys`. */
  readonly kid: string;
  readonly alg: 'HS256';
  /** At least 32 random bytes; text counts as its UTF-8 bytes. `undefined` (an unset variable) is refused. */
  readonly secret: string | Uint8Array | KeyObject | undefined;
}

export interface AsymmetricTokenKey {
  /** Names the key in the header of its tokens; unique among `keys`. */
  readonly kid: string;
  /** RS256: RSA of at least 2048 bits. ES256: P-256. EdDSA: Ed25519. */
  readonly alg: AsymmetricAlgorithm;
  /** Unencrypted. Left out: the key only verifies. */
  readonly privateKey?: KeyMaterial | undefined;
  /** Derived from `privateKey` when left out. */
  readonly publicKey?: KeyMaterial | undefined;
}

export type TokenKey = SecretTokenKey | AsymmetricTokenKey;

/** A checked key. `signing` is missing when it only verifies, `published` when it is a secret. */
export interface LocalKey {
  readonly kid: string;
  readonly alg: TokenAlgorithm;
  readonly signing?: () => Promise<KeyObject>;
  readonly verification: () => Promise<KeyObject>;
  readonly published?: JWK;
}

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

/** @throws InvalidOptionError that names the member at fault and never shows any of it. */
export function readKey(key: TokenKey, option: string): LocalKey {
  if (typeof key !== 'object' || key === null) throw new InvalidOptionError(option, 'an object with kid and alg');
  if (typeof key.kid !== 'string' || !/^[\x21-\x7e]{1,128}$/.test(key.kid)) {
    throw new InvalidOptionError(`${option}.kid`, '1 to 128 printable characters without spaces');
  }
  if (key.alg === 'HS256') return readSecret(key, option);
  if (!isTokenAlgorithm(key.alg)) throw new InvalidOptionError(`${option}.alg`, 'HS256, RS256, ES256 or EdDSA');
  return readPair(key, option);
}

function readSecret({ kid, alg, secret }: SecretTokenKey, option: string): LocalKey {
  const accepted = 'a secret of at least 32 bytes (text, Uint8Array or secret KeyObject)';
  let object: KeyObject;
  if (typeof secret === 'string' && !secret.includes('-----BEGIN ')) object = createSecretKey(Buffer.from(secret));
  else if (secret instanceof Uint8Array) object = createSecretKey(secret);
  else if (secret instanceof KeyObject && secret.type === 'secret') object = secret;
  else throw new InvalidOptionError(`${option}.secret`, accepted);
  if ((object.symmetricKeySize ?? 0) < 32) throw new InvalidOptionError(`${option}.secret`, accepted);
  const key = async () => object;
  return { kid, alg, signing: key, verification: key };
}

function readPair({ kid, alg, privateKey, publicKey }: AsymmetricTokenKey, option: string): LocalKey {
  if (privateKey === undefined && publicKey === undefined) {
    throw new InvalidOptionError(option, 'a key with privateKey or publicKey');
  }
  const secretHalf =
    privateKey === undefined ? undefined : readHalf(privateKey, 'private', alg, `${option}.privateKey`);
  const openHalf = publicKey === undefined ? undefined : readHalf(publicKey, 'public', alg, `${option}.publicKey`);
  const derived = secretHalf === undefined ? undefined : createPublicKey(secretHalf);
  if (derived !== undefined && openHalf !== undefined && !derived.equals(openHalf)) {
    throw new InvalidOptionError(`${option}.publicKey`, 'the public half of privateKey');
  }
  if (secretHalf !== undefined && derived !== undefined && !isPair(secretHalf, derived, alg)) {
    throw new InvalidOptionError(`${option}.privateKey`, 'consistent: its members belong to different keys');
  }
  const verification = derived ?? openHalf;
  if (verification === undefined) throw new InvalidOptionError(option, 'a key with privateKey or publicKey');
  return {
    kid,
    alg,
    ...(secretHalf === undefined ? {} : { signing: async () => secretHalf }),
    verification: async () => verification,
    published: { ...(verification.export({ format: 'jwk' }) as JWK), kid, alg, use: 'sig' },
  };
}

/** A JSON Web Key can carry the public members of another key: then nothing that it signs would ever verify. */
function isPair(privateKey: KeyObject, publicKey: KeyObject, alg: AsymmetricAlgorithm): boolean {
  const digest = alg === 'EdDSA' ? null : 'sha256';
  const probe = Buffer.from('sallyport');
  try {
    return verify(digest, probe, publicKey, sign(digest, probe, privateKey));
  } catch {
    return false;
  }
}

function readHalf(
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
