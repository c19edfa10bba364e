/** express-session with connect-redis and node-redis, set up as both READMEs advise. */
import { RedisStore } from 'connect-redis';
import express, { type Request } from 'express';
import session, { type Session } from 'express-session';
import { connectNodeRedis } from '../../races/connect-node-redis.ts';
import type { StartSessionApp } from '../session-app.ts';
import { idleTimeoutSeconds, profileOf, type StoredVisitor, secret, storedVisitor } from '../visitor.ts';
import { listen } from './listen.ts';

interface StoredSession extends Session {
  visitor?: StoredVisitor;
}

/** @param rolling `true`: each response sets the cookie again. Redis' time to live is renewed in either case. */
export function startExpressSession({ rolling }: { readonly rolling: boolean }): StartSessionApp {
  return async (redisUrl) => {
    const client = await connectNodeRedis(redisUrl);
    const app = express();
    app.get('/health', (_request, response) => {
      response.end();
    });
    app.use(
      session({
        store: new RedisStore({ client }),
        secret,
        resave: false,
        saveUninitialized: false,
        rolling,
        cookie: { maxAge: idleTimeoutSeconds * 1_000 },
      }),
    );
    app.post('/login/:n', (request, response, next) => {
      sessionOf(request).regenerate((error: unknown) => {
        if (error) return next(error);
        const agent = request.headers['user-agent'] ?? '';
        sessionOf(request).visitor = storedVisitor(Number(request.params.n), request.ip ?? '', agent);
        response.status(204).end();
      });
    });
    app.get('/profile', (request, response) => {
      const { visitor } = sessionOf(request);
      if (visitor === undefined) response.status(401).end();
      else response.json(profileOf(visitor));
    });
    return listen(app, () => client.destroy());
  };
}

/** The declared type of `request.session` is Sallyport's; at run time it is whatever middleware came first. */
function sessionOf(request: Request): StoredSession {
  return request.session as unknown as StoredSession;
}
