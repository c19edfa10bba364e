/** What is sent at the same time travels together: one exchange for all of it, one promise for each. */

export interface GatheringOptions<Item, Kind, Result> {
  /** @param sizes how many items each call has added, in their order */
  readonly send: (items: readonly Item[], kind: Kind, sizes: readonly number[]) => Promise<Result>;
  readonly charactersOf: (item: Item) => number;
}

/** What travels together, and one promise that all of its callers wait for. */
interface Group<Item, Kind, Result> {
  readonly items: Item[];
  readonly sizes: number[];
  readonly kind: Kind;
  characters: number;
  readonly answered: Promise<Result>;
  readonly resolve: (answer: Promise<Result>) => void;
}

/** So many groups may wait for their answers: while Redis works on one, the next is written, and neither idles. */
const mostUnderWay = 4;
/** Groups are small as long as there is another that may leave as well, for the same reason. */
const mostItems = { small: 50, large: 500 };
const mostCharacters = 1_000_000;

export class Gathering<Item, Kind, Result> {
  readonly #options: GatheringOptions<Item, Kind, Result>;
  /** The last one takes up what is added next. */
  readonly #groups: Group<Item, Kind, Result>[] = [];
  #underWay = 0;
  #isScheduled = false;

  constructor(options: GatheringOptions<Item, Kind, Result>) {
    this.#options = options;
  }

  /**
   * All of it goes in one exchange, with others of the same kind.
   * @param answer makes the caller's answer of the group's result; its own items begin at `from`
   * @param failed makes the caller's error of the group's
   */
  add<Answer>(
    items: readonly Item[],
    kind: Kind,
    answer: (result: Result, from: number) => Answer,
    failed: (error: unknown) => unknown,
  ): Promise<Answer> {
    const group = this.#groupFor(kind);
    const from = group.items.length;
    for (const item of items) {
      group.items.push(item);
      group.characters += this.#options.charactersOf(item);
    }
    group.sizes.push(items.length);
    this.#schedule();
    return group.answered.then(
      (result) => answer(result, from),
      (error: unknown) => {
        throw failed(error);
      },
    );
  }

  #groupFor(kind: Kind): Group<Item, Kind, Result> {
    const last = this.#groups.at(-1);
    const isCrowded = this.#underWay + this.#groups.length >= mostUnderWay;
    const most = isCrowded ? mostItems.large : mostItems.small;
    if (last !== undefined && last.kind === kind && last.items.length < most && last.characters < mostCharacters) {
      return last;
    }
    const group = newGroup<Item, Kind, Result>(kind);
    this.#groups.push(group);
    return group;
  }

  #schedule(): void {
    if (this.#isScheduled || this.#underWay >= mostUnderWay) return;
    this.#isScheduled = true;
    // After everything that runs now, so that a loop of calls makes one group.
    process.nextTick(() => {
      this.#isScheduled = false;
      this.#send();
    });
  }

  #send(): void {
    while (this.#underWay < mostUnderWay) {
      const group = this.#groups.shift();
      if (group === undefined) return;
      this.#underWay++;
      const answer = this.#options.send(group.items, group.kind, group.sizes);
      group.resolve(answer);
      const answered = () => {
        this.#underWay--;
        if (this.#groups.length > 0) this.#schedule();
      };
      answer.then(answered, answered);
    }
  }
}

function newGroup<Item, Kind, Result>(kind: Kind): Group<Item, Kind, Result> {
  let resolve: Group<Item, Kind, Result>['resolve'] = () => {};
  const answered = new Promise<Result>((resolveAnswer) => {
    resolve = resolveAnswer;
  });
  return { items: [], sizes: [], kind, characters: 0, answered, resolve };
}
