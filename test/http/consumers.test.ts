/** Applications in TypeScript that install Sallyport beside one framework and no other: the types must suit each. */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
const run = promisify(execFile);

const fields = `
declare global {
  namespace Sallyport { interface SessionData { cart: string[] } }
}
`;

interface Consumer {
  readonly installs: readonly string[];
  readonly code: string;
  /** Also checks the declarations that it imports. */
  readonly strict?: boolean;
}

const consumers: Readonly<Record<string, Consumer>> = {
  'no framework at all': {
    installs: [],
    strict: true,
    code: `
import { createSallyport } from 'sallyport';
import { createSessions } from 'sallyport/sessions';
import { requireSession, withSession } from 'sallyport/node';
const sallyport = createSallyport({ redis: 'memory' });
withSession(sallyport, (request) => { const user: string | undefined = requireSession(request).userId; return user; });
createSessions();
`,
  },
  fastify: {
    installs: ['fastify'],
    code: `
import { fastify } from 'fastify';
import { createSallyport } from 'sallyport';
import { errorHandler, requireSession, requireToken, sessionPlugin } from 'sallyport/fastify';
const sallyport = createSallyport();
const app = fastify();
await app.register(sessionPlugin, { sallyport });
app.setErrorHandler(errorHandler(sallyport));
app.get<{ Params: { id: string } }>('/:id', { preHandler: [requireSession({ role: 'admin' })] }, async (request) => {
  const cart: string[] | undefined = request.session.get('cart');
  // @ts-expect-error there is no such field
  request.session.get('basket');
  return { cart, id: request.params.id };
});
app.get('/api', { onRequest: requireToken(sallyport) }, async ({ token }) => ({ sub: token?.sub }));
// @ts-expect-error the plugin needs a Sallyport
app.register(sessionPlugin, {});
${fields}`,
  },
  hono: {
    installs: ['hono'],
    code: `
import { Hono } from 'hono';
import { createSallyport } from 'sallyport';
import { errorHandler, requireSession, sessionMiddleware } from 'sallyport/hono';
const sallyport = createSallyport();
const app = new Hono<{ Bindings: { REGION: string } }>();
app.use(sessionMiddleware(sallyport, { clientAddress: (c) => c.req.header('x-real-ip') }));
app.onError(errorHandler(sallyport));
app.get('/:id', requireSession({ role: ['admin'] }), (c) => {
  const cart: string[] | undefined = c.var.session.get('cart');
  const user: string | undefined = c.get('session').userId;
  // @ts-expect-error there is no such field
  c.var.session.get('basket');
  return c.json({ cart, user, region: c.env.REGION, id: c.req.param('id') });
});
${fields}`,
  },
  express: {
    installs: ['express', '@types/express'],
    code: `
import express from 'express';
import { createSallyport } from 'sallyport';
import { errorHandler, requireSession, sessionMiddleware } from 'sallyport/express';
const sallyport = createSallyport();
const app = express().use(sessionMiddleware(sallyport));
app.get('/', requireSession(), (request, response) => void response.json({ cart: request.session.get('cart') }));
app.use(errorHandler(sallyport));
${fields}`,
  },
  'express-session': {
    installs: ['express', '@types/express', 'express-session', '@types/express-session'],
    code: `
import express from 'express';
import session from 'express-session';
import { SallyportStore } from 'sallyport/compat/express-session';
declare module 'express-session' { interface SessionData { user: { id: string } } }
const store = new SallyportStore({ redis: 'redis://localhost', userId: (stored) => stored.user?.id });
express().use(session({ store, secret: 'x', resave: false, saveUninitialized: false }), (request, response) => {
  request.session.user = { id: 'ada' };
  void store.destroyUser('ada', { except: request.sessionID }).then((count: number) => response.json({ count }));
});
// @ts-expect-error there is no such member
new SallyportStore({ userId: (stored) => stored.usr?.id });
`,
  },
  '@fastify/session': {
    installs: ['fastify', '@fastify/cookie', '@fastify/session'],
    code: `
import { fastifyCookie } from '@fastify/cookie';
import { fastifySession } from '@fastify/session';
import { fastify } from 'fastify';
import { SallyportStore } from 'sallyport/compat/fastify-session';
declare module 'fastify' { interface Session { user?: { id: string } } }
const app = fastify();
const store = new SallyportStore({ redis: 'redis://localhost', userId: (stored) => stored.user?.id });
await app.register(fastifyCookie);
await app.register(fastifySession, { store, secret: 'x'.repeat(32) });
app.get('/', async (request) => store.destroyUser('ada', { except: request.session.sessionId }));
// @ts-expect-error there is no such member
new SallyportStore({ userId: (stored) => stored.usr?.id });
`,
  },
};

describe('an application in TypeScript', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sallyport-consumers-'));
    const dist = join(folder, 'sallyport', 'dist');
    await run(process.execPath, [
      tsc,
      ...['-p', join(root, 'tsconfig.build.json'), '--emitDeclarationOnly', '--incremental', 'false', '--outDir', dist],
    ]);
    const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
    for (const target of Object.values(manifest.exports)) {
      if (typeof target === 'object') delete (target as Record<string, string>)['sallyport-source'];
    }
    await writeFile(join(folder, 'sallyport', 'package.json'), JSON.stringify(manifest));
  }, 120_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each(Object.entries(consumers))(
    'with %s compiles',
    async (name, { installs, code, strict = false }) => {
      const app = join(folder, name.replaceAll(/\W/g, '-'));
      // A real copy: what it imports must come from this application's packages, not from the repository's.
      await cp(join(folder, 'sallyport'), join(app, 'node_modules', 'sallyport'), { recursive: true });
      for (const installed of ['@types/node', '@standard-schema/spec', 'jose', ...installs]) {
        const link = join(app, 'node_modules', installed);
        await mkdir(dirname(link), { recursive: true });
        await symlink(join(root, 'node_modules', installed), link);
      }
      const compilerOptions = {
        target: 'es2023',
        module: 'nodenext',
        types: ['node'],
        strict: true,
        exactOptionalPropertyTypes: true,
        skipLibCheck: !strict,
        noEmit: true,
      };
      await writeFile(join(app, 'package.json'), '{ "type": "module" }');
      await writeFile(join(app, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['app.ts'] }));
      await writeFile(join(app, 'app.ts'), `${code}\nexport {};\n`);
      const { stdout } = await run(process.execPath, [tsc, '-p', app]).catch((failed) => failed);
      expect(stdout).toBe('');
    },
    60_000,
  );
});
