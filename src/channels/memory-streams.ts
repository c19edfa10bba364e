/** What durable channels keep, in this process. */
import type { Clock } from '../clock.ts';
import type { DurablePlace, KeptMessage, KeptMessages } from './store.ts';
import { compareIds, noId, timeOfId } from './stream-id.ts';

interface Stream {
  messages: KeptMessage[];
  lastId: string;
  /** When it is forgotten, if nothing is published until then. */
  expiresAt: number;
}

/** How many appends there are between two looks for streams that have expired. */
const sweepEvery = 1_000;

export class MemoryStreams {
  readonly #clock: Clock;
  readonly #streams = new Map<string, Stream>();
  #appends = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  append({ channel, maxLength, maxAgeMs }: DurablePlace, payload: string): { id: string; previous: string } {
    const nowMs = this.#clock.now();
    const stream = this.#at(channel) ?? { messages: [], lastId: noId, expiresAt: 0 };
    this.#streams.set(channel, stream);
    const previous = stream.lastId;
    const id = nextId(previous, nowMs);
    stream.messages.push({ id, previous, payload });
    stream.lastId = id;
    stream.expiresAt = nowMs + maxAgeMs;
    // As in Redis, where whole nodes of the stream are removed: not at each message, so that it costs little.
    const { messages } = stream;
    const first = messages.findIndex((message) => timeOfId(message.id) >= nowMs - maxAgeMs);
    const surplus = Math.max(first, messages.length - maxLength);
    if (surplus >= 100 || surplus >= messages.length / 2) stream.messages = messages.slice(surplus);
    if (++this.#appends % sweepEvery === 0) for (const name of this.#streams.keys()) this.#at(name);
    return { id, previous };
  }

  read(channel: string, after: string, count: number): KeptMessages {
    const nowMs = this.#clock.now();
    const stream = this.#at(channel);
    if (stream === undefined) return { messages: [], lastId: noId, nowMs };
    const { messages, lastId } = stream;
    if (count === 0) return { messages: [], lastId, nowMs };
    const start = firstAfter(messages, after);
    return { messages: messages.slice(start, start + count), lastId, nowMs };
  }

  clear(): void {
    this.#streams.clear();
  }

  #at(channel: string): Stream | undefined {
    const stream = this.#streams.get(channel);
    if (stream === undefined || stream.expiresAt > this.#clock.now()) return stream;
    this.#streams.delete(channel);
    return undefined;
  }
}

/** As XADD: the time, or the next number within that of the last id when the clock went back. */
function nextId(last: string, nowMs: number): string {
  const [lastMs = 0, sequence = 0] = last.split('-').map(Number);
  return nowMs > lastMs ? `${nowMs}-0` : `${lastMs}-${sequence + 1}`;
}

function firstAfter(messages: readonly KeptMessage[], id: string): number {
  let low = 0;
  let high = messages.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareIds(messages[middle]?.id ?? noId, id) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
