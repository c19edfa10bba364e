/**
 * Sessions by hand on ioredis: a hash, HGETALL to read and EXPIRE to renew, in one pipeline. Without what Sallyport does
 * besides: an absolute limit, a size limit, tombstones, hashed ids, a deadline, an answer while Redis is away.
 */
import { randomBytes } from 'node:crypto';
import { parseCookie } from 'cookie';
import { Redis } from 'ioredis';
import type { StartSessionApp } from '../session-app.ts';
import { idleTimeoutSeconds, loginNumber, profileOf, storedVisitor } from '../visitor.ts';
import { answer, listen } from './listen.ts';

export const startIoredis: StartSessionApp = (redisUrl) => {
  // The protocol that Sallyport's own connection speaks.
  const redis = new Redis(redisUrl, { protocol: 2 });
  return listen(
    async (request, response) => {
      if (request.url === '/health') return answer(response, 200);
      const n = loginNumber(request.url);
      if (n !== undefined) {
        const id = randomBytes(32).toString('base64url');
        const visitor = storedVisitor(n, request.socket.remoteAddress ?? '', request.headers['user-agent'] ?? '');
        const key = `session:${id}`;
        await redis.multi().hset(key, visitor).expire(key, idleTimeoutSeconds).exec();
        response.setHeader('Set-Cookie', `session=${id}; Path=/; HttpOnly; SameSite=Lax`);
        return answer(response, 204);
      }
      const id = parseCookie(request.headers.cookie ?? '').session;
      if (id === undefined) return answer(response, 401);
      const key = `session:${id}`;
      const replies = await redis.pipeline().hgetall(key).expire(key, idleTimeoutSeconds).exec();
      const { userId, role = '', page = '' } = (replies?.[0]?.[1] ?? {}) as Partial<Record<string, string>>;
      if (userId === undefined) return answer(response, 401);
      return answer(response, 200, profileOf({ userId, role, page }));
    },
    () => redis.disconnect(),
  );
};
