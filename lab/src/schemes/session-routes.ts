/** Login, profile and logout on a session. The same code serves all schemes: it does not know where sessions live. */
import type { Express, Request } from 'express';
import type { Sallyport } from 'sallyport';
import { requireSession, sessionMiddleware } from 'sallyport/express';
import { readLogin } from './login-request.ts';

export function mountSessionRoutes(app: Express, sallyport: Sallyport): void {
  app.use(['/login', '/profile', '/logout'], sessionMiddleware(sallyport));

  app.post('/login', async (request, response) => {
    await request.session.login(readLogin(request));
    response.json(profileOf(request));
  });

  app.get('/profile', requireSession(), (request, response) => {
    response.json(profileOf(request));
  });

  app.post('/logout', requireSession(), async (request, response) => {
    await request.session.logout();
    response.json({ loggedOut: true });
  });
}

function profileOf({ session }: Request): object {
  const { userId, username, role, loginTime, lastAccess, expiresAt, ipAddress } = session;
  return { userId, username, role, loginTime, lastAccess, expiresAt, ipAddress };
}
