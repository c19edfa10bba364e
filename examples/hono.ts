/** The shop of express.ts on Hono, here on Node's server. `app.fetch` runs it on any other. */
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { createSallyport } from 'sallyport';
import { errorHandler, requireSession, sessionMiddleware } from 'sallyport/hono';

declare global {
  namespace Sallyport {
    interface SessionData {
      cart: string[];
    }
  }
}

const sallyport = createSallyport({ session: { idleTimeoutSeconds: 1_800 } });
const app = new Hono();
app.use(sessionMiddleware(sallyport));
app.onError(errorHandler(sallyport));

app.post('/cart', async (c) => {
  const { item } = await c.req.json();
  const cart = await c.var.session.update('cart', (present = []) => [...present, String(item)]);
  return c.json({ cart });
});

app.post('/login', async (c) => {
  // Check the password here, in constant time, before anything else.
  const { user } = await c.req.json();
  await c.var.session.login({ userId: String(user), role: 'customer' });
  return c.json({ user: c.var.session.userId, cart: c.var.session.get('cart') ?? [] });
});

app.get('/profile', requireSession(), (c) => c.json({ user: c.var.session.userId, since: c.var.session.loginTime }));

app.post('/logout', async (c) => {
  await c.var.session.logout();
  return c.body(null, 204);
});

serve({ fetch: app.fetch, hostname: '127.0.0.1', port: Number(process.env.PORT ?? 3_000) }, ({ address, port }) => {
  console.log(`http://${address}:${port}`);
});
