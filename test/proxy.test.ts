import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startProxy, type TestProxy } from './proxy.ts';

/** Sends back what it gets. */
let echo: Server;
let received = '';
let proxy: TestProxy;
const sockets: Socket[] = [];

beforeEach(async () => {
  received = '';
  echo = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      received += bytes;
      socket.write(bytes);
    });
    socket.on('end', () => socket.end());
  });
  echo.listen(0, '127.0.0.1');
  await once(echo, 'listening');
  proxy = await startProxy({ targetPort: (echo.address() as { port: number }).port });
});

afterEach(async () => {
  await proxy.stop();
  for (const socket of sockets.splice(0)) socket.destroy();
  echo.close();
});

async function open(): Promise<Socket> {
  const socket = connect(proxy.port, '127.0.0.1');
  sockets.push(socket);
  await once(socket, 'connect');
  return socket;
}

/** Sends the word, and reads until as many bytes as `expected` has are there: they may come in pieces. */
async function say(socket: Socket, word: string, expected = word): Promise<string> {
  socket.write(word);
  let answer = '';
  while (answer.length < expected.length) {
    const [bytes] = (await once(socket, 'data', { signal: AbortSignal.timeout(5000) })) as [Buffer];
    answer += bytes.toString();
  }
  return answer;
}

const ended = async (socket: Socket) => ((await once(socket, 'error')) as [NodeJS.ErrnoException])[0].code;

test('passes bytes and the end of a stream in both directions', async () => {
  const socket = await open();
  expect(await say(socket, 'hello')).toBe('hello');
  const large = 'x'.repeat(5_000_000);
  expect(await say(socket, large)).toHaveLength(large.length);
  socket.end();
  await once(socket, 'end');
});

test('cut resets what is open and lets new connections pass', async () => {
  const socket = await open();
  await say(socket, 'hello');
  const end = ended(socket);
  proxy.cut();
  expect(await end).toBe('ECONNRESET');
  expect(proxy.connections).toBe(0);
  expect(await say(await open(), 'again')).toBe('again');
});

test('a black hole accepts, swallows in both directions, and resets the losers when healed', async () => {
  const loser = await open();
  const bystander = await open();
  await say(loser, 'before');
  await say(bystander, 'before');
  received = '';
  proxy.blackHole();
  const late = await open();
  loser.write('lost');
  late.write('lost');
  let answered = false;
  for (const socket of [loser, late]) socket.on('data', () => (answered = true));
  await delay(100);
  expect(received).toBe('');
  expect(answered).toBe(false);
  const ends = Promise.all([ended(loser), ended(late)]);
  await proxy.heal();
  expect(await ends).toEqual(['ECONNRESET', 'ECONNRESET']);
  expect(await say(bystander, 'still here')).toBe('still here');
});

test('a black hole also swallows answers that are on their way', async () => {
  const socket = await open();
  proxy.delay(300);
  socket.write('question');
  await expect.poll(() => received, { interval: 5 }).toBe('question');
  // Its answer is held up in the proxy by now, or about to be.
  proxy.blackHole();
  let answered = false;
  socket.on('data', () => (answered = true));
  await delay(400);
  expect(answered).toBe(false);
});

test('refuse resets and refuses until healed', async () => {
  const socket = await open();
  await say(socket, 'hello');
  const end = ended(socket);
  await proxy.refuse();
  expect(await end).toBe('ECONNRESET');
  const refused = connect(proxy.port, '127.0.0.1');
  expect(await ended(refused)).toBe('ECONNREFUSED');
  await proxy.heal();
  expect(await say(await open(), 'again')).toBe('again');
});

test('delay holds each direction up and keeps the order', async () => {
  const socket = await open();
  proxy.delay(60);
  const before = performance.now();
  socket.write('1');
  await delay(20);
  proxy.delay(10);
  socket.write('2');
  expect(await say(socket, '3', '123')).toBe('123');
  expect(performance.now() - before).toBeGreaterThanOrEqual(70);
  await proxy.heal();
  expect(await say(socket, 'now')).toBe('now');
});

test('a target that is gone is a reset, not a hang', async () => {
  await new Promise((done) => echo.close(done));
  const socket = await open();
  expect(await ended(socket)).toBe('ECONNRESET');
  await new Promise<void>((done) => echo.listen(0, '127.0.0.1', done));
});
