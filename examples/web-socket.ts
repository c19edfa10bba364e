/**
 * A chat over WebSocket, on any number of servers. A client says the last id it knows (`/?after=…`) and misses nothing. One
 * that reads slowly is sent as much as it takes, one that reads nothing is cut off.
 *
 *     REDIS_URL=redis://127.0.0.1:6379 npx tsx examples/web-socket.ts
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createSallyport } from 'sallyport';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';

interface Said {
  readonly text: string;
}

const heartbeatMs = Number(process.env.HEARTBEAT_MS ?? 15_000);
const sallyport = createSallyport();
const chat = sallyport.channel<Said>('chat', { durable: { maxLength: 10_000 } });

const server = createServer((_request, response) => {
  response.writeHead(426, { Upgrade: 'websocket' }).end('This server speaks WebSocket.\n');
});
const sockets = new WebSocketServer({ server, maxPayload: 4_096 });

// Whose page may talk to you, and who somebody is, is to be checked here: by `request.headers.origin`, and by the session,
// sallyport.sessions.open(sallyport.sessionCookie.read(request.headers.cookie) ?? '').
sockets.on('connection', (socket, request) => {
  const after = new URL(request.url ?? '/', 'http://localhost').searchParams.get('after') ?? undefined;
  if (after !== undefined && !/^(?:0|\d{1,20}-\d{1,20})$/.test(after)) {
    socket.close(1008, 'after is an id that you were given, or 0');
    return;
  }
  socket.on('error', () => socket.terminate());
  cutOffWhenSilent(socket);
  // The client connects again, with the last id it knows.
  follow(socket, after).catch(() => socket.close(1013, 'try again later'));
  socket.on('message', (data) => {
    say(socket, data).catch(() => socket.close(1013, 'try again later'));
  });
});

async function follow(socket: WebSocket, after: string | undefined): Promise<void> {
  const subscription = await chat.subscribe((message, { id }) => send(socket, { id, message }), {
    ...(after === undefined ? {} : { after }),
    onGap: ({ reason }) => send(socket, { gap: reason }),
  });
  socket.once('close', () => subscription.close());
  // It may have gone meanwhile.
  if (socket.readyState !== socket.OPEN) await subscription.close();
}

async function say(socket: WebSocket, data: RawData): Promise<void> {
  const text = String(data);
  if (text.trim() === '') socket.close(1007, 'nothing was said');
  else await chat.publish({ text });
}

/** Resolves when it was handed to the network: until then no more is read for this client. */
function send(socket: WebSocket, message: object): Promise<void> {
  return new Promise((resolve) => {
    socket.send(JSON.stringify(message), () => resolve());
  });
}

/** A client that does not read does not answer a ping either. */
function cutOffWhenSilent(socket: WebSocket): void {
  let isAlive = true;
  socket.on('pong', () => {
    isAlive = true;
  });
  const heartbeat = setInterval(() => {
    if (!isAlive) socket.terminate();
    isAlive = false;
    socket.ping(() => {});
  }, heartbeatMs);
  socket.once('close', () => clearInterval(heartbeat));
}

server.listen(Number(process.env.PORT ?? 3_000), '127.0.0.1', () => {
  console.log(`WebSocket on http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});

process.once('SIGTERM', async () => {
  server.close();
  for (const socket of sockets.clients) socket.close(1001, 'restarting');
  await sallyport.close();
});
