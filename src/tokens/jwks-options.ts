import { InvalidOptionError } from '../errors.ts';
import { shortText, wholeNumber } from '../option-checks.ts';
import type { AsymmetricAlgorithm } from './key-material.ts';

/** How the keys of another issuer are fetched. */
export interface JwksOptions {
  /** `https:`; plain `http:` only on the loopback of this machine. */
  readonly url: string | URL;
  /**
   * `iss` of the tokens these keys sign. A key of this set never vouches for another issuer.
   * @default the option `issuer`
   */
  readonly issuer?: string;
  /** @default all three: RS256, ES256, EdDSA */
  readonly algorithms?: readonly AsymmetricAlgorithm[];
  /**
   * How long a fetched set is used before it is fetched again: a key withdrawn by its publisher works that long.
   * @default 600
   */
  readonly maxAgeSeconds?: number;
  /**
   * How long after a fetch an unknown key name does not cause another.
   * @default 30
   */
  readonly cooldownSeconds?: number;
  /**
   * How long after `maxAgeSeconds` the old set serves on while the publisher cannot be reached.
   * @default 3600
   */
  readonly staleSeconds?: number;
  /** @default 5000 */
  readonly timeoutMs?: number;
}

export interface JwksSettings {
  readonly url: URL;
  readonly issuer: string;
  readonly algorithms: readonly AsymmetricAlgorithm[];
  readonly maxAgeMs: number;
  readonly cooldownMs: number;
  readonly staleMs: number;
  readonly timeoutMs: number;
}

const everyAlgorithm: readonly AsymmetricAlgorithm[] = ['RS256', 'ES256', 'EdDSA'];
const daySeconds = 86_400;

/** @throws InvalidOptionError */
export function checkJwksOptions(options: JwksOptions, issuer: string): JwksSettings {
  const algorithms = options.algorithms ?? everyAlgorithm;
  if (
    !Array.isArray(algorithms) ||
    algorithms.length === 0 ||
    !algorithms.every((alg) => everyAlgorithm.includes(alg))
  ) {
    throw new InvalidOptionError('tokens.jwks.algorithms', 'a list of RS256, ES256, EdDSA');
  }
  const seconds = (name: 'maxAgeSeconds' | 'cooldownSeconds' | 'staleSeconds', standard: number, least: number) =>
    wholeNumber(`tokens.jwks.${name}`, options[name] ?? standard, least, daySeconds) * 1_000;
  return {
    url: checkUrl(options.url),
    issuer: shortText('tokens.jwks.issuer', options.issuer ?? issuer),
    algorithms: [...algorithms],
    maxAgeMs: seconds('maxAgeSeconds', 600, 1),
    cooldownMs: seconds('cooldownSeconds', 30, 1),
    staleMs: seconds('staleSeconds', 3_600, 0),
    timeoutMs: wholeNumber('tokens.jwks.timeoutMs', options.timeoutMs ?? 5_000, 10, 60_000),
  };
}

function checkUrl(given: string | URL): URL {
  const url = URL.canParse(String(given)) ? new URL(String(given)) : undefined;
  const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url?.hostname ?? '');
  const fits = url?.protocol === 'https:' || (url?.protocol === 'http:' && loopback);
  // fetch() refuses credentials in a URL, and an error must not show them.
  if (url === undefined || !fits || url.username !== '' || url.password !== '') {
    throw new InvalidOptionError('tokens.jwks.url', 'an https URL without user and password (http only for loopback)');
  }
  return url;
}
