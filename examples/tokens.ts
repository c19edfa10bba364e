/** An API with bearer tokens: stateless to verify, and yet revocable through a deny-list. */
import { randomBytes } from 'node:crypto';
import express from 'express';
import { createSallyport } from 'sallyport';
import { bearerToken, errorHandler, requireToken } from 'sallyport/express';

const sallyport = createSallyport({
  token: {
    // In production one secret for all servers, from the environment. The first key signs; older ones still verify.
    keys: [{ kid: '2026-11', alg: 'HS256', secret: process.env.TOKEN_SECRET ?? randomBytes(32) }],
    issuer: 'https://shop.example',
    audience: 'shop',
    ttlSeconds: 900,
    revocation: { mode: 'deny-list' },
  },
});
const app = express();
app.use(express.json());

app.post('/login', async (request, response) => {
  const { token } = await sallyport.tokens.issue({ sub: String(request.body.user), role: 'customer' });
  response.json({ token });
});

app.get('/orders', requireToken(sallyport), (request, response) => {
  response.json({ user: request.token?.sub, orders: [] });
});

app.post('/logout', requireToken(sallyport), async (request, response) => {
  await sallyport.tokens.revoke(bearerToken(request.headers.authorization));
  response.sendStatus(204);
});

app.use(errorHandler(sallyport));

const server = app.listen(Number(process.env.PORT ?? 3_000), '127.0.0.1', () => {
  const address = server.address();
  console.log(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`);
});
