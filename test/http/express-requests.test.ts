/** What the middlewares do to Express' requests, and what nobody is to notice of it. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInThisContext } from 'node:vm';
import express, { type Express, type Request, type RequestHandler, type Response } from 'express';
import { createSallyport, type Sallyport } from 'sallyport';
import { requireToken, sessionMiddleware } from 'sallyport/express';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { keepAsDictionaries } from '../../src/http/express-dictionaries.ts';

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
    expect(await ask(app)).toEqual([{ theirs: true }, true, { there: false, isOurs: false }]);
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

describe('as dictionaries', () => {
  const isOldEngine = Number.parseInt(process.versions.v8, 10) < 13;
  setFlagsFromString('--allow-natives-syntax');
  const hasHiddenClass = runInThisContext('(object) => %HasFastProperties(object)') as (object: object) => boolean;
  // Is compiled when it is called first.
  hasHiddenClass({});
  setFlagsFromString('--no-allow-natives-syntax');

  /** Without values, some of which are other ones a moment later. */
  function attributesOf(object: object): Map<PropertyKey, unknown> {
    const names = Reflect.ownKeys(object);
    return new Map(names.map((name) => [name, { ...Object.getOwnPropertyDescriptor(object, name), value: undefined }]));
  }

  async function observed(middleware: RequestHandler, headers: Record<string, string> = {}) {
    const app = express();
    const before: Map<PropertyKey, unknown>[] = [];
    const after: typeof before = [];
    const fast: boolean[] = [];
    const look =
      (list: typeof before): RequestHandler =>
      (request, response, next) => {
        expect(request.res).toBe(response);
        expect(response.req).toBe(request);
        list.push(...[request, response].map(attributesOf));
        next();
      };
    app.use(look(before), middleware, look(after));
    app.get('/', (request, response) => {
      fast.push(hasHiddenClass(request), hasHiddenClass(response));
      response.json('answered');
    });
    expect(await ask(app, '/', headers)).toBe('answered');
    return { before, after, fast };
  }

  test.each([
    ['session', () => sessionMiddleware(sallyport)],
    ['token', () => requireToken(sallyport)],
  ] as const)('requests and responses have all of their properties, and request.%s', async (name, middleware) => {
    const { token } = await sallyport.tokens.issue({ sub: '7' });
    const { before, after, fast } = await observed(middleware(), { authorization: `Bearer ${token}` });
    expect(fast).toEqual([!isOldEngine, !isOldEngine]);
    const [request, response] = after;
    expect(request!.has(name)).toBe(true);
    request!.delete(name);
    expect(request).toEqual(before[0]);
    expect(response).toEqual(before[1]);
  });

  test('nothing is done to what cannot be taken out', async () => {
    const request = Object.freeze({ headers: {}, res: 1 });
    const response = Object.freeze({ req: request });
    expect(() => keepAsDictionaries(request as never, response as never)).not.toThrow();
    expect([request.res, response.req]).toEqual([1, request]);
  });
});
