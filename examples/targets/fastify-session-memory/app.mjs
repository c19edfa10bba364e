// A JSON API with sessions in the memory of each node: Fastify and @fastify/session with its own store.
import fastifyCookie from '@fastify/cookie';
import fastifySession from '@fastify/session';
import Fastify from 'fastify';

const { PORT, SESSION_SECRET, TTL_SECONDS } = process.env;
const passwords = new Map([
  ['ada', 'engine'],
  ['grace', 'compiler'],
]);

const app = Fastify();
app.register(fastifyCookie);
app.register(fastifySession, {
  secret: SESSION_SECRET,
  cookie: { secure: false, maxAge: Number(TTL_SECONDS) * 1000 },
});

app.post('/api/login', async (request, reply) => {
  const { user, password } = request.body;
  if (passwords.get(user) !== password) return reply.code(401).send({ error: 'wrong user or password' });
  await request.session.regenerate();
  request.session.user = user;
  return { user };
});
app.get('/api/me', async ({ session }, reply) => {
  if (session.user === undefined) return reply.code(401).send({ error: 'not logged in' });
  return { user: { name: session.user } };
});
app.post('/api/logout', async (request, reply) => {
  await request.session.destroy();
  return reply.code(204).send();
});
app.get('/health', async () => 'ok');

await app.listen({ host: '127.0.0.1', port: Number(PORT) });
