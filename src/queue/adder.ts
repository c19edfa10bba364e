/** Adds that are made at the same time travel together, in one script. */
import { Gathering } from '../gathering.ts';
import { isAmbiguous } from '../redis/errors.ts';
import type { AddOutcome, AddResult, Durability, NewTask, QueueStore } from './store.ts';
import { TaskAmbiguousError } from './task-errors.ts';

/** A task, and the id by which its adder will know it. */
export interface Draft {
  readonly id: string;
  readonly task: NewTask;
}

export class Adder {
  /** Only what is to be equally durable may share a script. */
  readonly #gathering: Gathering<Draft, Durability | undefined, AddResult>;

  constructor(store: QueueStore, maxWaiting: number) {
    this.#gathering = new Gathering({
      send: (drafts, durability, together) =>
        store.add(
          drafts.map(({ task }) => task),
          maxWaiting,
          durability,
          together,
        ),
      charactersOf: ({ task }) => task.envelope.length,
    });
  }

  /**
   * All of it goes in one script.
   * @param answer makes the caller's answer of the outcomes of the group; its own begin at `from`
   * @throws TaskAmbiguousError, RedisUnavailableError, RedisReplyError, what `answer` throws
   */
  add<Answer>(
    drafts: readonly Draft[],
    durability: Durability | undefined,
    answer: (outcomes: readonly AddOutcome[], from: number) => Answer,
  ): Promise<Answer> {
    return this.#gathering.add(
      drafts,
      durability,
      ({ outcomes, durable }, from) => {
        if (!durable) throw new TaskAmbiguousError(idsOf(drafts), 'not-durable');
        return answer(outcomes, from);
      },
      (error) => (isAmbiguous(error) ? new TaskAmbiguousError(idsOf(drafts), 'no-answer', { cause: error }) : error),
    );
  }
}

function idsOf(drafts: readonly Draft[]): string[] {
  return drafts.map(({ id }) => id);
}
