// A page with a login form: Express, express-session, and connect-redis. The id is not regenerated at login: the lab finds it.
import { RedisStore } from 'connect-redis';
import express from 'express';
import session from 'express-session';
import { createClient } from 'redis';

const { PORT, REDIS_URL, SESSION_SECRET, TTL_SECONDS } = process.env;
const passwords = new Map([
  ['ada', 'engine'],
  ['grace', 'compiler'],
]);

// Without a connection a command fails at once, and is not kept until there is one.
const client = createClient({ url: REDIS_URL, disableOfflineQueue: true });
client.on('error', () => {});
await client.connect();

const app = express();
app.use(
  session({
    store: new RedisStore({ client }),
    secret: SESSION_SECRET,
    resave: false,
    saveUninitialized: false,
    cookie: { maxAge: Number(TTL_SECONDS) * 1000 },
  }),
);

app.get('/login', (_request, response) => {
  response.send(
    '<form method="post"><input name="user"><input name="password" type="password"><button>Log in</button>',
  );
});
app.post('/login', express.urlencoded(), (request, response) => {
  const { user, password } = request.body;
  if (passwords.get(user) !== password) return response.redirect(303, '/login');
  request.session.user = user;
  response.redirect(303, '/account');
});
app.get('/account', (request, response) => {
  const { user } = request.session;
  if (user === undefined) return response.redirect(302, '/login');
  response.send(`<h1>Hello, <b>${user}</b></h1>`);
});
app.post('/logout', (request, response, next) => {
  request.session.destroy((error) => (error ? next(error) : response.redirect(303, '/login')));
});
app.use((_error, _request, response, _next) => {
  response.status(503).send('Please try again.');
});

app.listen(Number(PORT), '127.0.0.1');
