import { randomUUID } from 'node:crypto';
import type {
  ConsumerTurn,
  ConsumerTurnResult,
  DeliveredEntry,
  NewEntry,
  StreamStore,
} from '../../src/streams/store.ts';

/** A place for streams under test together with a way to let its time pass. */
export interface StreamStoreSubject {
  /** A stream that is still empty. */
  open(): Promise<StreamStore>;
  /** Lets time pass on the store's clock: at once on a replaceable clock, really on a server's. */
  advance(ms: number): Promise<void>;
  close(): Promise<void>;
}

export interface SuiteSize {
  /** Live entries in front of an idle one. */
  readonly live: number;
  readonly walks: readonly { readonly seed: number; readonly steps: number }[];
}

export const entry = (value: unknown, over: Omit<NewEntry, 'event'> = {}): NewEntry => ({
  event: JSON.stringify(value),
  ...over,
});

export async function append(store: StreamStore, ...values: readonly unknown[]): Promise<readonly string[]> {
  const { ids } = await store.append(
    values.map((value) => entry(value)),
    60_000,
  );
  return ids;
}

export const numbers = (count: number, from = 0): number[] => Array.from({ length: count }, (_, n) => from + n);
export const idsOf = (entries: readonly { readonly id: string }[]): string[] => entries.map(({ id }) => id);
export const valuesOf = (entries: readonly { readonly event: string | undefined }[]): unknown[] =>
  entries.map(({ event }) => (event === undefined ? undefined : JSON.parse(event)));
export const deathOf = (id: string, over: object = {}): { readonly id: string; readonly death: string } => ({
  id,
  death: JSON.stringify({ reason: 'fatal', id, deliveries: 1, ...over }),
});

/** Takes turns under one name, as a consumer does. */
export class TestConsumer {
  readonly name: string = `test.${randomUUID()}`;
  readonly #store: StreamStore;
  readonly #settings: Partial<ConsumerTurn>;
  #joins = true;
  #claims = '';

  constructor(store: StreamStore, settings: Partial<ConsumerTurn> = {}) {
    this.#store = store;
    this.#settings = settings;
  }

  async turn(over: Partial<ConsumerTurn> = {}): Promise<ConsumerTurnResult> {
    const joinsAfter = this.#settings.joinsAfter ?? '0-0';
    const { joinsAfter: _, ...settings } = this.#settings;
    const result = await this.#store.turn({
      group: 'g',
      consumer: this.name,
      want: 0,
      claims: this.#claims,
      maxDeliveries: 3,
      acknowledged: [],
      renewed: [],
      retried: [],
      buried: [],
      released: [],
      ...settings,
      ...(this.#joins ? { joinsAfter } : {}),
      ...over,
    });
    if (this.#joins || over.known !== undefined) this.#claims = result.claims;
    this.#joins = false;
    return result;
  }

  async take(want: number): Promise<readonly DeliveredEntry[]> {
    return (await this.turn({ want })).entries;
  }

  acknowledge(...entries: readonly { readonly id: string }[]): Promise<ConsumerTurnResult> {
    return this.turn({ acknowledged: idsOf(entries) });
  }

  /** Looks for idle entries until the search has come round. */
  async claim(want: number, idleMs: number): Promise<ConsumerTurnResult[]> {
    const results: ConsumerTurnResult[] = [];
    for (let after: string | undefined = '', left = want; after !== undefined && left > 0; ) {
      const result: ConsumerTurnResult = await this.turn({ want: left, claim: { idleMs, after, forgetMs: 1e9 } });
      results.push(result);
      left -= result.entries.length;
      after = result.claimAfter;
    }
    return results;
  }

  leave(started: readonly { readonly id: string }[] = []): Promise<number> {
    return this.#store.leave(this.#settings.group ?? 'g', this.name, idsOf(started));
  }
}
