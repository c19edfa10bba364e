import { randomUUID } from 'node:crypto';
import jsonwebtoken, { type JwtPayload } from 'jsonwebtoken';
import { audience, issuer, kid, type OpenTokens, ttlSeconds } from './subject.ts';

/** It has no EdDSA. */
export const openJsonwebtoken: OpenTokens = ({ algorithm, signing, verification }) => {
  if (algorithm === 'EdDSA') throw new RangeError('jsonwebtoken has no EdDSA.');
  const signOptions = { algorithm, keyid: kid, issuer, audience, expiresIn: ttlSeconds };
  return {
    issue: (user) => jsonwebtoken.sign({ ...user, jti: randomUUID() }, signing, signOptions),
    verify: (token) =>
      jsonwebtoken.verify(token, verification, { algorithms: [algorithm], issuer, audience }) as JwtPayload,
  };
};
