/** JSON Web Tokens: the token itself holds the user; Redis holds only what was taken back, when there is a deny-list. */
import type { Express } from 'express';
import { createSallyport } from 'sallyport';
import { requireToken } from 'sallyport/express';
import { defaultNamespace } from 'sallyport/redis';
import type { TokenClaims } from 'sallyport/tokens';
import { keysLike } from './keys-like.ts';
import { readLogin } from './login-request.ts';
import type { SchemeSettings } from './scheme.ts';
import { answerErrors } from './served-by.ts';

export function mountJwt(app: Express, { ttlSeconds, environment }: SchemeSettings): void {
  const mode = environment.REVOCATION === 'deny-list' ? 'deny-list' : 'none';
  const whenUnavailable = environment.WHEN_UNAVAILABLE === 'accept' ? 'accept' : 'refuse';
  const sallyport = createSallyport({
    environment,
    token: {
      keys: [{ kid: 'lab', alg: 'HS256', secret: environment.TOKEN_SECRET }],
      ttlSeconds,
      revocation: { mode, whenUnavailable },
      ...(environment.CACHED_TOKENS === undefined ? {} : { cache: { maxTokens: Number(environment.CACHED_TOKENS) } }),
    },
  });
  const { tokens, redis } = sallyport;

  app.post('/login', async (request, response) => {
    const { userId, ...user } = readLogin(request);
    const { token, claims } = await tokens.issue({ sub: userId, ...user, ipAddress: request.ip });
    response.json({ ...profileOf(claims), token });
  });

  app.get('/profile', requireToken(sallyport), ({ token: claims }, response) => {
    response.json(claims === undefined ? {} : profileOf(claims));
  });

  app.post('/logout', requireToken(sallyport), async (request, response) => {
    // Without a deny-list there is nothing a server could do: the token stays good until it expires.
    if (mode === 'deny-list') await tokens.revoke(request.headers.authorization?.replace(/^Bearer +/i, '') ?? '');
    response.json({ loggedOut: mode === 'deny-list' });
  });

  app.get('/debug/sessions', async (_request, response) => {
    const denied =
      mode === 'none' || redis === undefined ? [] : await keysLike(redis, `${defaultNamespace}:token:*:denied:*`);
    response.json({ kept: 'none kept', sessions: 0, users: [], revocation: mode, denied: denied.length });
  });

  app.use(answerErrors(sallyport));
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
