// A JSON API with tokens and no memory of any kind: the logout answers 200 and does nothing.
import { createServer } from 'node:http';
import { jwtVerify, SignJWT } from 'jose';

const { PORT, TOKEN_SECRET, TTL_SECONDS } = process.env;
const key = new TextEncoder().encode(TOKEN_SECRET);
const passwords = new Map([
  ['ada', 'engine'],
  ['grace', 'compiler'],
]);

const routes = {
  'POST /token': async (request) => {
    const { user, password } = JSON.parse(await bodyOf(request));
    if (passwords.get(user) !== password) return [401, { error: 'wrong user or password' }];
    const token = new SignJWT({ sub: user }).setProtectedHeader({ alg: 'HS256' }).setIssuedAt();
    return [200, { token: await token.setExpirationTime(`${TTL_SECONDS}s`).sign(key) }];
  },
  'GET /me': async ({ headers }) => {
    try {
      const { payload } = await jwtVerify(headers.authorization?.slice('Bearer '.length) ?? '', key, {
        algorithms: ['HS256'],
      });
      return [200, { user: payload.sub }];
    } catch {
      return [401, { error: 'invalid token' }];
    }
  },
  'POST /logout': async () => [200, { ok: true }],
};

async function bodyOf(request) {
  return (await request.setEncoding('utf8').toArray()).join('');
}

createServer(async (request, response) => {
  const route = routes[`${request.method} ${request.url}`] ?? (async () => [404, { error: 'not found' }]);
  const [status, body] = await route(request);
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}).listen(Number(PORT), '127.0.0.1');
