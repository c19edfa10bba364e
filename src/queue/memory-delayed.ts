/** What is not due yet, the earliest on top: a binary heap whose entries know their places, so that they can be moved. */
export interface DelayedEntry<Item> {
  dueAt: number;
  readonly item: Item;
  /** Keeps those of the same time in the order of adding. */
  readonly order: number;
  place: number;
}

export class DelayedHeap<Item> {
  #entries: DelayedEntry<Item>[] = [];
  #added = 0;

  get size(): number {
    return this.#entries.length;
  }

  get first(): DelayedEntry<Item> | undefined {
    return this.#entries[0];
  }

  /** In no particular order. */
  get items(): Item[] {
    return this.#entries.map(({ item }) => item);
  }

  add(dueAt: number, item: Item): DelayedEntry<Item> {
    const entry = { dueAt, item, order: this.#added++, place: this.#entries.length };
    this.#entries.push(entry);
    this.#rise(entry);
    return entry;
  }

  move(entry: DelayedEntry<Item>, dueAt: number): void {
    entry.dueAt = dueAt;
    this.#rise(entry);
    this.#sink(entry);
  }

  shift(): Item | undefined {
    const [first] = this.#entries;
    const last = this.#entries.pop();
    if (first === undefined || last === undefined) return undefined;
    if (last !== first) {
      this.#put(last, 0);
      this.#sink(last);
    }
    return first.item;
  }

  clear(): void {
    this.#entries = [];
  }

  #rise(entry: DelayedEntry<Item>): void {
    while (entry.place > 0) {
      const above = this.#entries[(entry.place - 1) >> 1]!;
      if (!isEarlier(entry, above)) return;
      this.#swap(entry, above);
    }
  }

  #sink(entry: DelayedEntry<Item>): void {
    for (;;) {
      const left = this.#entries[2 * entry.place + 1];
      const right = this.#entries[2 * entry.place + 2];
      if (left === undefined) return;
      const below = right !== undefined && isEarlier(right, left) ? right : left;
      if (!isEarlier(below, entry)) return;
      this.#swap(below, entry);
    }
  }

  #swap(one: DelayedEntry<Item>, other: DelayedEntry<Item>): void {
    const { place } = one;
    this.#put(one, other.place);
    this.#put(other, place);
  }

  #put(entry: DelayedEntry<Item>, place: number): void {
    this.#entries[place] = entry;
    entry.place = place;
  }
}

function isEarlier(one: DelayedEntry<unknown>, other: DelayedEntry<unknown>): boolean {
  return one.dueAt === other.dueAt ? one.order < other.order : one.dueAt < other.dueAt;
}
