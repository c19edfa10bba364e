/** A subscriber of a round, over the lives of its processes: one that was killed is started again after its last message. */
import type { Breakable } from '../faults/fault-driver.ts';
import { type LedgerTail, readLedger, tailLedger } from '../ledger.ts';
import { processRecord } from '../rounds/process-record.ts';
import type { Subscriber } from './check/evidence.ts';
import type { ChannelEntry } from './ledger-entry.ts';

export class SubscriberLives {
  readonly #children: Breakable[];
  readonly #start: (name: string, after: string) => Promise<Breakable>;
  readonly #mayRestart: () => Promise<unknown>;
  readonly #restarted: Promise<void>;
  #tail: LedgerTail<ChannelEntry>;
  #lastId = '0-0';
  #isOver = false;

  /** @param mayRestart resolves when the time for it has come, after the death */
  constructor(
    first: Breakable,
    start: (name: string, after: string) => Promise<Breakable>,
    mayRestart: () => Promise<unknown>,
  ) {
    this.#children = [first];
    this.#start = start;
    this.#mayRestart = mayRestart;
    this.#tail = tailLedger(first.ledger);
    this.#restarted = this.#restart(first);
    this.#restarted.catch(() => {});
  }

  /** The last message that it has. */
  get lastId(): string {
    for (const entry of this.#tail.next()) if (entry.event === 'got') this.#lastId = entry.id;
    return this.#lastId;
  }

  /** Resolves when it lives again, should it have been killed. @throws what kept it from being started again */
  async whole(): Promise<void> {
    const [first] = this.#children;
    if (first !== undefined && !first.process.isRunning) await this.#restarted;
  }

  async stop(deadlineMs: number): Promise<Subscriber> {
    this.#isOver = true;
    const gone = new Set(this.#children.filter(({ process }) => !process.isRunning));
    await Promise.all(this.#children.map(({ process }) => process.stop(deadlineMs)));
    this.#tail.close();
    const lives = this.#children.map((child) => processRecord<ChannelEntry>(child, !gone.has(child)));
    return { name: this.#children[0]?.name ?? '', lives };
  }

  async #restart(first: Breakable): Promise<void> {
    await first.process.exited;
    const entries = readLedger<ChannelEntry>(first.ledger);
    const isKilled = entries.some((entry) => entry.event === 'struck' && entry.fault === 'worker-kill');
    if (this.#isOver || !isKilled) return;
    await this.#mayRestart();
    const last = entries.findLast((entry) => entry.event === 'got');
    const again = await this.#start(`${first.name}-again`, last?.event === 'got' ? last.id : '0');
    this.#children.push(again);
    // Before it is forgotten what the first one had.
    void this.lastId;
    this.#tail.close();
    this.#tail = tailLedger(again.ledger);
  }
}
