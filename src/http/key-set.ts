/** The public keys of this application as other services fetch them (RFC 7517). */
import { wholeNumber } from '../option-checks.ts';
import type { TokenSource } from './pair-endpoints.ts';

export interface KeySetOptions {
  /**
   * How long others may keep the answer. Wait at least this long between adding a key and signing with it.
   * @default 300
   */
  readonly maxAgeSeconds?: number;
}

interface KeySetAnswer {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** @throws InvalidOptionError */
export function keySetAnswer(source: TokenSource, { maxAgeSeconds = 300 }: KeySetOptions): () => Promise<KeySetAnswer> {
  const maxAge = wholeNumber('maxAgeSeconds', maxAgeSeconds, 0, 86_400);
  const { tokens } = source;
  const headers = { 'Content-Type': 'application/jwk-set+json', 'Cache-Control': `public, max-age=${maxAge}` };
  return async () => ({ headers, body: JSON.stringify(await tokens.jwks()) });
}
