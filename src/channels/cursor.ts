/** A place in a durable channel, and what of it is new, missing or known already. */
import type { ChannelGap } from './gap.ts';
import type { DurablePlace, KeptMessage, KeptMessages } from './store.ts';
import { compareIds, noId, timeOfId } from './stream-id.ts';

export type Step =
  | { readonly gap: ChannelGap; readonly message?: undefined; readonly position: string }
  | { readonly message: KeptMessage; readonly gap?: undefined; readonly position: string };

export class Cursor {
  readonly #place: DurablePlace;
  #position: string;
  /** False when the position is not the id of a message, so that the chain of ids says nothing about what is missing. */
  #isChained: boolean;

  /** @param position the id of the last message that is known, or `0-0` to begin with the oldest that is kept */
  constructor(place: DurablePlace, position: string, isChained: boolean) {
    this.#place = place;
    this.#position = position;
    this.#isChained = isChained;
  }

  get position(): string {
    return this.#position;
  }

  moveTo(position: string): void {
    this.#position = position;
    this.#isChained = true;
  }

  /** Goes over what was read after the position. Each message names the one before it, so a gap of one message is seen. */
  take({ messages, lastId, nowMs }: KeptMessages): Step[] {
    const steps: Step[] = [];
    if (compareIds(lastId, this.#position) < 0) {
      // The store does not know our last message any more.
      const isForgotten = lastId === noId && nowMs - timeOfId(this.#position) >= this.#place.maxAgeMs;
      this.#leap(steps, isForgotten ? 'trimmed' : 'reset', lastId);
    }
    for (const message of messages) {
      const { id, previous } = message;
      if (compareIds(id, this.#position) <= 0) continue;
      const order = previous === undefined || !this.#isChained ? 0 : compareIds(previous, this.#position);
      if (order !== 0) {
        const isForgotten = previous === noId && timeOfId(id) - timeOfId(this.#position) >= this.#place.maxAgeMs;
        this.#leap(steps, order > 0 || isForgotten ? 'trimmed' : 'reset', previous ?? noId);
      }
      this.moveTo(id);
      steps.push({ message, position: id });
    }
    if (messages.length === 0 && compareIds(lastId, this.#position) > 0) {
      if (this.#isChained) this.#leap(steps, 'trimmed', lastId);
      else this.moveTo(lastId);
    }
    return steps;
  }

  #leap(steps: Step[], reason: ChannelGap['reason'], position: string): void {
    steps.push({ gap: { channel: this.#place.channel, reason, after: this.#position }, position });
    this.moveTo(position);
  }
}
