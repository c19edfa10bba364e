import { compareIds } from './entry-id.ts';
import type { DeliveredEntry } from './store.ts';

/** What is remembered of a consumer from turn to turn; see redis-turns.ts. */
export class TurnProgress {
  /** The number of its gate, while that is known to be open. */
  gate: string | undefined;
  /** The last read gave as much as was wanted. */
  wasFull = false;
  #before = '';
  #first = '';
  #highest = '';

  /** With the last turn it was given nothing above this id; '' = nothing at all was given before. */
  get before(): string {
    return this.#before;
  }

  /** The lowest id above `before` that the last turn gave; '' = none. */
  get first(): string {
    return this.#first;
  }

  /** @param areInOrder as a plain read gives them */
  given(entries: readonly DeliveredEntry[], areInOrder: boolean): void {
    this.#before = this.#highest;
    this.#first = '';
    this.alsoGiven(entries, areInOrder);
  }

  /** By the same turn as what was given before. */
  alsoGiven(entries: readonly DeliveredEntry[], areInOrder: boolean): void {
    const first = entries[0]?.id;
    // Of those in order the ends are enough, unless the group was set back meanwhile.
    const isEnough = areInOrder && first !== undefined && isHigher(first, this.#before);
    for (const { id } of isEnough ? [entries[0]!, entries.at(-1)!] : entries) {
      if (isHigher(id, this.#before) && (this.#first === '' || isHigher(this.#first, id))) this.#first = id;
      if (isHigher(id, this.#highest)) this.#highest = id;
    }
  }

  /** Begins anew with all that it holds. */
  holds(ids: Iterable<string>): void {
    this.#highest = '';
    for (const id of ids) if (isHigher(id, this.#highest)) this.#highest = id;
    this.#before = this.#highest;
    this.#first = '';
  }
}

function isHigher(id: string, than: string): boolean {
  return than === '' || compareIds(id, than) > 0;
}
