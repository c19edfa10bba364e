/** Login, profile and logout on a token. The same code serves all schemes that have one. */
import type { Express } from 'express';
import type { Sallyport } from 'sallyport';
import { requireToken } from 'sallyport/express';
import type { TokenClaims } from 'sallyport/tokens';
import { readLogin } from './login-request.ts';

/** @param options.revokes False: there is nothing that a server could do at a logout, and the token stays good. */
export function mountTokenRoutes(app: Express, sallyport: Sallyport, { revokes }: { readonly revokes: boolean }): void {
  const { tokens } = sallyport;

  app.post('/login', async (request, response) => {
    const { userId, ...user } = readLogin(request);
    const { token, claims } = await tokens.issue({ sub: userId, ...user, ipAddress: request.ip });
    response.json({ ...profileOf(claims), token });
  });

  app.get('/profile', requireToken(sallyport), ({ token: claims }, response) => {
    response.json(claims === undefined ? {} : profileOf(claims));
  });

  app.post('/logout', requireToken(sallyport), async (request, response) => {
    if (revokes) await tokens.revoke(request.headers.authorization?.replace(/^Bearer +/i, '') ?? '');
    response.json({ loggedOut: revokes });
  });
}

/** As much as a session tells of its user; a token knows no last access, but has a name. */
function profileOf({ sub, username, role, ipAddress, iat, exp, jti }: TokenClaims): object {
  return {
    userId: sub,
    username,
    role,
    loginTime: new Date(iat * 1000),
    expiresAt: new Date(exp * 1000),
    tokenId: jti,
    ipAddress,
  };
}
