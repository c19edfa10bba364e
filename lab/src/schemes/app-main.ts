/** The child process of one application server: `SCHEME` says which of the apps it is. */
import express, { type ErrorRequestHandler } from 'express';
import { mountCoherent } from './coherent.ts';
import { debugMemory } from './debug-memory.ts';
import { mountJwt } from './jwt.ts';
import { mountJwtPushed } from './jwt-pushed.ts';
import { mountRedis } from './redis.ts';
import type { MountScheme } from './scheme.ts';
import { servedBy } from './served-by.ts';
import { mountSticky } from './sticky.ts';

const schemes: Readonly<Record<string, MountScheme>> = {
  sticky: mountSticky,
  redis: mountRedis,
  jwt: mountJwt,
  coherent: mountCoherent,
  'jwt-pushed': mountJwtPushed,
};
const { SCHEME = '', SERVER_ID = '', PORT = '', TTL_SECONDS = '' } = process.env;
const mount = schemes[SCHEME];
if (mount === undefined) throw new Error(`SCHEME must be one of ${Object.keys(schemes).join(', ')}.`);
if (SERVER_ID === '' || !(Number(PORT) > 0)) throw new Error('SERVER_ID and PORT must be set.');
if (!(Number(TTL_SECONDS) > 0)) throw new Error('TTL_SECONDS must be a number above 0.');

const app = express();
app.disable('x-powered-by');
// A 304 would hide from the lab that the server answered.
app.disable('etag');
// The balancer is on this machine and says in X-Forwarded-For who its client is.
app.set('trust proxy', 'loopback');
app.use(servedBy(SERVER_ID));
app.get('/health', (_request, response) => {
  response.json({ ok: true });
});
app.get('/debug/memory', debugMemory);
app.use(express.json());
mount(app, { ttlSeconds: Number(TTL_SECONDS), environment: process.env });

app.use((_request, response) => {
  response.status(404).json({ error: 'not found' });
});
const answerRest: ErrorRequestHandler = (
  error: { status?: number; expose?: boolean; message?: string },
  _request,
  response,
  next,
) => {
  if (response.headersSent) return next(error);
  const { status = 500, expose = false, message } = error;
  if (status >= 500) console.error(error);
  response.status(status).json({ error: expose ? message : 'internal server error' });
};
app.use(answerRest);

app.listen(Number(PORT), '127.0.0.1', (error) => {
  if (error !== undefined) throw error;
});
