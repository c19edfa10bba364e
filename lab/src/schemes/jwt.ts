/** JSON Web Tokens: the token itself holds the user; Redis holds only what was taken back, when there is a deny-list. */
import type { Express } from 'express';
import { createSallyport } from 'sallyport';
import { requireToken } from 'sallyport/express';
import { defaultNamespace } from 'sallyport/redis';
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
    },
  });
  const { tokens, redis } = sallyport;

  app.post('/login', async (request, response) => {
    const { userId, ...user } = readLogin(request);
    const { token, claims } = await tokens.issue({ sub: userId, ...user });
    response.json({ userId, ...user, expiresAt: new Date(claims.exp * 1000), token });
  });

  app.get('/profile', requireToken(sallyport), ({ token: claims }, response) => {
    response.json({ userId: claims?.sub, username: claims?.username, role: claims?.role });
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
