import { compareIds } from './entry-id.ts';
import type { DeliveredEntry } from './store.ts';

/** As the scripts take it: ends of what is known, and the first entry that is known above each; see turn.lua. */
export interface Look {
  /** As XPENDING takes them, with spaces between; '' = there is nothing to look at. */
  readonly from: string;
  /** As many; `.` = there is none. */
  readonly first: string;
}

/** Between what was given earlier and what was given next there is nothing, unless a read was carried out unnoticed. */
interface Gap {
  readonly before: string;
  readonly first: string;
}

/** What is remembered of a consumer from turn to turn; see redis-turns.ts. */
export class TurnProgress {
  /** The number of its gate, while that is known to be open. */
  gate: string | undefined;
  /** The last read gave as much as was wanted. */
  wasFull = false;
  /** A read was sent as a command of its own, so there may be something unnoticed. */
  hasReadPlainly = false;
  /** Turns that are under way. */
  underWay = 0;
  /** Fulfilled when the turn that was begun last has ended: whether it was answered. */
  lastEnd: Promise<boolean> | undefined;
  /** The gate through which the turn goes that was sent last, when another may go on behind it. */
  goingOn: string | undefined;
  #highest = '';
  /** At which no turn has looked yet: one for each batch that was given. */
  #gaps: Gap[] = [];

  /**
   * What a turn has to look at. Should its answer be lost, all that the consumer holds is compared.
   * @param isBehind another turn is under way, and may be given something above all that is known
   */
  look({ isBehind }: { readonly isBehind: boolean }): Look {
    const gaps = this.#gaps.length > 0 || isBehind ? this.#gaps : [{ before: this.#highest, first: '' }];
    this.#gaps = [];
    if (!this.hasReadPlainly) return { from: '', first: '' };
    return {
      from: gaps.map(({ before }) => (before === '' ? '-' : `(${before}`)).join(' '),
      first: gaps.map(({ first }) => (first === '' ? '.' : first)).join(' '),
    };
  }

  /** @param areInOrder as a plain read gives them */
  given(entries: readonly DeliveredEntry[], areInOrder: boolean): void {
    const before = this.#highest;
    let first = '';
    const lowest = entries[0]?.id;
    // Of those in order the ends are enough, unless the group was set back meanwhile.
    const isEnough = areInOrder && lowest !== undefined && isHigher(lowest, before);
    for (const { id } of isEnough ? [entries[0]!, entries.at(-1)!] : entries) {
      if (isHigher(id, before) && (first === '' || isHigher(first, id))) first = id;
      if (isHigher(id, this.#highest)) this.#highest = id;
    }
    if (first !== '') this.#gaps.push({ before, first });
  }

  /** Begins anew with all that it holds. */
  holds(ids: Iterable<string>): void {
    this.#highest = '';
    for (const id of ids) if (isHigher(id, this.#highest)) this.#highest = id;
    this.#gaps = [];
  }
}

function isHigher(id: string, than: string): boolean {
  return than === '' || compareIds(id, than) > 0;
}
