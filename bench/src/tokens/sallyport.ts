/** Sallyport without revocation, which none of the others has: `npm run bench -- token-modes` shows what that costs. */
import { createTokens, type TokenKey } from 'sallyport/tokens';
import { audience, cachedTokens, issuer, kid, type OpenTokens, ttlSeconds } from './subject.ts';

export const openSallyport: OpenTokens = ({ algorithm, signing }) => {
  const key: TokenKey =
    algorithm === 'HS256' ? { kid, alg: algorithm, secret: signing } : { kid, alg: algorithm, privateKey: signing };
  const tokens = createTokens({ keys: [key], issuer, audience, ttlSeconds, cache: { maxTokens: cachedTokens } });
  return {
    issue: async (user) => (await tokens.issue({ ...user })).token,
    verify: (token) => tokens.verify(token),
  };
};
