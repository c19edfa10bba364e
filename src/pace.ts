/**
 * How many tasks, or events, end during one turn: so many taken ahead keep the handlers busy while the next turn is
 * under way, and no more, because one that lies ahead here could have been worked on elsewhere.
 */
export class Pace {
  #turnMs = 1;
  #perMs = 0;
  #ended = 0;
  #since = performance.now();

  oneEnded(): void {
    this.#ended++;
  }

  turnTook(ms: number): void {
    const now = performance.now();
    const elapsedMs = now - this.#since;
    // Not after every turn: a few in a fraction of a millisecond say little about a rate.
    if (elapsedMs >= 5) {
      const seen = this.#ended / elapsedMs;
      this.#perMs = this.#perMs === 0 ? seen : (this.#perMs + seen) / 2;
      this.#ended = 0;
      this.#since = now;
    }
    this.#turnMs = (3 * this.#turnMs + ms) / 4;
  }

  /** So many end in this many turns of the average length; 0 for slow handlers. */
  endedIn(turns: number): number {
    return Math.floor(turns * this.#perMs * this.#turnMs);
  }
}
