/**
 * The messages of one durable channel, in order, each once and none left out, for all its subscriptions of this process.
 * The stream is the truth; what comes over the subscription only says that there is something new. A message that follows
 * the last one is passed on at once; anything else makes the feed read the stream.
 */
import { Cursor, type Step } from './cursor.ts';
import { readFrame } from './frame.ts';
import { readOn } from './read-on.ts';
import type { ChannelStore, DurablePlace, SourceListener, SourceSubscription } from './store.ts';
import { compareIds, noId } from './stream-id.ts';

export interface FeedReceiver {
  /** In order. May be called with what it has already, when it has read ahead. */
  step(step: Step): void;
  /** A message that was published without being kept. */
  passing(payload: string): void;
}

/** For so long after a reading, messages may come over the subscription that were read. */
const doublesMs = 10_000;
const mostHeld = 1_000;

export class DurableFeed implements SourceListener {
  readonly #store: ChannelStore;
  readonly #place: DurablePlace;
  readonly #receivers = new Set<FeedReceiver>();
  #cursor: Cursor;
  #subscription: SourceSubscription | undefined;
  #isConnected = false;
  #isReading = false;
  /** Set when something may have been published after the last look into the stream. */
  #mustLook = false;
  /** What came while the stream was being read, to be compared with what was read. */
  #held: (readonly [channel: string, text: string])[] = [];
  #doublesUntil = 0;
  #isClosed = false;

  constructor(store: ChannelStore, place: DurablePlace) {
    this.#store = store;
    this.#place = place;
    this.#cursor = new Cursor(place, noId, true);
  }

  /** Everything that is published after the call will be passed on. @throws RedisUnavailableError */
  async open(): Promise<void> {
    const { channel, isSharded } = this.#place;
    const { lastId } = await this.#store.read(channel, noId, 0);
    this.#cursor = new Cursor(this.#place, lastId, true);
    const source = { kind: isSharded ? 'shard' : 'channel', name: channel } as const;
    const subscription = await this.#store.subscribe(source, this);
    if (this.#isClosed) return subscription.close();
    this.#subscription = subscription;
    this.resumed();
  }

  /** The id of the last message that was passed on. */
  get position(): string {
    return this.#cursor.position;
  }

  /** @throws RedisUnavailableError as `SourceSubscription.confirmed` */
  async confirmed(): Promise<void> {
    await this.#subscription?.confirmed();
  }

  attach(receiver: FeedReceiver): void {
    this.#receivers.add(receiver);
  }

  detach(receiver: FeedReceiver): void {
    this.#receivers.delete(receiver);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#receivers.clear();
    await this.#subscription?.close();
  }

  message(channel: string, text: string): void {
    const { id, previous, payload } = readFrame(text);
    if (id === undefined || previous === undefined) {
      for (const receiver of this.#receivers) receiver.passing(payload);
    } else if (this.#isReading || !this.#isConnected) {
      this.#hold(channel, text);
    } else if (compareIds(id, this.#cursor.position) <= 0) {
      // Most likely a double of what was read. At any other time it tells that Redis begins anew.
      if (performance.now() > this.#doublesUntil) this.#look();
    } else if (compareIds(previous, this.#cursor.position) > 0) {
      this.#hold(channel, text);
      this.#look();
    } else {
      this.#cursor.moveTo(id);
      this.#pass([{ message: { id, previous, payload }, position: id }]);
    }
  }

  lost(): void {
    this.#isConnected = false;
    this.#held = [];
  }

  resumed(): void {
    this.#isConnected = true;
    this.#look();
  }

  #look(): void {
    this.#mustLook = true;
    if (this.#isReading || this.#isClosed) return;
    this.#isReading = true;
    void readOn(this.#store, this.#place.channel, this.#cursor, {
      room: async () => {
        this.#mustLook = false;
        return Number.POSITIVE_INFINITY;
      },
      isOver: () => this.#isClosed,
      steps: (steps) => this.#pass(steps),
      reached: () => {
        if (this.#mustLook) return false;
        this.#isReading = false;
        this.#doublesUntil = performance.now() + doublesMs;
        const held = this.#held;
        this.#held = [];
        for (const [channel, text] of held) this.message(channel, text);
        return true;
      },
    });
  }

  #hold(channel: string, text: string): void {
    this.#held.push([channel, text]);
    if (this.#held.length <= mostHeld) return;
    // All of them are in the stream as well.
    this.#held = [];
    this.#mustLook = true;
  }

  #pass(steps: readonly Step[]): void {
    for (const step of steps) for (const receiver of this.#receivers) receiver.step(step);
  }
}
