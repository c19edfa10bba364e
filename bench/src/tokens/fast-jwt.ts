import { randomUUID } from 'node:crypto';
import { createSigner, createVerifier } from 'fast-jwt';
import { audience, cachedTokens, issuer, kid, type OpenTokens, ttlSeconds } from './subject.ts';

const openWith =
  (cache: number | false): OpenTokens =>
  ({ algorithm, signing, verification }) => {
    // It takes bytes and PEM, and no KeyObject.
    const [signingKey, verificationKey] =
      algorithm === 'HS256'
        ? [signing.export(), signing.export()]
        : [signing.export({ type: 'pkcs8', format: 'pem' }), verification.export({ type: 'spki', format: 'pem' })];
    const sign = createSigner({
      key: signingKey,
      algorithm,
      kid,
      iss: issuer,
      aud: audience,
      expiresIn: ttlSeconds * 1_000,
    });
    const verify = createVerifier({
      key: verificationKey,
      algorithms: [algorithm],
      allowedIss: issuer,
      allowedAud: audience,
      requiredClaims: ['iss', 'aud', 'exp'],
      cache,
    });
    return {
      issue: (user) => sign({ ...user, jti: randomUUID() }),
      verify: (token) => verify(token),
    };
  };

export const openFastJwt: OpenTokens = openWith(cachedTokens);
export const openFastJwtUncached: OpenTokens = openWith(false);
