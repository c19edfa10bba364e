/** A page's login with token pairs: the refresh token in a cookie that scripts cannot read, the access token in memory. */
import { randomBytes } from 'node:crypto';
import express from 'express';
import { createSallyport } from 'sallyport';
import { errorHandler, jwksHandler, pairHandlers, refreshCookieTransport, requireToken } from 'sallyport/express';

const sallyport = createSallyport({
  token: {
    keys: [
      // In production one secret for all servers, from the environment or, as a callback, from a vault.
      { kid: '2026-12', alg: 'HS256', secret: async () => process.env.TOKEN_SECRET ?? randomBytes(32) },
      // Leaked in November: nothing that it signed is accepted any more.
      { kid: '2026-11', state: 'retired' },
    ],
    issuer: 'https://shop.example',
    audience: 'shop',
  },
});
const auth = pairHandlers(sallyport, { transport: refreshCookieTransport({ path: '/auth' }) });
const app = express();

// express.json() parses JSON only, which no form of another site can send: nobody is logged in against their will.
app.post('/auth/login', express.json(), async (request, response) => {
  const user: unknown = request.body?.user;
  // Here the application looks up the user and checks the password.
  if (typeof user !== 'string' || user === '') return void response.sendStatus(400);
  await auth.login(request, response, { userId: user, claims: { role: 'customer' } });
});
app.post('/auth/refresh', auth.refresh);
app.post('/auth/logout', auth.logout);

app.get('/orders', requireToken(sallyport, { role: 'customer' }), (request, response) => {
  response.json({ user: request.token?.sub, orders: [] });
});
app.get('/.well-known/jwks.json', jwksHandler(sallyport));

app.use(errorHandler(sallyport));

const server = app.listen(Number(process.env.PORT ?? 3_000), '127.0.0.1', () => {
  const address = server.address();
  console.log(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`);
});
