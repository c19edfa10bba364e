/** A list that grows and shrinks at both ends at the same small cost, however long it is: a ring that doubles and halves. */
export class Deque<Item> {
  #ring: (Item | undefined)[] = new Array(smallest);
  #first = 0;
  #size = 0;

  get length(): number {
    return this.#size;
  }

  /** @param index Counted from the first one. */
  at(index: number): Item | undefined {
    return index < 0 || index >= this.#size ? undefined : this.#ring[(this.#first + index) & (this.#ring.length - 1)];
  }

  push(item: Item): void {
    if (this.#size === this.#ring.length) this.#resize(2 * this.#size);
    this.#ring[(this.#first + this.#size++) & (this.#ring.length - 1)] = item;
  }

  unshift(item: Item): void {
    if (this.#size === this.#ring.length) this.#resize(2 * this.#size);
    this.#first = (this.#first - 1) & (this.#ring.length - 1);
    this.#ring[this.#first] = item;
    this.#size++;
  }

  pop(): Item | undefined {
    return this.#size === 0 ? undefined : this.#remove((this.#first + this.#size - 1) & (this.#ring.length - 1));
  }

  shift(): Item | undefined {
    if (this.#size === 0) return undefined;
    const index = this.#first;
    this.#first = (index + 1) & (this.#ring.length - 1);
    return this.#remove(index);
  }

  *[Symbol.iterator](): Generator<Item> {
    for (let index = 0; index < this.#size; index++) yield this.at(index) as Item;
  }

  #remove(index: number): Item {
    const item = this.#ring[index] as Item;
    this.#ring[index] = undefined;
    this.#size--;
    if (this.#ring.length > smallest && this.#size * 4 < this.#ring.length) this.#resize(this.#ring.length / 2);
    return item;
  }

  #resize(length: number): void {
    const ring: (Item | undefined)[] = new Array(length);
    for (let index = 0; index < this.#size; index++) ring[index] = this.at(index);
    this.#ring = ring;
    this.#first = 0;
  }
}

/** A power of two, so that positions wrap around by a mask. */
const smallest = 8;
