/** One connection of a subscriber, with the subscriptions that are made on it. Ends when the connection is lost. */
import type { RedisSubscriber } from './port.ts';
import type { LinkEvents, SubscriberLink, SubscriberLinks, SubscriptionKind } from './subscriber-link.ts';

/** A subscription that somebody wants, whether or not Redis knows of it now. */
export interface Wanted {
  readonly kind: SubscriptionKind;
  readonly name: string;
  line: Line | undefined;
  isConfirmed: boolean;
  /** Set when it was confirmed and lost again: the listener has been told. */
  isLost: boolean;
}

export interface LineEvents {
  message: LinkEvents['message'];
  confirmed(wanted: Wanted): void;
  /** The server refused this one; the connection is well. */
  refused(wanted: Wanted, error: unknown): void;
  /** All that was here must be made elsewhere. @param failures attempts in a row to make this connection */
  lost(line: Line, wanted: readonly Wanted[], failures: number): void;
  /** Nobody has needed the line for a while. */
  left(line: Line): void;
}

export interface LineTimes {
  /** How long opening may take. */
  readonly openMs: number;
  /** How long a connection may say nothing before it is sent a PING. */
  readonly quietMs: number;
  /** How long it may be silent after that. */
  readonly answerMs: number;
  /** How long it stays open without subscriptions. */
  readonly lingerMs: number;
}

export class Line {
  readonly id: string;
  readonly #events: LineEvents;
  readonly #times: LineTimes;
  readonly #link: SubscriberLink;
  readonly #wanted = new Set<Wanted>();
  readonly #opening: NodeJS.Timeout;
  #failures: number;
  #isReady = false;
  #isOver = false;
  #heardAt = 0;
  #watch: NodeJS.Timeout | undefined;
  #linger: NodeJS.Timeout | undefined;

  constructor(
    id: string,
    place: string,
    links: SubscriberLinks,
    events: LineEvents,
    times: LineTimes,
    failures: number,
  ) {
    this.id = id;
    this.#events = events;
    this.#times = times;
    this.#failures = failures;
    this.#link = links.open(place, {
      message: (kind, name, channel, payload) => {
        this.#heardAt = performance.now();
        if (!this.#isOver) events.message(kind, name, channel, payload);
      },
      lost: () => this.#lose(),
    });
    this.#opening = setTimeout(() => this.#lose(), times.openMs);
    this.#link.ready.then(
      () => this.#begin(),
      () => this.#lose(),
    );
  }

  add(wanted: Wanted): void {
    clearTimeout(this.#linger);
    this.#wanted.add(wanted);
    wanted.line = this;
    if (this.#isReady) this.#subscribe(wanted);
  }

  /** Resolves when the server has confirmed. */
  async remove(wanted: Wanted): ReturnType<RedisSubscriber['unsubscribe']> {
    this.#wanted.delete(wanted);
    if (this.#wanted.size === 0 && !this.#isOver) {
      this.#linger = setTimeout(() => {
        this.close();
        this.#events.left(this);
      }, this.#times.lingerMs);
      this.#linger.unref();
    }
    if (this.#isReady) await this.#link.unsubscribe(wanted.kind, wanted.name).catch(() => {});
  }

  close(): void {
    this.#isOver = true;
    this.#isReady = false;
    clearTimeout(this.#opening);
    clearTimeout(this.#linger);
    clearInterval(this.#watch);
    this.#link.destroy();
  }

  #begin(): void {
    if (this.#isOver) return;
    clearTimeout(this.#opening);
    this.#failures = 0;
    this.#isReady = true;
    this.#heardAt = performance.now();
    this.#watch = setInterval(() => void this.#ping(), this.#times.quietMs);
    this.#watch.unref();
    for (const wanted of this.#wanted) this.#subscribe(wanted);
  }

  #subscribe(wanted: Wanted): void {
    // One command for each, so that the refusal of one says nothing of the others.
    this.#link.subscribe(wanted.kind, wanted.name).then(
      () => {
        this.#heardAt = performance.now();
        if (!this.#isOver && this.#wanted.has(wanted)) this.#events.confirmed(wanted);
      },
      (error: unknown) => {
        // That of a lost link is told by the link.
        if (!this.#isOver && this.#wanted.delete(wanted)) this.#events.refused(wanted, error);
      },
    );
  }

  async #ping(): Promise<void> {
    const askedAt = performance.now();
    if (askedAt - this.#heardAt < this.#times.quietMs / 2) return;
    const late = setTimeout(() => {
      // The process itself may have been held up: what has arrived meanwhile is read before the next turn.
      setImmediate(() => {
        if (this.#heardAt < askedAt) this.#lose();
      });
    }, this.#times.answerMs);
    late.unref();
    await this.#link.ping().then(
      () => {
        this.#heardAt = performance.now();
      },
      () => {},
    );
    if (this.#heardAt >= askedAt) clearTimeout(late);
  }

  #lose(): void {
    if (this.#isOver) return;
    this.close();
    this.#events.lost(this, [...this.#wanted], this.#failures);
  }
}
