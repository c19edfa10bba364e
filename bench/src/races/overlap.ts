/** Makes two requests overlap for certain, however busy the machine is. */
import { setTimeout as delay } from 'node:timers/promises';

export interface Meeting {
  /** Resolves when the slow request has its session and holds. */
  readonly arrived: Promise<void>;
  /** To be called when the other request has been answered. */
  release(): void;
}

export interface OverlapOptions {
  /** Shortest time the slow request holds. @default 60 */
  readonly holdMs?: number;
  /** Longest time: a store that makes requests of one session wait for each other must not deadlock. @default 1000 */
  readonly patienceMs?: number;
}

/**
 * The slow request of a pair holds for 60 ms at least, and until the other one has been answered. Time alone would not
 * do: on a busy machine the other request could come too late, and its trial would prove nothing.
 */
export class Overlap {
  readonly #holdMs: number;
  readonly #patienceMs: number;
  #expected: { readonly arrive: () => void; readonly released: Promise<void> } | undefined;

  constructor({ holdMs = 60, patienceMs = 1_000 }: OverlapOptions = {}) {
    this.#holdMs = holdMs;
    this.#patienceMs = patienceMs;
  }

  /** Prepares for one slow request. */
  expect(): Meeting {
    const arrival = signal();
    const release = signal();
    this.#expected = { arrive: arrival.give, released: release.given };
    return { arrived: arrival.given, release: release.give };
  }

  /** Called by the slow request's handler once its session is loaded. */
  async hold(): Promise<void> {
    const expected = this.#expected;
    if (expected === undefined) throw new Error('A slow request came that nobody expected.');
    this.#expected = undefined;
    expected.arrive();
    const patience = new AbortController();
    await Promise.all([
      delay(this.#holdMs),
      Promise.race([
        expected.released,
        delay(this.#patienceMs, undefined, { signal: patience.signal }).catch(() => {}),
      ]).finally(() => patience.abort()),
    ]);
  }
}

function signal(): { given: Promise<void>; give: () => void } {
  let give = () => {};
  const given = new Promise<void>((resolve) => {
    give = resolve;
  });
  return { given, give };
}
