/** One server of `examples/live.ts`: a page, its events, and what pages say. There may be any number of them. */
import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import express, { type Request } from 'express';
import { createSallyport } from 'sallyport';
import { errorHandler, requireToken } from 'sallyport/express';
import { RedisUnavailableError } from 'sallyport/redis';
import { sendEvents } from 'sallyport/server-sent-events';
import { Audience, tellPage } from './audience.ts';
import { People, type Report, type Status, statuses } from './people.ts';

interface Message {
  /** Chosen by the page, so that a message that had to be sent again is shown once. */
  readonly key: string;
  readonly from: { readonly id: string; readonly name: string };
  readonly text: string;
}

const serverId = process.env.SERVER_ID ?? 'server';
const heartbeatMs = Number(process.env.HEARTBEAT_MS ?? 5_000);

const sallyport = createSallyport({
  token: {
    keys: [{ kid: 'live', alg: 'HS256', secret: process.env.TOKEN_SECRET ?? randomBytes(32) }],
    ttlSeconds: 8 * 3_600,
    revocation: { mode: 'none' },
  },
});

const rooms = [
  { id: 'lobby', title: 'Lobby' },
  { id: 'workshop', title: 'Workshop' },
  { id: 'tea-house', title: 'Tea house · 茶馆' },
];
const channels = new Map(
  rooms.map(({ id }) => [id, sallyport.channel<Message>(`live:room:${id}`, { durable: { maxLength: 1_000 } })]),
);
const presence = sallyport.channel<Report>('live:people');

const audience = new Audience();
const people = new People({ heartbeatMs, onChange: (person) => audience.tell('person', person) });
await whenRedisIsThere(() => people.listen(presence));
// A page follows one room. Of the others it learns that there is something new.
await whenRedisIsThere(() =>
  sallyport.channels.subscribePattern('live:room:*', (_message, { channel }) => {
    audience.tell('news', { room: channel.slice('live:room:'.length) });
  }),
);
const pulse = setInterval(() => audience.tell('pulse', {}), heartbeatMs);

const app = express();
app.disable('x-powered-by');
app.use((_request, response, next) => {
  response.setHeader(
    'Content-Security-Policy',
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; " +
      // The browser itself refuses to make HTML of text.
      "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
  );
  response.setHeader('X-Content-Type-Options', 'nosniff');
  next();
});
app.use(express.static(join(import.meta.dirname, 'page')), express.json({ limit: '16kb' }));

app.get('/settings', (_request, response) => {
  response.json({ rooms, heartbeatMs });
});

/** Check a password here, or take the user from the session. */
app.post('/people', async (request, response) => {
  const name = readText(request, 'name', 40)?.replace(/\s+/gu, ' ');
  if (name === undefined) {
    response.status(422).json({ error: 'A name has 1 to 40 characters.' });
    return;
  }
  const id = randomUUID();
  const { token } = await sallyport.tokens.issue({ sub: id, username: name });
  response.status(201).json({ id, name, token });
});

app.put('/status', requireToken(sallyport), async (request, response) => {
  const status: Status | undefined = statuses.find((each) => each === request.body?.status);
  const at: unknown = request.body?.at;
  if (status === undefined || typeof at !== 'number') {
    response.status(422).json({ error: `A status is one of ${statuses.join(', ')}, and has a time.` });
    return;
  }
  await presence.publish({ ...speaker(request), status, at });
  response.sendStatus(204);
});

app.get('/rooms/:room/events', async (request, response) => {
  const channel = channels.get(request.params.room);
  if (channel === undefined) {
    response.status(404).json({ error: 'There is no such room.' });
    return;
  }
  // Without Redis the page is told by sendEvents.
  const latest = await latestIds().catch(() => undefined);
  const over = sendEvents(request, response, channel, { retryMs: 1_000 });
  if (latest !== undefined) {
    tellPage(response, 'hello', { server: serverId, people: people.all(), latest });
    audience.join(response);
  }
  await over;
});

app.post('/rooms/:room/messages', requireToken(sallyport), async (request, response) => {
  const channel = channels.get(String(request.params.room));
  const text = readText(request, 'text', 2_000);
  const key = readText(request, 'key', 36);
  if (channel === undefined || text === undefined || key === undefined) {
    response.status(422).json({ error: 'A message has 1 to 2,000 characters and goes to a room that there is.' });
    return;
  }
  const { id } = await channel.publish({ key, from: speaker(request), text });
  response.status(201).json({ id });
});

app.use(errorHandler(sallyport));

/** The text as it is, without what is only space; `undefined` when it is none or too long. */
function readText({ body }: Request, field: string, maxCharacters: number): string | undefined {
  const value: unknown = body?.[field];
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  return text !== '' && text.length <= maxCharacters ? text : undefined;
}

/** As the token says, not the page. */
function speaker({ token }: Request): { id: string; name: string } {
  return { id: token?.sub ?? '', name: token?.username ?? '' };
}

/** A server may be started before its Redis is. */
async function whenRedisIsThere(begin: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await begin();
      return;
    } catch (error) {
      if (!(error instanceof RedisUnavailableError)) throw error;
      console.log(`${serverId}: waits for Redis`);
      await wait(500);
    }
  }
}

async function latestIds(): Promise<Record<string, string | undefined>> {
  const ids = await Promise.all([...channels].map(async ([room, channel]) => [room, await channel.lastId()] as const));
  return Object.fromEntries(ids);
}

const server = app.listen(Number(process.env.PORT ?? 3_000), '127.0.0.1', () => {
  const address = server.address();
  console.log(`${serverId}: http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`);
});

// `live.ts` has gone.
process.once('disconnect', () => process.exit());
process.once('SIGTERM', async () => {
  clearInterval(pulse);
  people.close();
  server.close();
  server.closeAllConnections();
  await sallyport.close();
  process.exit();
});
