/** Sticky sessions: each server keeps the sessions it made in its own memory; the balancer must send clients back. */
import type { Express } from 'express';
import { createSallyport } from 'sallyport';
import { memorySessionStore } from 'sallyport/sessions';
import { listedStore } from './held-sessions.ts';
import type { SchemeSettings } from './scheme.ts';
import { answerErrors } from './served-by.ts';
import { mountSessionRoutes } from './session-routes.ts';

export function mountSticky(app: Express, { ttlSeconds }: SchemeSettings): void {
  const store = listedStore(memorySessionStore());
  const sallyport = createSallyport({
    redis: 'memory',
    session: {
      store,
      idleTimeoutSeconds: ttlSeconds,
      // The lab talks plain HTTP over loopback, where a `__Host-` cookie would be refused.
      cookie: { allowInsecure: true },
    },
  });
  mountSessionRoutes(app, sallyport);

  app.get('/debug/sessions', async (_request, response) => {
    response.json({ kept: 'in the memory of this server', ...(await store.held()) });
  });

  app.use(answerErrors(sallyport));
}
