/** Appends that are made at the same time travel together, in one script. */
import { Gathering } from '../gathering.ts';
import { isAmbiguous } from '../redis/errors.ts';
import { AppendAmbiguousError } from './errors.ts';
import type { AppendResult, NewEntry, StreamStore } from './store.ts';

export class Appender {
  readonly #stream: string;
  readonly #gathering: Gathering<NewEntry, undefined, AppendResult>;

  /** @param appended is told how many were appended, whenever some were */
  constructor(store: StreamStore, stream: string, keyTtlMs: number, appended: (count: number) => void) {
    this.#stream = stream;
    this.#gathering = new Gathering({
      send: async (entries) => {
        const result = await store.append(entries, keyTtlMs);
        appended(result.ids.length);
        return result;
      },
      charactersOf: ({ event }) => event.length,
    });
  }

  /**
   * @param answer makes the caller's answer of that to its group; its own entries begin at `from`
   * @throws AppendAmbiguousError, RedisUnavailableError, RedisReplyError
   */
  append<Answer>(
    entries: readonly NewEntry[],
    answer: (result: AppendResult, from: number) => Answer,
  ): Promise<Answer> {
    return this.#gathering.add(entries, undefined, answer, (error) =>
      isAmbiguous(error) ? new AppendAmbiguousError(this.#stream, { cause: error }) : error,
    );
  }
}
