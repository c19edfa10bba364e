import { randomUUID } from 'node:crypto';
import { type Envelope, openEnvelope, sealEnvelope, type TaskHeader } from '../../src/queue/envelope.ts';
import type {
  Completion,
  NewTask,
  QueueStore,
  TakenTask,
  Turn,
  TurnOutcome,
  TurnResult,
} from '../../src/queue/store.ts';

/** A place for queues under test together with a way to let its time pass. */
export interface QueueStoreSubject {
  /** A queue that is still empty. */
  open(): Promise<QueueStore>;
  /** Lets time pass on the store's clock: at once on a replaceable clock, really on a server's. */
  advance(ms: number): Promise<void>;
  close(): Promise<void>;
}

/** How many seconds of a computer a part of the suite may take. */
export interface SuiteSize {
  readonly tasks: number;
  readonly races: number;
  readonly walks: readonly { readonly seed: number; readonly steps: number }[];
}

/** A task as the queue would make it: what routes it is said in the envelope too. */
export function task(id: string, over: Omit<NewTask, 'envelope'> & { readonly payload?: unknown } = {}): NewTask {
  const { payload = null, ...rest } = over;
  const { uniqueId, key, priority } = rest;
  const header: TaskHeader = {
    id: uniqueId ?? id,
    at: Date.now(),
    ...(uniqueId === undefined ? {} : { unique: true }),
    ...(key === undefined ? {} : { key }),
    ...(priority === undefined ? {} : { priority }),
  };
  return { ...rest, envelope: sealEnvelope({ losses: 0, header, payload: JSON.stringify(payload) }) };
}

export function tasks(ids: readonly string[], over: Omit<NewTask, 'envelope'> = {}): NewTask[] {
  return ids.map((id) => task(id, over));
}

export const numbered = (count: number, prefix = 't'): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`);

export function opened({ envelope }: { readonly envelope: string }): Envelope {
  const found = openEnvelope(envelope);
  if (found === undefined) throw new Error('not an envelope');
  return found;
}

export const idOf = (taken: { readonly envelope: string }): string => opened(taken).header.id;
export const idsOf = (taken: readonly { readonly envelope: string }[]): string[] => taken.map(idOf);
export const fencesOf = (taken: readonly TakenTask[]): number[] => taken.map(({ fence }) => fence);

export const done = ({ fence }: { readonly fence: number }): Completion => ({ kind: 'done', fence });
export const release = ({ fence }: { readonly fence: number }): Completion => ({ kind: 'release', fence });
export const retry = (
  { fence, envelope }: TakenTask,
  over: Partial<Omit<Completion & { kind: 'retry' }, 'kind' | 'fence'>> = {},
): Completion => ({ kind: 'retry', fence, delayMs: 0, envelope, ...over });
export const bury = (
  taken: TakenTask,
  over: Partial<Omit<Completion & { kind: 'bury' }, 'kind' | 'fence'>> = {},
): Completion => ({
  kind: 'bury',
  fence: taken.fence,
  shelf: 'dead',
  id: over.id ?? idOf(taken),
  record: JSON.stringify({ reason: 'fatal' }),
  ...over,
});

/** Takes turns under one name, as a worker does. */
export class TestWorker {
  readonly name: string = randomUUID();
  readonly #store: QueueStore;
  readonly #settings: Partial<Turn>;
  #joins = true;

  constructor(store: QueueStore, settings: Partial<Turn> = {}) {
    this.#store = store;
    this.#settings = settings;
  }

  async outcome(over: Partial<Turn> = {}): Promise<TurnOutcome> {
    const turn = { leaseMs: 60_000, want: 0, order: 'fifo', maxLosses: 3, completions: [], ...this.#settings } as const;
    const outcome = await this.#store.turn({ ...turn, worker: this.name, joins: this.#joins, ...over });
    this.#joins = false;
    return outcome;
  }

  async turn(over: Partial<Turn> = {}): Promise<TurnResult> {
    const outcome = await this.outcome(over);
    if (outcome.lost) throw new Error('the lease was lost');
    return outcome;
  }

  async take(want: number): Promise<readonly TakenTask[]> {
    return (await this.turn({ want })).tasks;
  }

  complete(...completions: readonly Completion[]): Promise<TurnResult> {
    return this.turn({ completions });
  }

  leave(): Promise<number> {
    return this.#store.leave(this.name, this.#settings.order ?? 'fifo');
  }
}
