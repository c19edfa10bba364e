/** Adds that are made at the same time travel together: one script for all of them, one promise for each. */
import { RedisUnavailableError } from '../redis/errors.ts';
import type { AddOutcome, Durability, NewTask, QueueStore } from './store.ts';
import { TaskAmbiguousError } from './task-errors.ts';

/** What one call adds; all of it goes in one script. */
export interface Consignment {
  readonly ids: readonly string[];
  readonly tasks: readonly NewTask[];
  readonly durability: Durability | undefined;
}

interface Waiting extends Consignment {
  readonly resolve: (outcomes: readonly AddOutcome[]) => void;
  readonly reject: (error: unknown) => void;
}

const mostTasks = 500;
const mostCharacters = 1_000_000;
/** More than these wait for an answer, and so travel in larger groups. */
const mostUnderWay = 4;

export class Adder {
  readonly #store: QueueStore;
  readonly #maxWaiting: number;
  #waiting: Waiting[] = [];
  #underWay = 0;
  #scheduled = false;

  constructor(store: QueueStore, maxWaiting: number) {
    this.#store = store;
    this.#maxWaiting = maxWaiting;
  }

  /** @throws TaskAmbiguousError, RedisUnavailableError, RedisReplyError */
  add(consignment: Consignment): Promise<readonly AddOutcome[]> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ ...consignment, resolve, reject });
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    // After everything that runs now, so that a loop of adds makes one group.
    process.nextTick(() => {
      this.#scheduled = false;
      this.#send();
    });
  }

  #send(): void {
    while (this.#waiting.length > 0 && this.#underWay < mostUnderWay) void this.#sendGroup(this.#takeGroup());
  }

  /** Only what is to be equally durable may share a script. */
  #takeGroup(): Waiting[] {
    const [first] = this.#waiting;
    let tasks = 0;
    let characters = 0;
    let taken = 0;
    for (const { tasks: these, durability } of this.#waiting) {
      if (taken > 0 && (durability !== first?.durability || tasks >= mostTasks || characters >= mostCharacters)) break;
      taken++;
      tasks += these.length;
      for (const { envelope } of these) characters += envelope.length;
    }
    return this.#waiting.splice(0, taken);
  }

  async #sendGroup(group: readonly Waiting[]): Promise<void> {
    this.#underWay++;
    try {
      const tasks = group.length === 1 ? group[0]!.tasks : group.flatMap((each) => each.tasks);
      const together = group.map((each) => each.tasks.length);
      const { outcomes, durable } = await this.#store.add(tasks, this.#maxWaiting, group[0]?.durability, together);
      let from = 0;
      for (const { ids, tasks: these, resolve, reject } of group) {
        const own = outcomes.slice(from, from + these.length);
        from += these.length;
        if (durable) resolve(own);
        else reject(new TaskAmbiguousError(ids[0] ?? '', 'not-durable'));
      }
    } catch (error) {
      for (const { ids, reject } of group)
        reject(isAmbiguous(error) ? new TaskAmbiguousError(ids[0] ?? '', 'no-answer', { cause: error }) : error);
    } finally {
      this.#underWay--;
      if (this.#waiting.length > 0) this.#schedule();
    }
  }
}

/** A refusal is an answer, and a closed connection was never asked. */
function isAmbiguous(error: unknown): boolean {
  return error instanceof RedisUnavailableError && error.reason !== 'refusing' && error.reason !== 'closed';
}
