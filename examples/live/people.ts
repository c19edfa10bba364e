/** Who is there, as far as this server has heard: every page tells its own server, and that one tells all the others. */
import type { Channel } from 'sallyport/channels';

export const statuses = ['online', 'away', 'offline'] as const;
export type Status = (typeof statuses)[number];

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly status: Status;
}

/** What a page says of its person. */
export interface Report extends Person {
  /** By the clock of the page: two that are under way at once may overtake each other. */
  readonly at: number;
}

export interface PeopleOptions {
  /** How often a page tells its status. */
  readonly heartbeatMs: number;
  readonly onChange: (person: Person) => void;
}

/** Browsers slow the timers of hidden pages down to one call a minute. */
const hiddenHeartbeatMs = 60_000;
const rememberMs = 600_000;
const mostKnown = 1_000;

interface Heard {
  readonly person: Person;
  readonly at: number;
  readonly heardAtMs: number;
}

export class People {
  readonly #known = new Map<string, Heard>();
  readonly #options: PeopleOptions;
  readonly #sweeping: NodeJS.Timeout;

  constructor(options: PeopleOptions) {
    this.#options = options;
    this.#sweeping = setInterval(() => this.#sweep(), options.heartbeatMs);
  }

  /** Resolves when this server hears the others. */
  async listen(channel: Channel<Report>): Promise<void> {
    await channel.subscribe((report) => this.#heard(report));
  }

  all(): Person[] {
    return [...this.#known.values()].map(({ person }) => person);
  }

  close(): void {
    clearInterval(this.#sweeping);
  }

  #heard({ id, name, status, at }: Report): void {
    const before = this.#known.get(id);
    if (before !== undefined && before.at > at) return;
    const person: Person = { id, name, status };
    // Set anew at the end, so that the first one is the one that was silent for longest.
    this.#known.delete(id);
    this.#known.set(id, { person, at, heardAtMs: performance.now() });
    if (before?.person.status !== status) this.#options.onChange(person);
    const [oldest] = this.#known.keys();
    if (this.#known.size > mostKnown && oldest !== undefined) this.#known.delete(oldest);
  }

  /** A page that has crashed, or whose server has, does not say goodbye. */
  #sweep(): void {
    const now = performance.now();
    for (const [id, { person, at, heardAtMs }] of this.#known) {
      const silentMs = now - heardAtMs;
      const longestMs = 3 * this.#options.heartbeatMs + (person.status === 'away' ? hiddenHeartbeatMs : 0);
      if (silentMs > rememberMs) this.#known.delete(id);
      else if (person.status !== 'offline' && silentMs > longestMs) {
        const gone: Person = { ...person, status: 'offline' };
        this.#known.set(id, { person: gone, at, heardAtMs });
        this.#options.onChange(gone);
      }
    }
  }
}
