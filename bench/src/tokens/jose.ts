import { randomUUID } from 'node:crypto';
import { jwtVerify, SignJWT } from 'jose';
import { audience, issuer, kid, type OpenTokens, ttlSeconds } from './subject.ts';

export const openJose: OpenTokens = ({ algorithm, signing, verification }) => {
  const header = { alg: algorithm, kid, typ: 'JWT' };
  const options = { algorithms: [algorithm], issuer, audience, requiredClaims: ['exp'] };
  return {
    issue: ({ sub, ...others }) => {
      const now = Math.floor(Date.now() / 1_000);
      return new SignJWT(others)
        .setProtectedHeader(header)
        .setSubject(sub)
        .setIssuer(issuer)
        .setAudience(audience)
        .setIssuedAt(now)
        .setExpirationTime(now + ttlSeconds)
        .setJti(randomUUID())
        .sign(signing);
    },
    verify: async (token) => (await jwtVerify(token, verification, options)).payload,
  };
};
