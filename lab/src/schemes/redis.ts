/** Redis sessions: all servers keep sessions in one Redis, so that any server can answer any client. */
import type { Express } from 'express';
import { createSallyport } from 'sallyport';
import { defaultNamespace, type RedisPort } from 'sallyport/redis';
import { redisSessionStore, type SessionKey } from 'sallyport/sessions';
import { heldSessions } from './held-sessions.ts';
import { keysLike } from './keys-like.ts';
import type { SchemeSettings } from './scheme.ts';
import { answerErrors } from './served-by.ts';
import { mountSessionRoutes } from './session-routes.ts';

export function mountRedis(app: Express, settings: SchemeSettings): void {
  mountSessionsInRedis(app, settings, { coherent: false });
}

export function mountSessionsInRedis(
  app: Express,
  { ttlSeconds, environment }: SchemeSettings,
  { coherent }: { readonly coherent: boolean },
): void {
  const sallyport = createSallyport({
    // Where Redis is comes from REDIS_URL.
    environment,
    session: {
      idleTimeoutSeconds: ttlSeconds,
      coherent,
      // The lab talks plain HTTP over loopback, where a `__Host-` cookie would be refused.
      cookie: { allowInsecure: true },
    },
  });
  const { redis } = sallyport;
  if (redis === undefined) throw new Error('Sessions in Redis need REDIS_URL.');
  mountSessionRoutes(app, sallyport);

  app.get('/debug/sessions', async (_request, response) => {
    response.json({ kept: 'in Redis', ...(await heldSessions(redisSessionStore(redis), await sessionKeys(redis))) });
  });

  app.use(answerErrors(sallyport));
}

async function sessionKeys(redis: RedisPort): Promise<SessionKey[]> {
  const names = await keysLike(redis, `${defaultNamespace}:session:*`);
  return names.flatMap((name) => {
    const [, tag, hash] = /\{(.+)\}:(.+)$/.exec(name) ?? [];
    return tag === undefined || hash === undefined ? [] : [{ tag, hash }];
  });
}
