/** A list that grows and shrinks at both ends, at a cost per value that does not depend on its length. */
export class Deque<Value> {
  #values: (Value | undefined)[] = [];
  #head = 0;

  get length(): number {
    return this.#values.length - this.#head;
  }

  push(values: readonly Value[]): void {
    for (const value of values) this.#values.push(value);
  }

  /** In front of the others, in the order given. Costs as much as the list is long. */
  unshift(values: readonly Value[]): void {
    this.#values = [...values, ...this.#values.slice(this.#head)];
    this.#head = 0;
  }

  /** @returns up to `count`, the first one first */
  shift(count: number): Value[] {
    const taken = this.first(count);
    this.#values.fill(undefined, this.#head, this.#head + taken.length);
    this.#head += taken.length;
    if (this.#head > 1_024 && this.#head * 2 > this.#values.length) {
      this.#values = this.#values.slice(this.#head);
      this.#head = 0;
    }
    return taken;
  }

  /** @returns up to `count`, the last one first */
  pop(count: number): Value[] {
    const taken = this.last(count);
    this.#values.length -= taken.length;
    return taken;
  }

  first(count: number): Value[] {
    return this.#values.slice(this.#head, this.#head + count) as Value[];
  }

  last(count: number): Value[] {
    return this.#values.slice(Math.max(this.#head, this.#values.length - count)).reverse() as Value[];
  }
}
