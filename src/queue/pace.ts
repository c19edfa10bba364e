/**
 * How many tasks end during one turn: so many taken ahead keep the handlers busy while the next turn is under way, and
 * no more, because a task that lies ahead here could have been run elsewhere.
 */
export class Pace {
  #turnMs = 1;
  #tasksPerMs = 0;
  #ended = 0;
  #since = performance.now();

  taskEnded(): void {
    this.#ended++;
  }

  turnTook(ms: number): void {
    const now = performance.now();
    const elapsedMs = now - this.#since;
    // Not after every turn: a few tasks in a fraction of a millisecond say little about a rate.
    if (elapsedMs >= 5) {
      const seen = this.#ended / elapsedMs;
      this.#tasksPerMs = this.#tasksPerMs === 0 ? seen : (this.#tasksPerMs + seen) / 2;
      this.#ended = 0;
      this.#since = now;
    }
    this.#turnMs = (3 * this.#turnMs + ms) / 4;
  }

  /** Twice what the average says, since a turn may well take twice as long; 0 for slow tasks. */
  tasksPerTurn(): number {
    return Math.floor(2 * this.#tasksPerMs * this.#turnMs);
  }
}
