/** Between what comes and the handler of one subscription: a bounded buffer, and the order. */

export interface DeliveryOptions<Item> {
  /** Is called with one item; what it throws, or rejects with, goes to `onFailed`. */
  readonly handle: (item: Item) => unknown;
  readonly onFailed: (error: unknown, item: Item) => void;
  /** False: does not wait for one to end before the next begins. */
  readonly isOrdered: boolean;
  /** How many may wait; when not ordered, how many may be under way. */
  readonly bufferSize: number;
}

export class Delivery<Item> {
  readonly #options: DeliveryOptions<Item>;
  #waiting: Item[] = [];
  #underWay = 0;
  #isPumping = false;
  #isClosed = false;
  #onRoom: (() => void) | undefined;

  constructor(options: DeliveryOptions<Item>) {
    this.#options = options;
  }

  get bufferSize(): number {
    return this.#options.bufferSize;
  }

  /** How many more it takes now. */
  get room(): number {
    return this.#options.bufferSize - this.#waiting.length - this.#underWay;
  }

  /** @returns false when there is no room: the item was not taken */
  offer(item: Item): boolean {
    if (this.room <= 0 && !this.#isClosed) return false;
    this.push(item);
    return true;
  }

  /** Takes it in any case: the caller has looked at the room. */
  push(item: Item): void {
    if (this.#isClosed) return;
    this.#waiting.push(item);
    this.#pump();
  }

  /** Resolves when half of the buffer is free, or it was closed. One caller at a time. */
  whenRoom(): Promise<void> {
    return new Promise((resolve) => {
      this.#onRoom = resolve;
      this.#tellRoom();
    });
  }

  /** No handler is called any more. */
  close(): void {
    this.#isClosed = true;
    this.#waiting = [];
    this.#tellRoom();
  }

  #tellRoom(): void {
    if (this.#onRoom === undefined || (!this.#isClosed && this.room * 2 < this.#options.bufferSize)) return;
    const goOn = this.#onRoom;
    this.#onRoom = undefined;
    goOn();
  }

  #pump(): void {
    // A handler that causes a message must not be called in the middle of itself.
    if (this.#isPumping) return;
    this.#isPumping = true;
    let taken = 0;
    while (taken < this.#waiting.length && !this.#isClosed) {
      if (this.#options.isOrdered && this.#underWay > 0) break;
      this.#call(this.#waiting[taken++] as Item);
    }
    this.#waiting.splice(0, taken);
    this.#isPumping = false;
    this.#tellRoom();
  }

  #call(item: Item): void {
    const { handle, onFailed } = this.#options;
    try {
      const result = handle(item);
      if (!isPromise(result)) return;
      this.#underWay++;
      result
        .then(undefined, (error: unknown) => onFailed(error, item))
        .finally(() => {
          this.#underWay--;
          this.#pump();
        });
    } catch (error) {
      onFailed(error, item);
    }
  }
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof (value as { readonly then?: unknown } | null | undefined)?.then === 'function';
}
