/** examples/web-socket.ts with real clients: what they miss, and what becomes of those that do not read. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { startProcess } from '@sallyport/lab/cluster';
import { afterAll, afterEach, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { useRedisServer } from './redis-server.ts';

const redis = useRedisServer();
const stops: (() => Promise<unknown>)[] = [];
const clients: Client[] = [];
afterEach(() => {
  for (const { socket } of clients.splice(0)) socket.terminate();
});
afterAll(() => Promise.all(stops.map((stop) => stop())));

async function startServer(): Promise<string> {
  let origin = '';
  const running = await startProcess({
    name: 'web-socket.ts',
    command: process.execPath,
    args: [
      '--import',
      'tsx',
      '--conditions=sallyport-source',
      join(import.meta.dirname, '..', 'examples', 'web-socket.ts'),
    ],
    env: { PORT: '0', REDIS_URL: redis.url, HEARTBEAT_MS: '300' },
    readyWhen: async ({ output }) => {
      origin = /http:\/\/\S+/.exec(output())?.[0] ?? '';
      return origin !== '';
    },
    deadlineMs: 15_000,
  });
  stops.push(() => running.stop(1_000));
  return origin.replace('http:', 'ws:');
}

class Client {
  readonly socket: WebSocket;
  readonly heard: { id: string; message: { text: string } }[] = [];
  readonly closed: Promise<number>;

  constructor(origin: string, after?: string) {
    this.socket = new WebSocket(after === undefined ? origin : `${origin}/?after=${after}`);
    this.socket.on('message', (data) => this.heard.push(JSON.parse(String(data))));
    this.socket.on('error', () => {});
    this.closed = new Promise((resolve) => this.socket.once('close', resolve));
    clients.push(this);
  }

  static async open(origin: string, after?: string): Promise<Client> {
    const client = new Client(origin, after);
    await new Promise((resolve) => client.socket.once('open', resolve));
    return client;
  }

  get texts(): string[] {
    return this.heard.map(({ message }) => message.text);
  }
}

const someTexts = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => `text ${from + n}`);

it('two servers: all hear all in one order, and who was away goes on where it was', async () => {
  const [one, two] = await Promise.all([startServer(), startServer()]);
  const [ada, eve] = await Promise.all([Client.open(one, '0'), Client.open(two, '0')]);
  for (const text of someTexts(0, 20)) ada.socket.send(text);
  await expect.poll(() => [ada.heard.length, eve.heard.length]).toEqual([20, 20]);
  expect(ada.heard).toEqual(eve.heard);
  expect(ada.texts.toSorted()).toEqual(someTexts(0, 20).toSorted());

  eve.socket.terminate();
  await eve.closed;
  for (const text of someTexts(20, 40)) ada.socket.send(text);
  await expect.poll(() => ada.heard.length).toBe(40);
  const again = await Client.open(one, eve.heard.at(-1)?.id);
  await expect.poll(() => again.heard.length).toBe(20);
  again.socket.send('and I');
  await expect.poll(() => again.texts.at(-1)).toBe('and I');
  expect([...eve.heard, ...again.heard].slice(0, 40)).toEqual(ada.heard.slice(0, 40));
});

it('cuts off a client that does not answer, and goes on with the others', async () => {
  const origin = await startServer();
  const reader = await Client.open(origin);
  const { hostname, port } = new URL(origin);
  // It shakes hands, and answers no ping.
  const idler = connect(Number(port), hostname);
  const key = randomBytes(16).toString('base64');
  idler.write(
    `GET / HTTP/1.1\r\nHost: ${hostname}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`,
  );
  const answer = String((await once(idler, 'data'))[0]);
  expect(answer).toMatch(/^HTTP\/1\.1 101 /);
  idler.resume();
  await once(idler, 'close');
  reader.socket.send('still here');
  await expect.poll(() => reader.texts).toEqual(['still here']);
});

it('refuses what is no id, nothing and too much', async () => {
  const origin = await startServer();
  expect(await new Client(origin, 'yesterday').closed).toBe(1008);
  const silent = await Client.open(origin);
  silent.socket.send(' ');
  expect(await silent.closed).toBe(1007);
  const loud = await Client.open(origin);
  loud.socket.send('x'.repeat(5_000));
  expect(await loud.closed).toBe(1009);
  const good = await Client.open(origin, '0');
  good.socket.send('fine');
  await expect.poll(() => good.texts.at(-1)).toBe('fine');
});
