/**
 * The part of express-session 1.19 that the benchmark uses. The published types are not installed: they declare
 * `Express.Request.session` for the whole program, where Sallyport's own declaration stands.
 */
declare module 'express-session' {
  import type { RequestHandler } from 'express';

  function session(options: session.SessionOptions): RequestHandler;

  namespace session {
    interface SessionData {
      // Written so that connect-redis' store also fits @fastify/session, which is documented to take it.
      cookie: { originalMaxAge: number | null };
    }

    interface Session {
      regenerate(callback: (error?: unknown) => void): Session;
      save(callback: (error?: unknown) => void): Session;
    }

    /** The base class that connect-redis extends. */
    class Store {}

    interface SessionOptions {
      readonly secret: string;
      readonly store: Store;
      readonly resave: boolean;
      readonly saveUninitialized: boolean;
    }
  }

  export = session;
}
