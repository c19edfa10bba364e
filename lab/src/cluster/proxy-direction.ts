/** One direction of a proxied connection: passes bytes on, late or not at all. */
import type { Socket } from 'node:net';

export interface LinkState {
  readonly delayMs: number;
  readonly swallowing: boolean;
}

interface Parcel {
  readonly dueAt: number;
  /** `null`: the end of the stream. */
  readonly bytes: Buffer | null;
}

const highWaterBytes = 1024 * 1024;

export class ProxyDirection {
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #link: LinkState;
  #waiting: Parcel[] = [];
  #timer: NodeJS.Timeout | undefined;
  #lost = false;

  constructor(from: Socket, to: Socket, link: LinkState) {
    this.#from = from;
    this.#to = to;
    this.#link = link;
    from.on('data', (bytes) => this.#take(bytes));
    from.once('end', () => this.#take(null));
  }

  /** True once bytes have vanished: nothing that follows would make sense to the receiver. */
  get hasLostBytes(): boolean {
    return this.#lost;
  }

  discard(): void {
    clearTimeout(this.#timer);
    this.#waiting = [];
  }

  #take(bytes: Buffer | null): void {
    if (this.#link.swallowing) {
      this.#lost = true;
    } else if (this.#link.delayMs === 0 && this.#waiting.length === 0) {
      this.#pass(bytes);
    } else {
      // Never before what came earlier, even when the delay has been shortened since.
      const before = this.#waiting.at(-1)?.dueAt ?? 0;
      this.#waiting.push({ dueAt: Math.max(before, performance.now() + this.#link.delayMs), bytes });
      this.#timer ??= setTimeout(() => this.#passDue(), this.#link.delayMs);
    }
  }

  #passDue(): void {
    this.#timer = undefined;
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      const leftMs = next.dueAt - performance.now();
      if (leftMs > 0) {
        this.#timer = setTimeout(() => this.#passDue(), Math.ceil(leftMs));
        return;
      }
      this.#waiting.shift();
      if (this.#link.swallowing) this.#lost = true;
      else this.#pass(next.bytes);
    }
  }

  #pass(bytes: Buffer | null): void {
    if (this.#to.destroyed) return;
    if (bytes === null) {
      this.#to.end();
    } else if (!this.#to.write(bytes) && this.#to.writableLength > highWaterBytes) {
      this.#from.pause();
      this.#to.once('drain', () => this.#from.resume());
    }
  }
}
