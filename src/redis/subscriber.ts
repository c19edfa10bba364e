/** Subscriptions that are made again, wherever they belong by then, when their connection is lost. */
import { RedisReplyError, RedisUnavailableError } from './errors.ts';
import type { RedisSubscriber, SubscriberListener } from './port.ts';
import { reconnectDelayMs } from './reconnect-delay.ts';
import { Line, type LineEvents, type LineTimes, type Wanted } from './subscriber-line.ts';
import type { SubscriberLinks, SubscriptionKind } from './subscriber-link.ts';
import { translateError } from './translate-error.ts';

const lingerMs = 10_000;
const quietMs = 1_000;

export function createSubscriber(
  links: SubscriberLinks,
  listener: SubscriberListener,
  { deadlineMs }: { readonly deadlineMs: number },
): RedisSubscriber {
  const subscriber = new Subscriber(links, listener, deadlineMs);
  return {
    subscribe: (kind, name) => subscriber.subscribe(kind, name),
    unsubscribe: (kind, name) => subscriber.unsubscribe(kind, name),
    close: () => subscriber.close(),
  };
}

interface Pending {
  readonly confirmed: Promise<void>;
  resolve(): void;
  reject(error: unknown): void;
}

class Subscriber implements RedisSubscriber {
  readonly #links: SubscriberLinks;
  readonly #listener: SubscriberListener;
  readonly #times: LineTimes;
  readonly #confirmMs: number;
  readonly #wanted = new Map<string, Wanted>();
  /** Those whose first confirmation somebody waits for. */
  readonly #pending = new Map<Wanted, Pending>();
  readonly #lines = new Map<string, Line>();
  readonly #retries = new Set<NodeJS.Timeout>();
  #isClosed = false;

  constructor(links: SubscriberLinks, listener: SubscriberListener, deadlineMs: number) {
    this.#links = links;
    this.#listener = listener;
    this.#confirmMs = Math.max(1_000, deadlineMs);
    const answerMs = Math.max(2_000, 2 * deadlineMs);
    this.#times = { openMs: answerMs, quietMs, answerMs, lingerMs };
  }

  async subscribe(kind: SubscriptionKind, name: string): Promise<void> {
    if (this.#isClosed) throw closedError();
    const key = keyOf(kind, name);
    let wanted = this.#wanted.get(key);
    if (wanted === undefined) {
      wanted = { kind, name, line: undefined, isConfirmed: false, isLost: false };
      this.#wanted.set(key, wanted);
      this.#pending.set(wanted, this.#expect(wanted));
      void this.#route(wanted, false, 0);
    }
    await this.#pending.get(wanted)?.confirmed;
  }

  async unsubscribe(kind: SubscriptionKind, name: string): Promise<void> {
    const wanted = this.#wanted.get(keyOf(kind, name));
    if (wanted === undefined) return;
    this.#pending.get(wanted)?.reject(new RedisUnavailableError('closed', 'It was unsubscribed meanwhile.'));
    const { line } = wanted;
    this.#forget(wanted);
    if (line === undefined) return;
    // The line watches the server; here nobody waits longer for it than for any other answer.
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, this.#confirmMs);
    });
    await Promise.race([line.remove(wanted), late]);
    clearTimeout(timer);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const retry of this.#retries) clearTimeout(retry);
    for (const pending of this.#pending.values()) pending.reject(closedError());
    for (const line of this.#lines.values()) line.close();
    this.#wanted.clear();
    this.#lines.clear();
  }

  #expect(wanted: Wanted): Pending {
    const pending = {} as { -readonly [Member in keyof Pending]: Pending[Member] };
    const timer = setTimeout(() => {
      const { line } = wanted;
      this.#forget(wanted);
      void line?.remove(wanted);
      pending.reject(
        new RedisUnavailableError('deadline', `Redis did not confirm a subscription within ${this.#confirmMs} ms.`),
      );
    }, this.#confirmMs);
    pending.confirmed = new Promise((resolve, reject) => {
      const end = () => {
        clearTimeout(timer);
        this.#pending.delete(wanted);
      };
      pending.resolve = () => {
        end();
        resolve();
      };
      pending.reject = (error) => {
        end();
        reject(error);
      };
    });
    return pending;
  }

  #forget(wanted: Wanted): void {
    const key = keyOf(wanted.kind, wanted.name);
    if (this.#wanted.get(key) === wanted) this.#wanted.delete(key);
  }

  #isWanted(wanted: Wanted): boolean {
    return this.#wanted.get(keyOf(wanted.kind, wanted.name)) === wanted;
  }

  async #route(wanted: Wanted, isRetry: boolean, failures: number): Promise<void> {
    try {
      const place = await this.#links.placeOf(wanted.name, isRetry);
      if (!this.#isWanted(wanted)) return;
      // Redis counts shard channels for themselves: ioredis takes their 0 for the end of all subscriptions.
      const id = `${wanted.kind === 'shard' ? 'shard' : 'plain'} ${place}`;
      let line = this.#lines.get(id);
      if (line === undefined) {
        line = new Line(id, place, this.#links, this.#events, this.#times, failures);
        this.#lines.set(id, line);
      }
      line.add(wanted);
    } catch (error) {
      this.#refused(wanted, error, failures);
    }
  }

  #routeLater(all: readonly Wanted[], failures: number): void {
    const retry = setTimeout(() => {
      this.#retries.delete(retry);
      for (const wanted of all) if (this.#isWanted(wanted)) void this.#route(wanted, true, failures + 1);
    }, reconnectDelayMs(failures));
    this.#retries.add(retry);
  }

  readonly #events: LineEvents = {
    message: (kind, name, channel, payload) => {
      if (this.#wanted.has(keyOf(kind, name))) this.#listener.message(kind, name, channel, payload);
    },
    confirmed: (wanted) => {
      wanted.isConfirmed = true;
      this.#pending.get(wanted)?.resolve();
      if (wanted.isLost) {
        wanted.isLost = false;
        this.#listener.resumed(wanted.kind, wanted.name);
      }
    },
    refused: (wanted, error) => this.#refused(wanted, error, 4),
    lost: (line, all, failures) => {
      this.#lines.delete(line.id);
      this.#lost(all, failures);
    },
    left: (line) => this.#lines.delete(line.id),
  };

  #refused(wanted: Wanted, error: unknown, failures: number): void {
    if (this.#isClosed || !this.#isWanted(wanted)) return;
    const translated = translateError(error);
    const pending = this.#pending.get(wanted);
    // One that Redis accepted once is tried for ever. `MOVED`: it belongs to another node by now.
    const isFinal =
      translated instanceof RedisReplyError
        ? translated.reply !== 'MOVED'
        : !(translated instanceof RedisUnavailableError);
    if (pending !== undefined && isFinal) {
      this.#forget(wanted);
      pending.reject(translated);
    } else {
      this.#lost([wanted], failures);
    }
  }

  #lost(all: readonly Wanted[], failures: number): void {
    for (const wanted of all) {
      wanted.line = undefined;
      if (!wanted.isConfirmed) continue;
      wanted.isConfirmed = false;
      wanted.isLost = true;
      this.#listener.lost(wanted.kind, wanted.name);
    }
    if (all.length > 0 && !this.#isClosed) this.#routeLater(all, failures);
  }
}

function keyOf(kind: SubscriptionKind, name: string): string {
  return `${kind} ${name}`;
}

function closedError(): RedisUnavailableError {
  return new RedisUnavailableError('closed', 'This subscriber has been closed.');
}
