import express from 'express';
import { createSallyport } from 'sallyport';
import { errorHandler, requireSession, sessionMiddleware } from 'sallyport/express';

const sallyport = createSallyport(); // REDIS_URL, or memory
const app = express();
app.use(express.json(), sessionMiddleware(sallyport));

app.post('/login', async (request, response) => {
  // … check the password first …
  await request.session.login({ userId: request.body.user, role: 'customer' }); // a new id, always
  response.json({ user: request.session.userId });
});
app.post('/cart', requireSession(), async (request, response) => {
  // Twenty parallel requests keep twenty items.
  response.json(await request.session.update('cart', (cart = []) => [...cart, request.body.item]));
});
app.post('/logout', async (request, response) => {
  await request.session.logout(); // on all servers, also for requests under way
  response.sendStatus(204);
});
app.use(errorHandler(sallyport)); // 401, 403, 503 with Retry-After
app.listen(3000);

declare global {
  namespace Sallyport {
    interface SessionData {
      cart: string[];
    }
  }
}
