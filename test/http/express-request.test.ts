/** `request.session` is no property of its own on Express' requests, and nobody is to notice. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type Express, type Request, type Response } from 'express';
import { createSallyport, type Sallyport } from 'sallyport';
import { requireToken, sessionMiddleware } from 'sallyport/express';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

let sallyport: Sallyport;
const closes: (() => Promise<unknown>)[] = [];

beforeEach(() => {
  sallyport = createSallyport({
    environment: {},
    session: { cookie: { allowInsecure: true } },
    token: { keys: [{ kid: 'a', alg: 'HS256', secret: 's'.repeat(64) }], issuer: 'https://a.example', audience: 'a' },
  });
});

afterEach(async () => {
  for (const close of closes.splice(0)) await close();
  await sallyport.close();
});

async function ask(app: Express, path = '/', headers: Record<string, string> = {}): Promise<unknown> {
  const server = createServer(app).listen(0, '127.0.0.1');
  closes.push(() => new Promise((resolve) => server.close(resolve)));
  await new Promise((resolve) => server.once('listening', resolve));
  const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`, { headers });
  return answer.json();
}

/** As another library's middleware would see it. */
function seen(request: Request): object {
  const { session } = request as { session?: object };
  return {
    there: session !== undefined,
    isOurs: typeof (session as { login?: unknown } | undefined)?.login === 'function',
  };
}

describe('request.session', () => {
  test('is there behind the middleware, and not before it', async () => {
    const app = express();
    let before: object = {};
    app.use((request, _response, next) => {
      before = seen(request);
      next();
    });
    app.use(sessionMiddleware(sallyport));
    app.get('/', (request, response) => response.json(seen(request)));
    expect(await ask(app)).toEqual({ there: true, isOurs: true });
    expect(before).toEqual({ there: false, isOurs: false });
  });

  test('each request has its own, also with many under way', async () => {
    const app = express();
    const waiting: (() => void)[] = [];
    app.use(sessionMiddleware(sallyport));
    app.get('/', async (request, response) => {
      const first = request.session;
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
        if (waiting.length === 20) for (const go of waiting) go();
      });
      response.json(request.session === first);
      sessions.push(first);
    });
    const sessions: unknown[] = [];
    expect(new Set(await Promise.all(Array.from({ length: 20 }, () => ask(app))))).toEqual(new Set([true]));
    expect(new Set(sessions).size).toBe(20);
  });

  test('given by an application that is mounted in another is seen in both', async () => {
    const app = express();
    const inner = express();
    inner.use(sessionMiddleware(sallyport));
    inner.get('/here', (request, response) => response.json(seen(request)));
    app.use('/inner', inner);
    app.get('/inner/there', (request, response) => response.json(seen(request)));
    expect(await ask(app, '/inner/here')).toEqual({ there: true, isOurs: true });
    expect(await ask(app, '/inner/there')).toEqual({ there: true, isOurs: true });
  });

  test('can be assigned and deleted by another library that is used beside it', async () => {
    const app = express();
    app.use(sessionMiddleware(sallyport));
    app.get('/', (request, response) => {
      const bag = request as { session?: unknown };
      bag.session = { theirs: true };
      const assigned = [bag.session, Object.keys(request).includes('session')];
      delete bag.session;
      response.json([...assigned, seen(request)]);
    });
    expect(await ask(app)).toEqual([{ theirs: true }, true, { there: true, isOurs: true }]);
  });

  test('takes the place of what another library assigned before', async () => {
    const app = express();
    app.use((request, _response, next) => {
      (request as { session?: unknown }).session = { theirs: true };
      next();
    });
    app.use(sessionMiddleware(sallyport));
    app.get('/', (request, response) => response.json(seen(request)));
    expect(await ask(app)).toEqual({ there: true, isOurs: true });
  });

  test('comes before what an application gives all of its requests', async () => {
    const app = express();
    (app.request as { session?: unknown }).session = { theirs: true };
    app.use(sessionMiddleware(sallyport));
    app.get('/', (request, response) => response.json(seen(request)));
    expect(await ask(app)).toEqual({ there: true, isOurs: true });
  });

  test('is assigned to a request that is not made by Express', async () => {
    const request = { headers: {} } as Request;
    await new Promise<void>((resolve, reject) => {
      sessionMiddleware(sallyport)(request, {} as Response, (error?: unknown) => (error ? reject(error) : resolve()));
    });
    expect(Object.hasOwn(request, 'session')).toBe(true);
    expect(seen(request)).toEqual({ there: true, isOurs: true });
    expect(Object.hasOwn(Object.prototype, 'session')).toBe(false);
  });
});

test('request.token has the claims, and nothing before', async () => {
  const app = express();
  const before: unknown[] = [];
  app.use((request, _response, next) => {
    before.push(request.token);
    next();
  });
  app.get('/', requireToken(sallyport), (request, response) => response.json(request.token?.sub));
  const { token } = await sallyport.tokens.issue({ sub: '7' });
  expect(await ask(app, '/', { authorization: `Bearer ${token}` })).toBe('7');
  expect(await ask(app, '/', { authorization: `Bearer ${token}` })).toBe('7');
  expect(before).toEqual([undefined, undefined]);
});
