/** The messages of one channel for one browser, over whatever carries them. */
import type { Channel, MessageDetails, Subscription } from '../channels/index.ts';
import { InvalidOptionError } from '../errors.ts';
import { RedisUnavailableError } from '../redis/errors.ts';
import { emit } from '../telemetry/events.ts';
import { eventText, heartbeatText } from './event-text.ts';

export interface EventStreamOptions<Message> {
  /** The name of a message's event, by which the browser chooses its listeners. @default 'message' */
  readonly event?: string | ((message: Message, details: MessageDetails) => string);
  /** What is sent of a message; `undefined` leaves it out. @default its JSON */
  readonly data?: (message: Message, details: MessageDetails) => string | undefined;
  /** How long the browser waits before it connects again, in milliseconds. @default 2000 */
  readonly retryMs?: number;
  /** How often a comment is sent, so that proxies keep the connection and a browser that has gone is noticed. @default 15 */
  readonly heartbeatSeconds?: number;
  /** How much may wait for a browser that reads too slowly; then it is dropped. @default 1048576, 1 MiB */
  readonly maxBufferedBytes?: number;
  /**
   * For how long a browser may read nothing while something waits for it; then it is dropped. Matters on durable channels,
   * where messages are only read as fast as they are sent. @default 30
   */
  readonly stallSeconds?: number;
  /**
   * The id after which to go on, on a durable channel.
   * @default the header `Last-Event-ID`, which browsers send when they connect again, or the query's `lastEventId`
   */
  readonly lastEventId?: string;
}

/**
 * `left`: the browser went. `slow`: it was dropped. `unavailable`: Redis could not be subscribed to. `closed`: the
 * subscription was closed here. In all but the first the browser connects again.
 */
export type EventStreamEnd = 'left' | 'slow' | 'unavailable' | 'closed';

/** What carries the text. */
export interface EventSink {
  write(text: string): void;
  /** What was written and has not been sent. */
  readonly bufferedBytes: number;
  /** Resolves when little is left, or nobody reads any more. */
  drained(): Promise<void>;
  /** Sends what is left, if somebody still reads, and ends. */
  end(text: string): void;
  /** Resolves when the browser has gone. */
  readonly left: Promise<void>;
}

/** Above this a durable channel waits with its next message. */
const calmBytes = 64 * 1_024;

export interface EventStreamSettings<Message> {
  readonly event: EventStreamOptions<Message>['event'];
  readonly data: (message: Message, details: MessageDetails) => string | undefined;
  readonly retryMs: number;
  readonly heartbeatMs: number;
  readonly maxBufferedBytes: number;
  readonly stallMs: number;
}

/** @throws InvalidOptionError */
export function eventStreamSettings<Message>(options: EventStreamOptions<Message>): EventStreamSettings<Message> {
  const { event, data = (message) => JSON.stringify(message), retryMs = 2_000, heartbeatSeconds = 15 } = options;
  const { maxBufferedBytes = 1_048_576, stallSeconds = 30 } = options;
  check('retryMs', retryMs, 0, 3_600_000);
  check('heartbeatSeconds', heartbeatSeconds, 0.01, 3_600);
  check('maxBufferedBytes', maxBufferedBytes, 1_024, 1_073_741_824);
  check('stallSeconds', stallSeconds, 0.01, 3_600);
  const heartbeatMs = heartbeatSeconds * 1_000;
  return { event, data, retryMs: Math.round(retryMs), heartbeatMs, maxBufferedBytes, stallMs: stallSeconds * 1_000 };
}

function check(option: string, value: number, least: number, most: number): void {
  if (!(typeof value === 'number' && value >= least && value <= most)) {
    throw new InvalidOptionError(option, `a number from ${least} to ${most}`);
  }
}

/** @param lastEventId as the browser sent it. */
export async function streamEvents<Message>(
  sink: EventSink,
  channel: Channel<Message>,
  lastEventId: string | undefined,
  settings: EventStreamSettings<Message>,
): Promise<EventStreamEnd> {
  const { event, data, retryMs, heartbeatMs, maxBufferedBytes, stallMs } = settings;
  let drop: (why: 'slow') => void = () => {};
  const dropped = new Promise<'slow'>((resolve) => {
    drop = resolve;
  });
  const left = sink.left.then(() => 'left' as const);

  async function calm(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const stalled = new Promise<void>((resolve) => {
      timer = setTimeout(() => {
        drop('slow');
        resolve();
      }, stallMs);
    });
    await Promise.race([sink.drained(), stalled, left]);
    clearTimeout(timer);
  }

  async function begin(): Promise<Subscription> {
    sink.write(eventText({ retryMs }));
    const known = await channel.lastId();
    const isDurable = known !== undefined;
    const isUsable = lastEventId !== undefined && /^(?:0|\d{1,20}-\d{1,20})$/.test(lastEventId);
    const after = isUsable ? lastEventId : known;
    // Also a browser that is cut off before the first message shall know where to go on.
    if (isDurable) sink.write(eventText({ id: after }));
    if (isDurable && lastEventId !== undefined && !isUsable) sendGap('reset');
    return channel.subscribe(
      (message, details) => {
        const text = data(message, details);
        if (text === undefined) return undefined;
        const name = typeof event === 'function' ? event(message, details) : event;
        sink.write(eventText({ id: details.id, event: name, data: text }));
        if (isDurable) return sink.bufferedBytes > Math.min(calmBytes, maxBufferedBytes) ? calm() : undefined;
        if (sink.bufferedBytes > maxBufferedBytes) drop('slow');
        return undefined;
      },
      { ...(isDurable && after !== undefined ? { after } : {}), onGap: ({ reason }) => sendGap(reason) },
    );
  }

  function sendGap(reason: string): void {
    sink.write(eventText({ event: 'gap', data: JSON.stringify({ reason }) }));
  }

  const heartbeat = setInterval(() => sink.write(heartbeatText), heartbeatMs);
  heartbeat.unref();
  const beginning = begin();
  try {
    const ended = beginning.then(async (subscription) => {
      const reason = await subscription.ended;
      return reason === undefined ? ('closed' as const) : ('slow' as const);
    });
    const end = await Promise.race([left, dropped, ended]);
    if (end === 'slow') emit('channel.subscription.dropped', { channel: channel.name, code: 'ERR_CHANNEL_SLOW' });
    if (end !== 'left') endWith(end);
    return end;
  } catch (error) {
    endWith('unavailable');
    if (error instanceof RedisUnavailableError) return 'unavailable';
    throw error;
  } finally {
    clearInterval(heartbeat);
    beginning.then(
      (subscription) => subscription.close(),
      () => {},
    );
  }

  function endWith(reason: EventStreamEnd): void {
    sink.end(eventText({ event: 'dropped', data: JSON.stringify({ reason }) }));
  }
}
