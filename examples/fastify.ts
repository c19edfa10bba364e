/** The shop of express.ts on Fastify: visitors have a cart, users sign in, and any number of servers share the sessions. */
import { fastify } from 'fastify';
import { createSallyport } from 'sallyport';
import { errorHandler, requireSession, sessionPlugin } from 'sallyport/fastify';

declare global {
  namespace Sallyport {
    interface SessionData {
      cart: string[];
    }
  }
}

const sallyport = createSallyport({ session: { idleTimeoutSeconds: 1_800 } });
const app = fastify();
await app.register(sessionPlugin, { sallyport });
app.setErrorHandler(errorHandler(sallyport));

app.post<{ Body: { item: string } }>('/cart', async ({ session, body }) => {
  const cart = await session.update('cart', (present = []) => [...present, String(body.item)]);
  return { cart };
});

app.post<{ Body: { user: string } }>('/login', async ({ session, body }) => {
  // Check the password here, in constant time, before anything else.
  await session.login({ userId: String(body.user), role: 'customer' });
  return { user: session.userId, cart: session.get('cart') ?? [] };
});

app.get('/profile', { preHandler: requireSession() }, async ({ session }) => ({
  user: session.userId,
  since: session.loginTime,
}));

app.post('/logout', async ({ session }, reply) => {
  await session.logout();
  return reply.code(204).send();
});

console.log(await app.listen({ port: Number(process.env.PORT ?? 3_000), host: '127.0.0.1' }));
