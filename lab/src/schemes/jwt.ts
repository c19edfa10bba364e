/** JSON Web Tokens: the token itself holds the user; Redis holds only what was taken back, when there is a deny-list. */
import type { Express } from 'express';
import { createSallyport } from 'sallyport';
import { defaultNamespace } from 'sallyport/redis';
import { keysLike } from './keys-like.ts';
import type { SchemeSettings } from './scheme.ts';
import { answerErrors } from './served-by.ts';
import { mountTokenRoutes } from './token-routes.ts';

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
  const { redis } = sallyport;
  mountTokenRoutes(app, sallyport, { revokes: mode === 'deny-list' });

  app.get('/debug/sessions', async (_request, response) => {
    const denied =
      mode === 'none' || redis === undefined ? [] : await keysLike(redis, `${defaultNamespace}:token:*:denied:*`);
    response.json({ kept: 'none kept', sessions: 0, users: [], revocation: mode, denied: denied.length });
  });

  app.use(answerErrors(sallyport));
}
