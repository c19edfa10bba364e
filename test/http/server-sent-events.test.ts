import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import express from 'express';
import { fastify } from 'fastify';
import { Hono } from 'hono';
import { createSallyport, InvalidOptionError, type Sallyport } from 'sallyport';
import type { Channel } from 'sallyport/channels';
import { type EventStreamEnd, type EventStreamOptions, eventResponse, sendEvents } from 'sallyport/server-sent-events';
import { describe, expect, it, onTestFinished } from 'vitest';
import { numbers } from '../contracts/channel-store.ts';
import { useRedisServer } from '../redis-server.ts';
import { until } from '../until.ts';
import { TestEventSource } from './event-source.ts';

const server = useRedisServer();

function open(redis: 'memory' | 'redis' = 'memory'): Sallyport {
  const sallyport = createSallyport({
    redis: redis === 'memory' ? 'memory' : server.url,
    deadlineMs: 5_000,
    environment: {},
  });
  onTestFinished(() => sallyport.close());
  return sallyport;
}

async function serve(listener: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const http = createServer(listener);
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    http.closeAllConnections();
    http.close();
  });
  return `http://127.0.0.1:${(http.address() as AddressInfo).port}/events`;
}

async function serveChannel<Message>(channel: Channel<Message>, options: EventStreamOptions<Message> = {}) {
  const ends: (EventStreamEnd | Error)[] = [];
  const url = await serve((request, response) => {
    sendEvents(request, response, channel, options).then(
      (end) => ends.push(end),
      (error) => ends.push(error),
    );
  });
  return { url, ends };
}

async function connected(url: string): Promise<TestEventSource> {
  const source = await new TestEventSource().connect(url);
  onTestFinished(() => source.close());
  return source;
}

describe('server-sent events', () => {
  it('answer with the headers that keep proxies from collecting, and the messages as they come', async () => {
    const channel = open().channel<{ n: number }>('status');
    const { url } = await serveChannel(channel, { retryMs: 1_234, event: 'status' });
    const source = await connected(url);
    expect(source.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    await until(() => channel.count(), 1);
    for (const n of numbers(3)) await channel.publish({ n });
    await until(() => source.ofType('status'), ['{"n":0}', '{"n":1}', '{"n":2}']);
    expect([source.retryMs, source.lastEventId]).toEqual([1_234, '']);
  });

  it('split data at every kind of line end, leave messages out, and let no name begin a field', async () => {
    const channel = open().channel<string>('notes');
    const { url } = await serveChannel(channel, {
      event: (message) => `note\ndata: forged ${message.length}`,
      data: (message) => (message === 'secret' ? undefined : message),
    });
    const source = await connected(url);
    await until(() => channel.count(), 1);
    for (const message of ['a\nb\r\nc\rd', 'secret', '\n\nevent: x\n']) await channel.publish(message);
    await until(() => source.events.length, 2);
    expect(source.events.map(({ data }) => data)).toEqual(['a\nb\nc\nd', '\n\nevent: x\n']);
    expect(source.text).toContain('event: notedata: forged 11\n');
  });

  for (const store of ['memory', 'redis'] as const) {
    it(`give a browser that comes back what it has missed, in order and once (${store})`, async () => {
      const sallyport = open(store);
      const channel = sallyport.channel<number>(`chat-${store}`, { durable: true });
      const { url, ends } = await serveChannel(channel);
      await channel.publish(-1);
      const source = await connected(url);
      // Before the first message it knows already where to go on.
      await until(() => source.lastEventId, (await channel.lastId())!);
      for (const round of numbers(5)) {
        source.close();
        await until(() => ends.length, round + 1);
        for (const n of numbers(10, round * 20)) await channel.publish(n);
        await source.connect(url);
        for (const n of numbers(10, round * 20 + 10)) await channel.publish(n);
        await until(() => source.events.length, (round + 1) * 20);
      }
      expect(source.ofType('message').map(Number)).toEqual(numbers(100));
      expect(source.lastEventId).toBe(await channel.lastId());
      expect(ends).toEqual(numbers(5).map(() => 'left'));
      // The query stands in for the header, which a page cannot set.
      const page = await connected(`${url}?lastEventId=0`);
      await until(() => page.events.length, 101);
      const odd = await connected(`${url}?lastEventId=nonsense`);
      await until(() => odd.ofType('gap'), ['{"reason":"reset"}']);
    });
  }

  it('end cleanly when the browser leaves', async () => {
    const channel = open().channel<number>('status');
    const { url, ends } = await serveChannel(channel);
    const sources = await Promise.all(numbers(20).map(() => connected(url)));
    await until(() => channel.count(), 1);
    for (const source of sources) source.close();
    await until(
      () => ends,
      sources.map((): EventStreamEnd => 'left'),
    );
    await until(() => channel.count(), 0);
  });

  it('send comments that keep the connection', async () => {
    const { url } = await serveChannel(open().channel('status'), { heartbeatSeconds: 0.02 });
    const source = await connected(url);
    await until(() => source.text.split(':\n\n').length > 3, true);
    expect(source.events).toEqual([]);
  });

  it('drop a browser that reads too slowly, say why, and hold up no other', async () => {
    const channel = open().channel<{ n: number; filling: string }>('news');
    const { url, ends } = await serveChannel(channel, { maxBufferedBytes: 200_000 });
    const [slow, quick] = [await connected(url), await connected(url)];
    await until(() => quick.retryMs !== undefined && slow.retryMs !== undefined, true);
    slow.stall();
    const filling = 'x'.repeat(50_000);
    let published = 0;
    while (ends.length === 0) {
      await channel.publish({ n: published++, filling });
      await until(() => quick.events.length, published);
    }
    expect(ends).toEqual(['slow']);
    slow.goOn();
    await until(() => slow.isOpen, false);
    expect(slow.ofType('dropped')).toEqual(['{"reason":"slow"}']);
    // What came before is whole and in order.
    const got = slow.ofType('message').map((data) => (JSON.parse(data) as { n: number }).n);
    expect(got).toEqual(numbers(got.length));
    expect(quick.isOpen).toBe(true);
  });

  it('wait with a durable channel for a browser that reads slowly; one that stalls comes back and has it all', async () => {
    const channel = open().channel<{ n: number; filling: string }>('kept', { durable: true });
    const { url, ends } = await serveChannel(channel, { stallSeconds: 0.3, maxBufferedBytes: 100_000 });
    const source = await connected(url);
    await until(() => source.lastEventId, '0');
    source.stall();
    const filling = 'x'.repeat(60_000);
    for (const n of numbers(300)) await channel.publish({ n, filling });
    await until(() => ends, ['slow' as EventStreamEnd]);
    source.goOn();
    await until(() => source.isOpen, false);
    await source.connect(url);
    await until(() => source.ofType('message').length, 300);
    const got = source.ofType('message').map((data) => (JSON.parse(data) as { n: number }).n);
    expect(got).toEqual(numbers(300));
  });

  it('tell a browser to come back when Redis is away, and when the server goes', async () => {
    const sallyport = createSallyport({ redis: 'redis://127.0.0.1:1', deadlineMs: 50, environment: {} });
    onTestFinished(() => sallyport.close());
    const away = await serveChannel(sallyport.channel('status'));
    const source = await connected(away.url);
    await until(() => source.isOpen, false);
    expect([source.ofType('dropped'), source.retryMs, away.ends]).toEqual([
      ['{"reason":"unavailable"}'],
      2_000,
      ['unavailable'],
    ]);
    const here = open();
    const { url, ends } = await serveChannel(here.channel('status'));
    const other = await connected(url);
    await until(() => here.channel('status').count(), 1);
    await here.channels.unsubscribeAll();
    await until(() => other.isOpen, false);
    expect([other.ofType('dropped'), ends]).toEqual([['{"reason":"closed"}'], ['closed']]);
  });

  it('work in Express', async () => {
    const channel = open().channel<string>('chat', { durable: true });
    const app = express();
    app.get('/events', async (request, response) => {
      await sendEvents(request, response, channel);
    });
    const source = await connected(await serve(app));
    await until(() => channel.count(), 1);
    await channel.publish('hello');
    await until(() => source.ofType('message'), ['"hello"']);
  });

  it('work in Fastify', async () => {
    const channel = open().channel<string>('chat', { durable: true });
    const app = fastify();
    onTestFinished(() => app.close());
    app.get('/events', (request, reply) => {
      reply.hijack();
      return sendEvents(request.raw, reply.raw, channel);
    });
    const source = await connected(`${await app.listen({ port: 0, host: '127.0.0.1' })}/events`);
    await until(() => channel.count(), 1);
    await channel.publish('hello');
    await until(() => source.ofType('message'), ['"hello"']);
    source.close();
    await until(() => channel.count(), 0);
  });

  it('work in Hono', async () => {
    const channel = open().channel<string>('chat', { durable: true });
    const app = new Hono().get('/events', (context) => eventResponse(context.req.raw, channel));
    const source = await connected(await serve(getRequestListener(app.fetch)));
    await until(() => channel.count(), 1);
    await channel.publish('hello');
    await until(() => source.ofType('message'), ['"hello"']);
    source.close();
    await until(() => channel.count(), 0);
  });

  it('refuse options out of range before anything is sent', async () => {
    const channel = open().channel('chat');
    const request = new Request('http://localhost/events');
    for (const options of [{ retryMs: -1 }, { heartbeatSeconds: 0 }, { maxBufferedBytes: 10 }, { stallSeconds: '1' }]) {
      expect(() => eventResponse(request, channel, options as EventStreamOptions<unknown>)).toThrow(InvalidOptionError);
    }
  });
});

describe('server-sent events as a Response', () => {
  async function read(response: Response, source: TestEventSource): Promise<void> {
    const decoder = new TextDecoder();
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      source.take(decoder.decode(chunk, { stream: true }));
    }
  }

  it('carry messages, resume, and end when the request is aborted', async () => {
    const channel = open().channel<number>('chat', { durable: true });
    const { id } = await channel.publish(0);
    await channel.publish(1);
    const control = new AbortController();
    const ends: unknown[] = [];
    const request = new Request('http://localhost/events', {
      headers: { 'Last-Event-ID': id! },
      signal: control.signal,
    });
    const response = eventResponse(request, channel, { onEnd: (end) => ends.push(end) });
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const source = new TestEventSource();
    const reading = read(response, source);
    await until(() => source.ofType('message'), ['1']);
    await channel.publish(2);
    await until(() => source.ofType('message'), ['1', '2']);
    control.abort();
    await reading;
    await until(() => ends, ['left']);
    await until(() => channel.count(), 0);
  });

  it('end when nobody reads the body any more, and drop who reads too slowly', async () => {
    const channel = open().channel<string>('news');
    const ends: unknown[] = [];
    const onEnd = (end: unknown) => void ends.push(end);
    const request = () => new Request('http://localhost/events');
    const cancelled = eventResponse(request(), channel, { onEnd });
    const slow = eventResponse(request(), channel, { onEnd, maxBufferedBytes: 100_000 });
    await until(() => channel.count(), 1);
    await cancelled.body?.cancel();
    await until(() => ends, ['left']);
    for (let n = 0; ends.length < 2; n++) {
      await channel.publish('x'.repeat(30_000));
      await until(() => true, true);
      await new Promise((resolve) => setImmediate(resolve));
      expect(n).toBeLessThan(50);
    }
    expect(ends[1]).toBe('slow');
    const source = new TestEventSource();
    await read(slow, source);
    expect(source.ofType('dropped')).toEqual(['{"reason":"slow"}']);
  });

  it('wait with a durable channel until more is read', async () => {
    const channel = open().channel<string>('kept', { durable: true });
    const source = new TestEventSource();
    const response = eventResponse(new Request('http://localhost/events'), channel);
    await until(() => channel.count(), 1);
    for (const n of numbers(200)) await channel.publish(`${n} ${'x'.repeat(30_000)}`);
    void read(response, source);
    await until(() => source.ofType('message').length, 200);
    expect(source.ofType('message').map((data) => Number.parseInt(JSON.parse(data), 10))).toEqual(numbers(200));
  });
});
