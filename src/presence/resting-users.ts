/** Users who were told of a moment ago: what they do next is told once their rest is over. */
import type { Activity } from './activity.ts';

class Rest {
  readonly sentAt: number;
  readonly sentStatus: string | undefined;
  /** 0 while there was none. */
  laterAt = 0;
  laterStatus: string | undefined;
  laterToldAt = 0;

  constructor(sentAt: number, sentStatus: string | undefined) {
    this.sentAt = sentAt;
    this.sentStatus = sentStatus;
  }

  get later(): Activity | undefined {
    if (this.laterAt === 0) return undefined;
    return { activeAt: this.laterAt, status: this.laterStatus, toldAt: this.laterToldAt };
  }
}

export class RestingUsers {
  /** In the order in which they were told of. */
  readonly #rests = new Map<string, Rest>();

  /** When the rest of the first began. */
  get firstSentAt(): number | undefined {
    for (const { sentAt } of this.#rests.values()) return sentAt;
    return undefined;
  }

  /** @returns false for one who does not rest, or tells a status that the others do not know of */
  note(userId: string, status: string | undefined, now: number): boolean {
    const rest = this.#rests.get(userId);
    if (rest === undefined || (status !== undefined && status !== rest.sentStatus)) return false;
    rest.laterAt = now;
    if (status !== undefined) {
      // Told again, for another server may have told another one since.
      rest.laterStatus = status;
      rest.laterToldAt = now;
    }
    return true;
  }

  begin(userId: string, status: string | undefined, now: number): void {
    this.#rests.delete(userId);
    this.#rests.set(userId, new Rest(now, status));
  }

  /** @returns what the user did meanwhile */
  end(userId: string): Activity | undefined {
    const rest = this.#rests.get(userId);
    this.#rests.delete(userId);
    return rest?.later;
  }

  /** Ends the rests that began until then, and the first ones while there are more than `most`. */
  *ended(begunAt: number, most: number): Generator<[userId: string, later: Activity]> {
    for (const [userId, rest] of this.#rests) {
      if (rest.sentAt > begunAt && this.#rests.size <= most) return;
      this.#rests.delete(userId);
      const { later } = rest;
      if (later !== undefined) yield [userId, later];
    }
  }
}
