/** Sallyport on Express 5. */
import express from 'express';
import { createSallyport } from 'sallyport';
import { errorHandler, requireSession, sessionMiddleware } from 'sallyport/express';
import { listen } from './listen.ts';
import type { RaceFields, StartRaceApp } from './race-app.ts';

declare global {
  namespace Sallyport {
    interface SessionData extends RaceFields {}
  }
}

export const startSallyportExpress: StartRaceApp = async (redisUrl, overlap) => {
  const sallyport = createSallyport({ redis: redisUrl, environment: {} });
  const app = express();
  app.use(sessionMiddleware(sallyport));

  app.post('/login', async (request, response) => {
    await request.session.login({ userId: 'racer' });
    response.status(204).end();
  });
  app.use(requireSession());
  app.get('/session', (request, response) => {
    response.json(request.session.data);
  });
  app.post('/slow/write', async (request, response) => {
    await overlap.hold();
    await request.session.set('raceA', 'a');
    response.status(204).end();
  });
  app.post('/slow/read', async (_request, response) => {
    await overlap.hold();
    response.status(204).end();
  });
  app.post('/write', async (request, response) => {
    await request.session.set('raceB', 'b');
    response.status(204).end();
  });
  app.post('/cart/:item', async (request, response) => {
    await request.session.update('raceCart', (cart = []) => [...cart, request.params.item]);
    response.status(204).end();
  });
  app.post('/logout', async (request, response) => {
    await request.session.logout();
    response.status(204).end();
  });
  app.use(errorHandler(sallyport));

  return listen(app, () => sallyport.close());
};
