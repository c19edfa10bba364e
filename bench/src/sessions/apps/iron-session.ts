/** iron-session: all of the session in an encrypted cookie, which is made again at each request so that it slides. */
import { getIronSession } from 'iron-session';
import type { StartSessionApp } from '../session-app.ts';
import { idleTimeoutSeconds, loginNumber, profileOf, type StoredVisitor, secret, storedVisitor } from '../visitor.ts';
import { answer, listen } from './listen.ts';

const options = {
  password: secret,
  cookieName: 'session',
  ttl: idleTimeoutSeconds,
  cookieOptions: { secure: false },
};

export const startIronSession: StartSessionApp = () =>
  listen(async (request, response) => {
    if (request.url === '/health') return answer(response, 200);
    const session = await getIronSession<Partial<StoredVisitor>>(request, response, options);
    const n = loginNumber(request.url);
    if (n !== undefined) {
      const agent = request.headers['user-agent'] ?? '';
      Object.assign(session, storedVisitor(n, request.socket.remoteAddress ?? '', agent));
      await session.save();
      return answer(response, 204);
    }
    const { userId, role = '', page = '' } = session;
    if (userId === undefined) return answer(response, 401);
    await session.save();
    return answer(response, 200, profileOf({ userId, role, page }));
  });
