/** A server whose every answer depends on a token. */
import { createServer, type Server } from 'node:http';
import { connectRedis } from 'sallyport/redis';
import { createTokens, TokenError } from 'sallyport/tokens';
import { type ModeName, modes } from './modes.ts';

/** Travels to the process of the application, as JSON. */
export interface AppRequest {
  readonly mode: ModeName;
  readonly redisUrl: string;
  /** Tokens are issued and verified with it. */
  readonly secret: string;
}

/**
 * `GET /tokens/N`: N new tokens, JSON. `GET /cpu`: CPU time of this process, µs. `GET /profile`: 200 with the user of the
 * bearer token, or 401.
 */
export function createApp({ mode, redisUrl, secret }: AppRequest): Server {
  const redis = connectRedis(redisUrl, { deadlineMs: 10_000 });
  const tokens = createTokens({
    keys: [{ kid: '2026-11', alg: 'HS256', secret }],
    issuer: 'https://shop.example',
    audience: 'shop',
    ...modes[mode](redis),
  });
  const server = createServer(async (request, response) => {
    const { url = '/', headers } = request;
    try {
      if (url.startsWith('/tokens/')) {
        const users = Array.from({ length: Number(url.slice(8)) }, (_, index) => `user-${index}`);
        const issued = await Promise.all(users.map((sub) => tokens.issue({ sub, username: 'ada', role: 'customer' })));
        response.end(JSON.stringify(issued.map(({ token }) => token)));
      } else if (url === '/cpu') {
        const { user, system } = process.cpuUsage();
        response.end(String(user + system));
      } else {
        const { sub } = await tokens.verify((headers.authorization ?? '').slice('Bearer '.length));
        response.end(sub);
      }
    } catch (error) {
      response.statusCode = error instanceof TokenError ? 401 : 500;
      response.end();
    }
  });
  server.on('close', () => {
    void tokens.close();
    void redis.close();
  });
  return server;
}
