/** Adds that are made at the same time travel together: one script for all of them, one promise for each. */
import { RedisUnavailableError } from '../redis/errors.ts';
import type { AddOutcome, AddResult, Durability, NewTask, QueueStore } from './store.ts';
import { TaskAmbiguousError } from './task-errors.ts';

/** A task, and the id by which its adder will know it. */
export interface Draft {
  readonly id: string;
  readonly task: NewTask;
}

/** What one call adds; all of it goes in one script. */
export interface Consignment<Answer> {
  readonly drafts: readonly Draft[];
  readonly durability: Durability | undefined;
  /** Makes the caller's answer of the outcomes of the group; its own begin at `from`. */
  readonly answer: (outcomes: readonly AddOutcome[], from: number) => Answer;
}

/** What travels together, and one promise that all of its callers wait for. */
interface Group {
  readonly tasks: NewTask[];
  /** How many of the tasks each call has added. */
  readonly together: number[];
  readonly durability: Durability | undefined;
  characters: number;
  readonly stored: Promise<AddResult>;
  readonly resolve: (stored: Promise<AddResult>) => void;
}

/** So many groups may wait for their answers: while Redis stores one, the next is written, and neither idles. */
const mostUnderWay = 4;
/** Groups are small as long as there is another that may leave as well, for the same reason. */
const mostTasks = { small: 50, large: 500 };
const mostCharacters = 1_000_000;

export class Adder {
  readonly #store: QueueStore;
  readonly #maxWaiting: number;
  /** The last one takes up what is added next. */
  readonly #groups: Group[] = [];
  #underWay = 0;
  #scheduled = false;

  constructor(store: QueueStore, maxWaiting: number) {
    this.#store = store;
    this.#maxWaiting = maxWaiting;
  }

  /** @throws TaskAmbiguousError, RedisUnavailableError, RedisReplyError, what `answer` throws */
  add<Answer>({ drafts, durability, answer }: Consignment<Answer>): Promise<Answer> {
    const group = this.#groupFor(durability);
    const from = group.tasks.length;
    for (const { task } of drafts) {
      group.tasks.push(task);
      group.characters += task.envelope.length;
    }
    group.together.push(drafts.length);
    this.#schedule();
    return group.stored.then(
      ({ outcomes, durable }) => {
        if (!durable) throw new TaskAmbiguousError(idsOf(drafts), 'not-durable');
        return answer(outcomes, from);
      },
      (error: unknown) => {
        throw isAmbiguous(error) ? new TaskAmbiguousError(idsOf(drafts), 'no-answer', { cause: error }) : error;
      },
    );
  }

  /** Only what is to be equally durable may share a script. */
  #groupFor(durability: Durability | undefined): Group {
    const last = this.#groups.at(-1);
    const isCrowded = this.#underWay + this.#groups.length >= mostUnderWay;
    const most = isCrowded ? mostTasks.large : mostTasks.small;
    if (
      last !== undefined &&
      last.durability === durability &&
      last.tasks.length < most &&
      last.characters < mostCharacters
    )
      return last;
    const group = newGroup(durability);
    this.#groups.push(group);
    return group;
  }

  #schedule(): void {
    if (this.#scheduled || this.#underWay >= mostUnderWay) return;
    this.#scheduled = true;
    // After everything that runs now, so that a loop of adds makes one group.
    process.nextTick(() => {
      this.#scheduled = false;
      this.#send();
    });
  }

  #send(): void {
    while (this.#underWay < mostUnderWay) {
      const group = this.#groups.shift();
      if (group === undefined) return;
      this.#underWay++;
      const stored = this.#store.add(group.tasks, this.#maxWaiting, group.durability, group.together);
      group.resolve(stored);
      const answered = () => {
        this.#underWay--;
        if (this.#groups.length > 0) this.#schedule();
      };
      stored.then(answered, answered);
    }
  }
}

function newGroup(durability: Durability | undefined): Group {
  let resolve: Group['resolve'] = () => {};
  const stored = new Promise<AddResult>((resolveStored) => {
    resolve = resolveStored;
  });
  return { tasks: [], together: [], durability, characters: 0, stored, resolve };
}

function idsOf(drafts: readonly Draft[]): string[] {
  return drafts.map(({ id }) => id);
}

/** A refusal is an answer, and a closed connection was never asked. */
function isAmbiguous(error: unknown): boolean {
  return error instanceof RedisUnavailableError && error.reason !== 'refusing' && error.reason !== 'closed';
}
