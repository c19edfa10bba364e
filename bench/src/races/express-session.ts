/** express-session with connect-redis, set up as both READMEs advise. */
import { RedisStore } from 'connect-redis';
import express, { type Request } from 'express';
import session, { type Session } from 'express-session';
import { connectNodeRedis } from './connect-node-redis.ts';
import { listen } from './listen.ts';
import type { RaceFields, StartRaceApp } from './race-app.ts';

interface ExpressSession extends Session, RaceFields {
  user?: string | null;
}

/** @param resave `false` is advised by connect-redis, `true` is express-session's default. */
export function startExpressSession({ resave }: { resave: boolean }): StartRaceApp {
  return async (redisUrl, overlap) => {
    const client = await connectNodeRedis(redisUrl);
    const app = express();
    app.use(
      session({ store: new RedisStore({ client }), secret: 'for a benchmark only', resave, saveUninitialized: false }),
    );

    app.post('/login', async (request, response) => {
      await settled((done) => sessionOf(request).regenerate(done));
      sessionOf(request).user = 'racer';
      await settled((done) => sessionOf(request).save(done));
      response.status(204).end();
    });
    app.use((request, response, next) => {
      if (typeof sessionOf(request).user === 'string') next();
      else response.status(401).end();
    });
    app.get('/session', (request, response) => {
      const { raceA, raceB, raceCart } = sessionOf(request);
      response.json({ raceA, raceB, raceCart });
    });
    app.post('/slow/write', async (request, response) => {
      await overlap.hold();
      sessionOf(request).raceA = 'a';
      response.status(204).end();
    });
    app.post('/slow/read', async (_request, response) => {
      await overlap.hold();
      response.status(204).end();
    });
    app.post('/write', (request, response) => {
      sessionOf(request).raceB = 'b';
      response.status(204).end();
    });
    app.post('/cart/:item', (request, response) => {
      const mine = sessionOf(request);
      mine.raceCart = [...(mine.raceCart ?? []), request.params.item];
      response.status(204).end();
    });
    // The logout of express-session's README: the user is taken out first, then the session is thrown away.
    app.post('/logout', async (request, response) => {
      sessionOf(request).user = null;
      await settled((done) => sessionOf(request).save(done));
      await settled((done) => sessionOf(request).regenerate(done));
      response.status(204).end();
    });

    return listen(app, async () => client.destroy());
  };
}

/** The declared type of `request.session` is Sallyport's; at run time it is whatever middleware came first. */
function sessionOf(request: Request): ExpressSession {
  return request.session as unknown as ExpressSession;
}

function settled(call: (done: (error?: unknown) => void) => unknown): Promise<void> {
  return new Promise((resolve, reject) => {
    call((error) => (error == null ? resolve() : reject(error)));
  });
}
