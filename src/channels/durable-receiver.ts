/**
 * One subscription to a durable channel. It gets its messages from the feed that all share, or by itself from the stream:
 * those before the feed's, and those for which its buffer had no room. So one that is slow reads at its own pace, and
 * never holds up another.
 */
import type { Cursor, Step } from './cursor.ts';
import type { Delivery } from './delivery.ts';
import type { DurableFeed, FeedReceiver } from './durable-feed.ts';
import type { Item } from './item.ts';
import { readOn } from './read-on.ts';
import type { ChannelStore } from './store.ts';
import { compareIds } from './stream-id.ts';

export class DurableReceiver implements FeedReceiver {
  readonly #store: ChannelStore;
  readonly #channel: string;
  readonly #feed: DurableFeed;
  readonly #cursor: Cursor;
  readonly #delivery: Delivery<Item>;
  #isClosed = false;

  constructor(store: ChannelStore, channel: string, feed: DurableFeed, cursor: Cursor, delivery: Delivery<Item>) {
    this.#store = store;
    this.#channel = channel;
    this.#feed = feed;
    this.#cursor = cursor;
    this.#delivery = delivery;
  }

  /** Goes on with what is published from now on. */
  follow(): void {
    this.#feed.attach(this);
  }

  /** Reads until it has come up with the feed. */
  readOn(): void {
    this.#feed.detach(this);
    let reachedAt: string | undefined;
    void readOn(this.#store, this.#channel, this.#cursor, {
      room: async () => {
        await this.#delivery.whenRoom();
        return this.#delivery.room;
      },
      isOver: () => this.#isClosed,
      // There is room for as many messages as were read; a gap comes on top.
      steps: (steps) => {
        for (const step of steps) this.#delivery.push(itemOf(this.#channel, step));
      },
      reached: () => {
        const { position } = this.#cursor;
        // A stream that was emptied meanwhile will never come up with the feed.
        const isBehind = compareIds(position, this.#feed.position) < 0 && position !== reachedAt;
        reachedAt = position;
        if (!isBehind) this.follow();
        return !isBehind;
      },
    });
  }

  step(step: Step): void {
    const { gap, position } = step;
    const isKnown = compareIds(position, this.#cursor.position) <= 0;
    // After a reset the ids may begin anew; anything else that is not later was read already.
    if (isKnown && gap?.reason !== 'reset') return;
    // What finds no room is read again later, a gap too.
    if (this.#delivery.offer(itemOf(this.#channel, step))) this.#cursor.moveTo(position);
    else this.readOn();
  }

  /** Dropped when there is no room: it was not meant to be kept. */
  passing(payload: string): void {
    this.#delivery.offer({ channel: this.#channel, payload });
  }

  close(): void {
    this.#isClosed = true;
    this.#feed.detach(this);
    this.#delivery.close();
  }
}

function itemOf(channel: string, { gap, message }: Step): Item {
  return gap === undefined ? { channel, id: message.id, payload: message.payload } : { channel, gap };
}
