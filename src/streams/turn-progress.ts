import { compareIds } from './entry-id.ts';
import type { DeliveredEntry } from './store.ts';

/** What is remembered of a consumer from turn to turn; see redis-turns.ts. */
export class TurnProgress {
  /** The number of its gate, while that is known to be open. */
  gate: string | undefined;
  /** The last read gave as much as was wanted. */
  wasFull = false;
  /** Turns that are under way. */
  underWay = 0;
  /** Fulfilled when the turn that was begun last has ended: whether it was answered. */
  lastEnd: Promise<boolean> | undefined;
  /** The turn that was sent last, when it goes on. */
  goingOn: { readonly gate: string; readonly acknowledged: readonly string[] } | undefined;
  #before = '';
  #first = '';
  #highest = '';

  /**
   * The gate through which a turn may go on behind the one that is under way. Each turn that goes on sees whether the first
   * entry that it knows of is still the first; so that must be one that the turn before it leaves there.
   */
  get gateBehind(): string | undefined {
    if (this.underWay !== 1 || this.goingOn === undefined || this.#first === '') return undefined;
    return this.goingOn.acknowledged.includes(this.#first) ? undefined : this.goingOn.gate;
  }

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
