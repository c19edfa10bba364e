/** What a consumer has asked for and not been answered yet. */
interface TurnUnderWay {
  readonly want: number;
  /** It only acknowledges and takes, so another one that does no more need not wait for its answer. */
  readonly goesOn: boolean;
}

/** The turns that a consumer has begun: one, or two that both go on as before. */
export class TurnsUnderWay {
  readonly #turns = new Set<TurnUnderWay>();
  #last: Promise<void> | undefined;

  get isNone(): boolean {
    return this.#turns.size === 0;
  }

  /** One more that goes on can be begun behind that which is under way. */
  get mayBeFollowed(): boolean {
    if (this.#turns.size !== 1) return false;
    for (const { goesOn } of this.#turns) return goesOn;
    return false;
  }

  /** Entries that may come yet. */
  get wanted(): number {
    let wanted = 0;
    for (const { want } of this.#turns) wanted += want;
    return wanted;
  }

  /** When all of them have ended. */
  get ended(): Promise<void> | undefined {
    return this.#last;
  }

  /** @param take Is given the end of the turn before, which is always fulfilled; its own promise must be, too. */
  begin(turn: TurnUnderWay, take: (before: Promise<void> | undefined) => Promise<void>): void {
    this.#turns.add(turn);
    const ending = Promise.all([this.#last, take(this.#last)]).then(() => {
      this.#turns.delete(turn);
      if (this.#last === ending) this.#last = undefined;
    });
    this.#last = ending;
  }
}
