/** In a worker: breaks its own process where the plan says. */
import type { Ledger, LifeEntry } from '../ledger.ts';
import type { StrikePhase, WorkerStrike } from './strike.ts';

export class OwnStrikes {
  readonly #due: WorkerStrike[];
  readonly #ledger: Ledger<LifeEntry>;

  constructor(strikes: readonly WorkerStrike[], ledger: Ledger<LifeEntry>) {
    this.#due = [...strikes];
    this.#ledger = ledger;
  }

  /** To be called when the attempt of this number comes to this phase. */
  at(phase: StrikePhase, attempt: number): void {
    const index = this.#due.findIndex((strike) => strike.phase === phase && strike.attempt <= attempt);
    const strike = this.#due[index];
    if (strike === undefined) return;
    this.#due.splice(index, 1);
    // What the process says about the attempt is under way only after its handler has returned.
    if (phase === 'telling') setTimeout(() => this.#break(strike), strike.afterMs);
    else this.#break(strike);
  }

  #break({ fault, phase, forMs }: WorkerStrike): void {
    this.#ledger.write({ event: 'struck', fault, phase, forMs });
    if (fault === 'worker-kill') process.kill(process.pid, 'SIGKILL');
    // Whoever runs the round sees the line and wakes this process up in time.
    if (fault === 'worker-freeze') process.kill(process.pid, 'SIGSTOP');
    if (fault === 'worker-block') {
      for (const end = performance.now() + forMs; performance.now() < end; );
      this.#ledger.write({ event: 'mended' });
    }
  }
}
