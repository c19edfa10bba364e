/** Reads one entry of `keys` and refuses what does not fit its algorithm. */
import { createPublicKey, createSecretKey, type JsonWebKey, KeyObject } from 'node:crypto';
import type { JWK } from 'jose';
import { InvalidOptionError } from '../errors.ts';
import { isPair, isTokenAlgorithm, readHalf } from './key-halves.ts';
import { loadedOnce } from './key-loading.ts';

export type AsymmetricAlgorithm = 'RS256' | 'ES256' | 'EdDSA';
export type TokenAlgorithm = 'HS256' | AsymmetricAlgorithm;

/** A key as PEM text, as a `KeyObject` of node:crypto or as a JSON Web Key. */
export type KeyMaterial = string | KeyObject | JsonWebKey;

/**
 * Gives a key when it is first needed, e.g. from a vault; called once, and again a second or more after a failure.
 * Requests that need the key wait up to 10 s for it.
 */
export type KeyCallback<Material> = () => Material | Promise<Material>;

/**
 * `active`: signs, if it is the first that can, and verifies. `verify-only`: verifies, and is published. `retired`:
 * does neither, and its name stays taken: its tokens are refused, and no published set can bring the name back.
 */
export type TokenKeyState = 'active' | 'verify-only' | 'retired';

export interface SecretTokenKey {
  /** Names the key in the header of its tokens; unique among `keys`. */
  readonly kid: string;
  readonly alg: 'HS256';
  /** @default 'active' */
  readonly state?: TokenKeyState | undefined;
  /** At least 32 random bytes; text counts as its UTF-8 bytes. `undefined` (an unset variable) is refused. */
  readonly secret: SecretMaterial | KeyCallback<SecretMaterial> | undefined;
}

export type SecretMaterial = string | Uint8Array | KeyObject;

export interface AsymmetricTokenKey {
  /** Names the key in the header of its tokens; unique among `keys`. */
  readonly kid: string;
  /** RS256: RSA of at least 2048 bits. ES256: P-256. EdDSA: Ed25519. */
  readonly alg: AsymmetricAlgorithm;
  /** @default 'active' */
  readonly state?: TokenKeyState | undefined;
  /** Unencrypted. Left out: the key only verifies. */
  readonly privateKey?: KeyMaterial | KeyCallback<KeyMaterial> | undefined;
  /** Derived from `privateKey` when left out. Given, it verifies without waiting for a callback of `privateKey`. */
  readonly publicKey?: KeyMaterial | KeyCallback<KeyMaterial> | undefined;
}

/** All that has to stay of a key that was taken out of service. */
export interface RetiredTokenKey {
  readonly kid: string;
  readonly state: 'retired';
}

export type TokenKey = SecretTokenKey | AsymmetricTokenKey | RetiredTokenKey;

/** A checked key. `signing` is missing when it only verifies, `published` when it is a secret. */
export interface LocalKey {
  readonly kid: string;
  readonly alg: TokenAlgorithm;
  /** They reject as `loadedOnce` does when the key comes from a callback. */
  readonly signing?: () => Promise<KeyObject>;
  readonly verification: () => Promise<KeyObject>;
  readonly published?: () => Promise<JWK>;
}

const states: readonly unknown[] = ['active', 'verify-only', 'retired'];

/**
 * `undefined` for a retired key, of which nothing but the name is looked at.
 * @throws InvalidOptionError that names the member at fault and never shows any of it.
 */
export function readKey(key: TokenKey, option: string): LocalKey | undefined {
  if (typeof key !== 'object' || key === null) throw new InvalidOptionError(option, 'an object with kid and alg');
  if (typeof key.kid !== 'string' || !/^[\x21-\x7e]{1,128}$/.test(key.kid)) {
    throw new InvalidOptionError(`${option}.kid`, '1 to 128 printable characters without spaces');
  }
  const { state = 'active' } = key;
  if (!states.includes(state)) throw new InvalidOptionError(`${option}.state`, 'active, verify-only or retired');
  // Not `state`: the compiler has to see which members there are.
  if (key.state === 'retired') return undefined;
  if (!('alg' in key) || !isTokenAlgorithm(key.alg)) {
    throw new InvalidOptionError(`${option}.alg`, 'HS256, RS256, ES256 or EdDSA');
  }
  const { signing, ...verifying } = key.alg === 'HS256' ? readSecret(key, option) : readPair(key, option);
  return signing === undefined || state === 'verify-only' ? verifying : { ...verifying, signing };
}

function readSecret({ kid, alg, secret }: SecretTokenKey, option: string): LocalKey {
  if (typeof secret !== 'function') {
    const object = secretObject(secret, option);
    const key = async () => object;
    return { kid, alg, signing: key, verification: key };
  }
  const key = loadedOnce(async () => secretObject(await secret(), option));
  return { kid, alg, signing: key, verification: key };
}

function secretObject(secret: SecretMaterial | undefined, option: string): KeyObject {
  let object: KeyObject | undefined;
  if (typeof secret === 'string' && !secret.includes('-----BEGIN ')) object = createSecretKey(Buffer.from(secret));
  else if (secret instanceof Uint8Array) object = createSecretKey(secret);
  else if (secret instanceof KeyObject && secret.type === 'secret') object = secret;
  if ((object?.symmetricKeySize ?? 0) < 32 || object === undefined) {
    throw new InvalidOptionError(
      `${option}.secret`,
      'a secret of at least 32 bytes (text, Uint8Array or secret KeyObject)',
    );
  }
  return object;
}

function readPair({ kid, alg, privateKey, publicKey }: AsymmetricTokenKey, option: string): LocalKey {
  if (privateKey === undefined && publicKey === undefined) {
    throw new InvalidOptionError(option, 'a key with privateKey or publicKey');
  }
  const openHalf = publicKey === undefined ? undefined : halfOf(publicKey, 'public', alg, `${option}.publicKey`);
  const secretHalf = privateKey === undefined ? undefined : halfOf(privateKey, 'private', alg, `${option}.privateKey`);
  const checked = (secret: KeyObject, open: KeyObject | undefined): KeyObject => {
    const derived = createPublicKey(secret);
    if (open !== undefined && !derived.equals(open)) {
      throw new InvalidOptionError(`${option}.publicKey`, 'the public half of privateKey');
    }
    if (!isPair(secret, derived, alg)) {
      throw new InvalidOptionError(`${option}.privateKey`, 'consistent: its members belong to different keys');
    }
    return secret;
  };
  if (secretHalf?.known !== undefined && (openHalf === undefined || openHalf.known !== undefined)) {
    checked(secretHalf.known, openHalf?.known);
  }
  const signing =
    secretHalf === undefined
      ? undefined
      : loadedOnce(async () => checked(await secretHalf.load(), await openHalf?.load()));
  const verification = loadedOnce(async () => {
    if (openHalf !== undefined) return openHalf.load();
    return createPublicKey((await signing?.()) as KeyObject);
  });
  return {
    kid,
    alg,
    ...(signing === undefined ? {} : { signing }),
    verification,
    published: async () => ({
      ...((await verification()).export({ format: 'jwk' }) as JWK),
      kid,
      alg,
      use: 'sig',
    }),
  };
}

interface KeyHalf {
  /** There at once unless it comes from a callback. */
  readonly known?: KeyObject;
  load(): Promise<KeyObject>;
}

function halfOf(
  material: KeyMaterial | KeyCallback<KeyMaterial>,
  half: 'private' | 'public',
  alg: AsymmetricAlgorithm,
  option: string,
): KeyHalf {
  if (typeof material === 'function') {
    return { load: loadedOnce(async () => readHalf(await material(), half, alg, option)) };
  }
  const known = readHalf(material, half, alg, option);
  return { known, load: async () => known };
}
