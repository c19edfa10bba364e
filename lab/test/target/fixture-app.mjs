// An application with what the examples do not have, by environment: a login form against forgery across sites, ids that
// anybody may choose, tokens that are not verified, a store that is a file, and a start that prints what it must not.
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

const { PORT, MODE, PASSWORD = 'only-for-tests', STORE_FILE, ADOPT_IDS, NODE_NAME, DELAY_MS = 0 } = process.env;
const sessions = new Map();

function sessionOf(request, response) {
  const id = /(?:^|; )sid=([^;]+)/.exec(request.headers.cookie ?? '')?.[1];
  const found = sessions.get(id);
  if (found !== undefined) return found;
  const made = {
    id: ADOPT_IDS !== undefined && id !== undefined ? id : randomBytes(16).toString('hex'),
    token: `${randomBytes(8).toString('base64')}"`,
  };
  sessions.set(made.id, made);
  response.setHeader('set-cookie', `sid=${made.id}; Path=/; HttpOnly`);
  return made;
}

const json = (response, status, body) =>
  response
    .writeHead(status, { 'content-type': 'application/json', 'x-node': NODE_NAME ?? '' })
    .end(JSON.stringify(body));

const form = {
  'GET /login': (_request, response, session) =>
    response.end(`<input type="hidden" name="csrf" value="${session.token.replace('"', '&quot;')}">`),
  'POST /login': (_request, response, session, body) => {
    const sent = new URLSearchParams(body);
    if (sent.get('csrf') !== session.token) return json(response, 403, { error: 'forgery' });
    if (sent.get('password') !== PASSWORD) return json(response, 422, { error: 'wrong password' });
    session.user = sent.get('user');
    json(response, 200, {});
  },
  'POST /api/login': (_request, response, session, body) => {
    const { user, password } = JSON.parse(body);
    if (password !== PASSWORD) return json(response, 422, { error: 'wrong password' });
    session.user = user;
    json(response, 200, {});
  },
  // Not logged in is no error here: the answer is 200 and names nobody.
  'GET /me': (_request, response, session) => json(response, 200, { user: session.user ?? null, number: 7 }),
  'GET /csrf': (_request, response, session) => json(response, 200, { csrf: session.token }),
  'POST /logout': (request, response, session) => {
    if (request.headers['x-csrf'] !== session.token) return json(response, 403, { error: 'forgery' });
    sessions.delete(session.id);
    json(response, 200, {});
  },
};

const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
const decode = (part) => JSON.parse(Buffer.from(part, 'base64url'));

const unverified = {
  'POST /login': (_request, response, _session, body) => {
    const { user, password } = JSON.parse(body);
    if (password !== PASSWORD) return json(response, 401, {});
    const token = `${encode({ alg: 'HS256' })}.${encode({ sub: user })}.${randomBytes(32).toString('base64url')}`;
    response.setHeader('set-cookie', `jwt=${token}; Path=/; Max-Age=60`);
    json(response, 200, {});
  },
  'GET /me': (request, response) => {
    const token = /(?:^|; )jwt=([^;]+)/.exec(request.headers.cookie ?? '')?.[1];
    if (token === undefined) return json(response, 401, {});
    if (STORE_FILE !== undefined && !existsSync(STORE_FILE)) return json(response, 401, { error: 'no store' });
    json(response, 200, { user: decode(token.split('.')[1]).sub });
  },
};

if (MODE === 'crash') {
  console.error(`starting with password ${PASSWORD} and key ${process.env.SIGNING_KEY}`);
  process.exit(1);
}

const routes = MODE === 'unverified' ? unverified : form;
createServer(async (request, response) => {
  const body = (await request.setEncoding('utf8').toArray()).join('');
  await delay(Number(DELAY_MS));
  const route = routes[`${request.method} ${request.url}`];
  if (route === undefined) return json(response, 404, {});
  route(request, response, MODE === 'unverified' ? undefined : sessionOf(request, response), body);
}).listen(Number(PORT), '127.0.0.1');
