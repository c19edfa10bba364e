/** Channels for browsers: server-sent events for `node:http` (and what is built on it) and for the web's `Response`. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Channel } from '../channels/index.ts';
import {
  type EventSink,
  type EventStreamEnd,
  type EventStreamOptions,
  eventStreamSettings,
  streamEvents,
} from './event-stream.ts';

export type { EventStreamEnd, EventStreamOptions } from './event-stream.ts';

const headers = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-store',
  // nginx would collect the events until its buffer is full.
  'X-Accel-Buffering': 'no',
};

/** How long a browser that was dropped may take to read why. */
const farewellMs = 5_000;

/**
 * Answers with the messages of a channel, until the browser leaves. On a durable channel a browser that comes back gets what
 * it has missed: it sends `Last-Event-ID` by itself. Works with the request and response of `node:http`, of Express, and the
 * `raw` ones of Fastify.
 * @returns why it ended
 * @throws InvalidOptionError before anything is sent
 * @example app.get('/chat/events', (request, response) => sendEvents(request, response, chat))
 */
export async function sendEvents<Message>(
  request: IncomingMessage,
  response: ServerResponse,
  channel: Channel<Message>,
  options: EventStreamOptions<Message> = {},
): Promise<EventStreamEnd> {
  const settings = eventStreamSettings(options);
  response.writeHead(200, headers);
  response.flushHeaders();
  response.socket?.setNoDelay(true);
  const { searchParams } = new URL(request.url ?? '/', 'http://localhost');
  const header = request.headers['last-event-id'];
  const sent = (Array.isArray(header) ? header[0] : header) ?? searchParams.get('lastEventId') ?? undefined;
  return streamEvents(responseSink(response), channel, options.lastEventId ?? sent, settings);
}

/**
 * The same as a `Response`, for Hono and everything else that answers a web `Request`.
 * @param options.onEnd is told why it ended, or what went wrong
 * @throws InvalidOptionError
 * @example app.get('/chat/events', (context) => eventResponse(context.req.raw, chat))
 */
export function eventResponse<Message>(
  request: Request,
  channel: Channel<Message>,
  options: EventStreamOptions<Message> & { readonly onEnd?: (end: EventStreamEnd | Error) => void } = {},
): Response {
  const settings = eventStreamSettings(options);
  const { searchParams } = new URL(request.url, 'http://localhost');
  const sent = request.headers.get('last-event-id') ?? searchParams.get('lastEventId') ?? undefined;
  const { body, sink } = streamSink(request.signal);
  streamEvents(sink, channel, options.lastEventId ?? sent, settings).then(options.onEnd, options.onEnd ?? (() => {}));
  return new Response(body, { headers });
}

function responseSink(response: ServerResponse): EventSink {
  const left = new Promise<void>((resolve) => {
    if (response.destroyed) resolve();
    response.once('close', resolve);
    response.on('error', () => resolve());
  });
  return {
    write: (text) => void (response.writable && response.write(text)),
    get bufferedBytes() {
      return response.writableLength;
    },
    drained: () =>
      new Promise((resolve) => {
        if (response.writableNeedDrain) response.once('drain', resolve);
        else resolve();
      }),
    end: (text) => {
      if (!response.writable) return;
      response.end(text);
      const timer = setTimeout(() => response.destroy(), farewellMs);
      timer.unref();
      response.once('close', () => clearTimeout(timer));
    },
    left,
  };
}

function streamSink(signal: AbortSignal): { body: ReadableStream<Uint8Array>; sink: EventSink } {
  const highWaterMark = 16 * 1_024;
  const encoder = new TextEncoder();
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  let leave = () => {};
  let onDrained = () => {};
  const left = new Promise<void>((resolve) => {
    leave = () => {
      controller = undefined;
      resolve();
      onDrained();
    };
  });
  const body = new ReadableStream<Uint8Array>(
    {
      start: (made) => {
        controller = made;
      },
      pull: () => onDrained(),
      cancel: () => leave(),
    },
    { highWaterMark, size: (chunk) => chunk?.byteLength ?? 0 },
  );
  const end = () => {
    const ending = controller;
    if (ending === undefined) return;
    leave();
    ending.close();
  };
  if (signal.aborted) end();
  signal.addEventListener('abort', end, { once: true });
  const sink: EventSink = {
    write: (text) => controller?.enqueue(encoder.encode(text)),
    get bufferedBytes() {
      return controller === undefined ? 0 : Math.max(0, highWaterMark - (controller.desiredSize ?? highWaterMark));
    },
    drained: () =>
      new Promise((resolve) => {
        onDrained = resolve;
        if (controller === undefined || (controller.desiredSize ?? 1) > 0) resolve();
      }),
    end: (text) => {
      controller?.enqueue(encoder.encode(text));
      signal.removeEventListener('abort', end);
      end();
    },
    left,
  };
  return { body, sink };
}
