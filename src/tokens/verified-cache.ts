/**
 * A bounded map of tokens whose signature was found good, or of their uses; what has not been used for longest is
 * forgotten first.
 *
 * Two generations instead of one list: a hit on the young one writes nothing, and when it is full it becomes the old
 * one. So between half of the bound and all of it is kept, and neither a hit nor an eviction depends on the size.
 */
export class VerifiedCache<Value> {
  readonly #maxYoung: number;
  #young: Map<string, Value> = new Map();
  #old: Map<string, Value> = new Map();

  /** @param maxEntries 0 keeps nothing. */
  constructor(maxEntries: number) {
    this.#maxYoung = maxEntries === 0 ? 0 : Math.max(1, Math.floor(maxEntries / 2));
  }

  get(key: string): Value | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old !== undefined) this.set(key, old);
    return old;
  }

  set(key: string, value: Value): void {
    if (this.#maxYoung === 0) return;
    this.#old.delete(key);
    this.#young.set(key, value);
    if (this.#young.size >= this.#maxYoung) {
      this.#old = this.#young;
      this.#young = new Map();
    }
  }

  clear(): void {
    this.#young.clear();
    this.#old.clear();
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }
}
