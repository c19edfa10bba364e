/** A shop on Express: visitors have a cart, users sign in, and any number of servers share the sessions. */
import express from 'express';
import { createSallyport } from 'sallyport';
import { errorHandler, requireSession, sessionMiddleware } from 'sallyport/express';

declare global {
  namespace Sallyport {
    interface SessionData {
      cart: string[];
    }
  }
}

const sallyport = createSallyport({ session: { idleTimeoutSeconds: 1_800 } });
const app = express();
app.use(express.json(), sessionMiddleware(sallyport));

app.post('/cart', async (request, response) => {
  const item = String(request.body.item);
  const cart = await request.session.update('cart', (present = []) => [...present, item]);
  response.json({ cart });
});

app.post('/login', async (request, response) => {
  // Check the password here, in constant time, before anything else.
  await request.session.login({ userId: String(request.body.user), role: 'customer' });
  response.json({ user: request.session.userId, cart: request.session.get('cart') ?? [] });
});

app.get('/profile', requireSession(), (request, response) => {
  response.json({ user: request.session.userId, since: request.session.loginTime });
});

app.post('/logout', async (request, response) => {
  await request.session.logout();
  response.sendStatus(204);
});

app.use(errorHandler(sallyport));

const server = app.listen(Number(process.env.PORT ?? 3_000), '127.0.0.1', () => {
  const address = server.address();
  console.log(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`);
});
