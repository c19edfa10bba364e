/** The task queue as an application uses it. */
import { InvalidOptionError } from '../errors.ts';
import { shortText, wholeNumber } from '../option-checks.ts';
import { checkPayload, encodePayload } from '../payload/payload.ts';
import { uuidV7 } from '../uuid-v7.ts';
import { Adder, type Draft } from './adder.ts';
import { awaitResult } from './await-result.ts';
import { checkQueueName } from './keys.ts';
import { newTask } from './new-task.ts';
import { type AddOptions, durabilityOf, millisecondsOf, type ProcessOptions, type QueueOptions } from './options.ts';
import { createSchedules, type Schedules } from './schedules.ts';
import { createShelf, type TaskShelf } from './shelf.ts';
import type { AddOutcome, Durability, QueueState, QueueStore } from './store.ts';
import type { TaskHandler } from './task.ts';
import { QueueFullError } from './task-errors.ts';
import { type QueueWatch, type WatchOptions, watchQueue } from './watch.ts';
import { Worker } from './worker.ts';
import { workerSettings } from './worker-options.ts';

const progressTtlMs = 3_600_000;
/** A task that waits for longer than a day is not cancelled any more when it is taken. */
const cancelTtlMs = 86_400_000;

export interface AddedTask {
  readonly id: string;
  /** `duplicate`: a task of this id was there already. `replaced`: this is now the task of the name to debounce by. */
  readonly outcome: Exclude<AddOutcome, 'full'>;
}

export interface Queue<Payload> {
  readonly name: string;
  /**
   * Stores a task; it is stored when this resolves.
   * @throws PayloadError, QueueFullError, InvalidOptionError: nothing is stored
   * @throws TaskAmbiguousError when nobody knows; add it again with the same id
   * @throws RedisUnavailableError when Redis refused it
   */
  add(payload: Payload, options?: AddOptions): Promise<AddedTask>;
  /** Stores all of them, in their order, or none; the options are those of each. @throws as `add` does */
  addMany(payloads: readonly Payload[], options?: Omit<AddOptions, 'id' | 'debounce'>): Promise<AddedTask[]>;
  /**
   * Starts a worker in this process. A handler that returns has done its task; what it throws decides on the rest.
   * @param handler One for all tasks, or one for each type of task.
   * @throws InvalidOptionError
   */
  process(
    handler: TaskHandler<Payload> | Readonly<Record<string, TaskHandler<Payload>>>,
    options?: ProcessOptions,
  ): Worker<Payload>;
  /** No worker takes tasks until `resume`; tasks that run go on. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** The task is not started, or its `signal` is aborted. Tells nothing of a task that has ended. */
  cancel(id: string): Promise<void>;
  /**
   * What the handler returned, as soon as it is there.
   * @param options.timeoutMs How long it is waited for. @default 0
   * @returns `undefined` when there is none in that time
   */
  result(id: string, options?: { readonly timeoutMs?: number; readonly signal?: AbortSignal }): Promise<unknown>;
  /** The latest value that the running task has given. */
  progress(id: string): Promise<unknown>;
  state(): Promise<QueueState>;
  /** Events about depth, rates, age and stalled workers. */
  watch(options?: WatchOptions): QueueWatch;
  /** Tasks that were given up, with all that is needed to understand them and to run them again. */
  readonly deadLetters: TaskShelf<Payload>;
  /** Tasks that the application's own rules refused. */
  readonly businessErrors: TaskShelf<Payload>;
  /** Tasks that are added again and again. */
  readonly schedules: Schedules<Payload>;
  /** Removes all tasks that wait or are delayed. @returns how many */
  clear(): Promise<number>;
  /** Closes the workers of this process and the connections that the queue opened. */
  close(options?: { readonly deadlineMs?: number }): Promise<void>;
}

/** @throws InvalidOptionError */
export function createQueue<Payload = unknown>(
  name: string,
  store: QueueStore,
  options: QueueOptions<Payload> = {},
): Queue<Payload> {
  checkQueueName(name);
  const { schema, trace, order = 'fifo' } = options;
  if (order !== 'fifo' && order !== 'lifo') throw new InvalidOptionError('order', "'fifo' or 'lifo'");
  const maxPayloadBytes = wholeNumber('maxPayloadBytes', options.maxPayloadBytes ?? 65_536, 1, 64 * 1024 * 1024);
  const maxWaiting = wholeNumber('maxWaiting', options.maxWaiting ?? 0, 0, Number.MAX_SAFE_INTEGER);
  const retainMs = millisecondsOf('retainIdSeconds', options.retainIdSeconds ?? 3600);
  const resultTtlMs = millisecondsOf('resultTtlSeconds', options.resultTtlSeconds ?? 0);
  const adder = new Adder(store, maxWaiting);
  const durabilities = new Map<string, Durability>();
  const workers = new Set<Worker<Payload>>();
  const watches = new Set<QueueWatch>();

  /** One object for equal options, which lets equal adds travel together. */
  function sharedDurability(given: AddOptions['durability']): Durability | undefined {
    if (given === undefined) return undefined;
    const wanted = durabilityOf(given);
    const text = JSON.stringify(wanted);
    const known = durabilities.get(text) ?? wanted;
    durabilities.set(text, known);
    return known;
  }

  function draft(payload: unknown, addOptions?: AddOptions): Draft {
    const at = Date.now();
    const id = addOptions?.id === undefined ? uuidV7(at) : shortText('id', addOptions.id);
    // What may have to be added again needs an id that is remembered; a debounced task has its name.
    const isRepeatable = addOptions?.durability !== undefined && addOptions.debounce === undefined;
    const isUnique = addOptions?.id !== undefined || isRepeatable;
    const json = encodePayload(payload, maxPayloadBytes);
    return { id, task: newTask({ id, isUnique, at, payload: json, trace: trace?.() }, addOptions) };
  }

  function addedTask(id: string, outcome: AddOutcome | undefined): AddedTask {
    if (outcome === undefined) throw new Error('A store answered nothing about a task.');
    if (outcome === 'full') throw new QueueFullError(name, maxWaiting);
    return { id, outcome };
  }

  function addOne(payload: Payload, addOptions?: AddOptions): Promise<AddedTask> {
    const drafted = draft(payload, addOptions);
    return adder.add([drafted], sharedDurability(addOptions?.durability), (outcomes, from) =>
      addedTask(drafted.id, outcomes[from]),
    );
  }

  async function addAll(payloads: readonly Payload[], addOptions?: AddOptions): Promise<AddedTask[]> {
    if (schema !== undefined) await Promise.all(payloads.map(async (payload) => checkPayload(payload, schema)));
    const drafts = payloads.map((payload) => draft(payload, addOptions));
    if (drafts.length === 0) return [];
    return adder.add(drafts, sharedDurability(addOptions?.durability), (outcomes, from) =>
      drafts.map(({ id }, index) => addedTask(id, outcomes[from + index])),
    );
  }

  const queue: Queue<Payload> = {
    name,
    // Not an async function: a promise more would be a tenth of what an add costs.
    add: (payload, addOptions) => {
      try {
        // What was given is stored, not what the schema made of it: the worker's schema will do that again.
        const checked = checkPayload(payload, schema);
        return checked instanceof Promise
          ? checked.then(() => addOne(payload, addOptions))
          : addOne(payload, addOptions);
      } catch (error) {
        return Promise.reject(error);
      }
    },
    addMany: (payloads, addOptions) => addAll(payloads, addOptions),
    process: (handler, processOptions = {}) => {
      const settings = workerSettings(processOptions);
      const worker = new Worker<Payload>(store, {
        ...settings,
        queue: name,
        handler,
        schema,
        order,
        retainMs,
        resultTtlMs,
        maxPayloadBytes,
        progress: (id, value) => store.setProgress(id, encodePayload(value, maxPayloadBytes), progressTtlMs),
        fire: (names) => schedules.fire(names, settings),
        closed: () => workers.delete(worker),
      });
      workers.add(worker);
      return worker;
    },
    pause: () => store.setPaused(true),
    resume: () => store.setPaused(false),
    cancel: (id) => store.cancel(shortText('id', id), cancelTtlMs),
    result: (id, { timeoutMs = 0, signal } = {}) => awaitResult(store, id, timeoutMs, signal),
    progress: async (id) => {
      const value = await store.progress(id);
      return value === null ? undefined : JSON.parse(value);
    },
    state: () => store.state(),
    watch: (watchOptions) => {
      const watch = watchQueue(name, store, watchOptions, () => watches.delete(watch));
      watches.add(watch);
      return watch;
    },
    deadLetters: createShelf<Payload>(store.shelf('dead')),
    businessErrors: createShelf<Payload>(store.shelf('business')),
    get schedules() {
      return schedules;
    },
    clear: () => store.clear(),
    close: async (closeOptions) => {
      for (const watch of watches) watch.stop();
      await Promise.all([...workers].map((worker) => worker.close(closeOptions)));
      await store.close();
    },
  };
  const schedules = createSchedules<Payload>(store.schedules, {
    queue: name,
    check: (payload) => checkPayload(payload, schema),
    draft,
  });
  return queue;
}
