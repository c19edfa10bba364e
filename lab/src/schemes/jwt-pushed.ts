/** JSON Web Tokens with pushed revocation: every server holds the deny-list in its memory, and hears of each logout. */
import type { Express } from 'express';
import { createSallyport } from 'sallyport';
import type { SchemeSettings } from './scheme.ts';
import { answerErrors } from './served-by.ts';
import { mountTokenRoutes } from './token-routes.ts';

export function mountJwtPushed(app: Express, { ttlSeconds, environment }: SchemeSettings): void {
  const sallyport = createSallyport({
    // Where Redis is comes from REDIS_URL.
    environment,
    token: {
      keys: [{ kid: 'lab', alg: 'HS256', secret: environment.TOKEN_SECRET }],
      ttlSeconds,
      revocation: { mode: 'pushed' },
    },
  });
  const { redis, tokens } = sallyport;
  if (redis === undefined) throw new Error('The scheme jwt-pushed needs REDIS_URL.');
  mountTokenRoutes(app, sallyport, { revokes: true });

  app.get('/debug/sessions', (_request, response) => {
    const { state, denials, cutOffs } = tokens.revocationHealth() ?? {};
    response.json({ kept: 'none kept', sessions: 0, users: [], revocation: 'pushed', state, denied: denials, cutOffs });
  });

  app.use(answerErrors(sallyport));
}
