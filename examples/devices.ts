/** Where am I signed in? A user sees it, signs out from elsewhere, and has one phone and two desktops at most. */
import express from 'express';
import { createSallyport } from 'sallyport';
import { errorHandler, requireSession, sessionMiddleware } from 'sallyport/express';

const sallyport = createSallyport({
  session: {
    devices: {
      perDeviceType: { phone: 1, desktop: 2 },
      // Ask a user agent parser here; this only tells phones from the rest.
      describe: ({ userAgent = '' }) => ({ type: /\bMobile\b/.test(userAgent) ? 'phone' : 'desktop' }),
    },
  },
});
const app = express();
app.use(express.json(), sessionMiddleware(sallyport));

app.post('/login', async (request, response) => {
  // Check the password here, in constant time, before anything else.
  const { user, place } = request.body;
  await request.session.login({ userId: String(user) }, { device: { place } });
  response.json({ user: request.session.userId, handle: request.session.handle });
});

app.get('/devices', requireSession(), async (request, response) => {
  const { userId = '' } = request.session;
  response.json(await sallyport.devices.list(userId, { current: request.session }));
});

app.delete('/devices/:handle', requireSession(), async (request, response) => {
  const ended = await sallyport.devices.revoke(request.session.userId ?? '', String(request.params.handle));
  response.sendStatus(ended === 1 ? 204 : 404);
});

app.delete('/devices', requireSession(), async (request, response) => {
  response.json({ ended: await sallyport.devices.revokeOthers(request.session) });
});

app.use(errorHandler(sallyport));

const server = app.listen(Number(process.env.PORT ?? 3_000), '127.0.0.1', () => {
  const address = server.address();
  console.log(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`);
});
