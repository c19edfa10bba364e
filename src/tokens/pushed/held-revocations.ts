/** The revocations that one server holds in memory: no bigger for long ids, and gone when no token needs them. */
import type { Clock } from '../../clock.ts';
import type { Announcement } from './feed.ts';
import type { TokenMarks } from './marks.ts';

interface CutOff {
  readonly beforeMs: number;
  readonly untilMs: number;
}

export class HeldRevocations {
  readonly #clock: Clock;
  /** Until when, in whole seconds: a number that V8 keeps in place. */
  readonly #denied = new Map<string, number>();
  readonly #cutOffs = new Map<string, CutOff>();
  #sweep: Generator<void> | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Tokens, families and keys that are denied; those that have ended count until they are swept. */
  get denials(): number {
    return this.#denied.size;
  }

  /** Users and devices that were cut off. */
  get cutOffs(): number {
    return this.#cutOffs.size;
  }

  /** Whatever the order in which they come: the latest end and the latest cut-off win. */
  add({ mark, untilMs, beforeMs }: Announcement): void {
    if (untilMs <= this.#clock.now()) return;
    if (beforeMs === undefined) {
      const untilSeconds = Math.ceil(untilMs / 1_000);
      if (untilSeconds > (this.#denied.get(mark) ?? 0)) this.#denied.set(ownText(mark), untilSeconds);
      return;
    }
    const known = this.#cutOffs.get(mark);
    this.#cutOffs.set(ownText(mark), {
      beforeMs: Math.max(beforeMs, known?.beforeMs ?? 0),
      untilMs: Math.max(untilMs, known?.untilMs ?? 0),
    });
  }

  isRevoked({ denials, cutOffs }: TokenMarks, issuedAtMs: number): boolean {
    if (this.#denied.size > 0) {
      for (const mark of denials) {
        const untilSeconds = this.#denied.get(mark);
        if (untilSeconds !== undefined && untilSeconds * 1_000 > this.#clock.now()) return true;
      }
    }
    if (this.#cutOffs.size > 0) {
      for (const mark of cutOffs) {
        const cutOff = this.#cutOffs.get(mark);
        if (cutOff !== undefined && issuedAtMs < cutOff.beforeMs && cutOff.untilMs > this.#clock.now()) return true;
      }
    }
    return false;
  }

  /** Looks at so many entries, beginning where it ended, and drops what has ended: never a long stop. */
  sweep(entries: number): void {
    this.#sweep ??= this.#sweeping();
    for (let seen = 0; seen < entries; seen++) {
      if (this.#sweep.next().done === true) {
        this.#sweep = undefined;
        return;
      }
    }
  }

  clear(): void {
    this.#sweep = undefined;
    this.#denied.clear();
    this.#cutOffs.clear();
  }

  *#sweeping(): Generator<void> {
    for (const [mark, untilSeconds] of this.#denied) {
      if (untilSeconds * 1_000 <= this.#clock.now()) this.#denied.delete(mark);
      yield;
    }
    for (const [mark, { untilMs }] of this.#cutOffs) {
      if (untilMs <= this.#clock.now()) this.#cutOffs.delete(mark);
      yield;
    }
  }
}

/** What was cut out of a longer text would keep all of that in memory. */
function ownText(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1');
}
