/** The shop on Hono, for Node's server and for any runtime that calls `fetch`. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Context, Hono, type MiddlewareHandler } from 'hono';
import type { Sallyport } from 'sallyport';
import { errorHandler, type HonoSessionOptions, requireSession, requireToken, sessionMiddleware } from 'sallyport/hono';
import { shop } from './shop.ts';

export function honoShop(sallyport: Sallyport, options?: HonoSessionOptions): Hono {
  const app = new Hono();
  app.use(sessionMiddleware(sallyport, options));
  app.get('/guarded', requireSession(), (c) => c.json({ userId: c.var.session.userId }));
  app.get('/guarded/token', requireToken(sallyport, { role: ['user'] }), (c) => c.json({ sub: c.get('token').sub }));
  app.all('*', (c) => handle(sallyport, c));
  app.onError(errorHandler(sallyport, (_error, c) => c.json({ error: 'internal' }, 500)));
  return app;
}

async function handle(sallyport: Sallyport, c: Context): Promise<Response> {
  const through = async (guard: MiddlewareHandler) => void (await guard(c, async () => {}));
  const url = new URL(c.req.url);
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>({}, { highWaterMark: 16 });
  const writer = writable.getWriter();
  // The client may be gone; then nobody is there to be told.
  writer.closed.catch(() => {});
  const write = (text: string) => void writer.write(new TextEncoder().encode(text)).catch(() => {});
  let begin: (response: Response) => void = () => {};
  const begun = new Promise<Response>((resolve) => {
    begin = resolve;
  });
  const finished = shop(sallyport, {
    path: url.pathname,
    query: url.searchParams,
    session: c.var.session,
    guard: (role) => through(requireSession(role === undefined ? {} : { role })),
    tokenGuard: async (role) => {
      await through(requireToken(sallyport, role === undefined ? {} : { role }));
      return c.get('token');
    },
    begin: async () => {
      begin(c.body(readable));
      await nextTurn();
      write('begun ');
    },
    finish: (rest) => {
      write(rest);
      void writer.close().catch(() => {});
    },
    addCookie: (header) => c.header('Set-Cookie', header, { append: true }),
  });
  finished.catch((error) => writer.abort(error).catch(() => {}));
  return Promise.race([begun, finished.then((result) => (result === undefined ? begun : c.json(result)))]);
}
