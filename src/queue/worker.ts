/** Takes tasks from a queue, runs them, and tells what became of them, in as few turns as possible. */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { RedisUnavailableError } from '../redis/errors.ts';
import { emit } from '../telemetry/events.ts';
import { type AttemptOutcome, type AttemptSettings, attempt, cancelled, type OpenedTask, openTask } from './attempt.ts';
import { Cancellation } from './cancellation.ts';
import { Pace } from './pace.ts';
import type { Completion, QueueOrder, QueueStore, QueueWaiter, RateLimit, TurnResult } from './store.ts';
import { TaskCancelledError, TaskInterruptedError, TaskLeaseLostError } from './task-errors.ts';

export interface WorkerSettings<Payload> extends AttemptSettings<Payload> {
  readonly queue: string;
  readonly order: QueueOrder;
  readonly concurrency: number;
  /** Tasks taken ahead of those that run. `undefined`: as many as are done during one turn. */
  readonly prefetch: number | undefined;
  readonly leaseMs: number;
  readonly maxLosses: number;
  readonly rate: RateLimit | undefined;
  /** Is told which schedules are due. @returns false when one of them could not be fired */
  readonly fire: (names: readonly string[]) => Promise<boolean>;
}

interface Running {
  readonly opened: OpenedTask;
  readonly cancellation: Cancellation;
}

/** What is to be told in the next turn, and then to whoever listens. */
interface Report {
  readonly completion: Completion;
  readonly opened: OpenedTask;
  /** Absent for a task that was given back. */
  readonly outcome?: AttemptOutcome;
}

const mostAhead = 1000;
const longestWaitMs = 5_000;
const firePauseMs = 1_000;

export class Worker<Payload> {
  readonly #store: QueueStore;
  readonly #settings: WorkerSettings<Payload>;
  readonly #waiter: QueueWaiter;
  readonly #pace = new Pace();
  readonly #running = new Map<number, Running>();
  readonly #end = new AbortController();

  /** A name of its own for each life: a worker that was thought dead starts anew under another. */
  #name = newName();
  #joins = true;
  #leaseUntil = 0;
  #buffer: OpenedTask[] = [];
  #reports: Report[] = [];
  /** True when the answer to a turn did not arrive: more may be held than is known. */
  #uncertain = false;
  #turn: Promise<void> | undefined;
  #failures = 0;
  #isWaiting = false;
  /** False while there is nothing to take, as far as is known. */
  #mayTake = true;
  /** Word came, or something fell due: a turn passes it on to others, also when there is no room here. */
  #hasWord = false;
  #isFiring = false;
  #isPaused = false;
  #isScheduled = false;
  #heartbeat: NodeJS.Timeout | undefined;
  #due: NodeJS.Timeout | undefined;
  #closing: Promise<void> | undefined;
  #onIdle: (() => void) | undefined;

  constructor(store: QueueStore, settings: WorkerSettings<Payload>) {
    this.#store = store;
    this.#settings = settings;
    this.#waiter = store.openWaiter();
    this.#heartbeat = setInterval(() => this.#schedule(), settings.leaseMs / 3);
    this.#schedule();
  }

  /** Tasks whose handlers run now. */
  get active(): number {
    return this.#running.size;
  }

  /**
   * Takes nothing more, gives back what was not started, and waits for the handlers that run. Those that have not ended
   * after the deadline see their signal aborted, and their tasks go back to the queue for others.
   * @param options.deadlineMs @default 30000
   */
  close({ deadlineMs = 30_000 }: { readonly deadlineMs?: number } = {}): Promise<void> {
    this.#closing ??= this.#close(deadlineMs);
    return this.#closing;
  }

  async #close(deadlineMs: number): Promise<void> {
    clearTimeout(this.#due);
    const patience = new AbortController();
    const late = delay(deadlineMs, undefined, { signal: patience.signal }).catch(() => {});
    const idle = new Promise<void>((resolve) => {
      this.#onIdle = resolve;
    });
    // After this method has returned, so that the worker knows that it is closing.
    setImmediate(() => this.#giveBack());
    await this.#waiter.close();
    await Promise.race([idle, late]);
    patience.abort();
    clearInterval(this.#heartbeat);
    this.#end.abort();
    for (const { opened, cancellation } of this.#running.values()) {
      cancellation.abort(new TaskInterruptedError(idOf(opened)));
    }
    this.#running.clear();
    await Promise.race([this.#turn, delay(1000, undefined, { ref: false })]);
    // What cannot be told now lapses with the lease.
    if (!this.#joins) await this.#store.leave(this.#name, this.#settings.order).catch(() => -1);
  }

  #giveBack(): void {
    for (const opened of this.#buffer.splice(0)) {
      this.#reports.push({ completion: { kind: 'release', fence: opened.taken.fence }, opened });
    }
    this.#schedule();
  }

  /** After everything that runs now, so that tasks that end together are told together. */
  #schedule(): void {
    if (this.#isScheduled || this.#end.signal.aborted) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#advance();
    });
  }

  #advance(): void {
    if (this.#end.signal.aborted) return;
    this.#startTasks();
    if (this.#turn !== undefined) return;
    const want = this.#room();
    const isDue = this.#reports.length > 0 || (this.#mayTake && want > 0) || this.#hasWord;
    if (isDue || this.#leaseIsAging()) {
      this.#turn = this.#takeTurn(want);
    } else if (this.#closing !== undefined && this.#running.size === 0) {
      this.#onIdle?.();
    }
  }

  /** How many tasks it would take now. */
  #room(): number {
    if (this.#closing !== undefined) return 0;
    const { concurrency, prefetch = this.#pace.tasksPerTurn() } = this.#settings;
    return Math.max(0, concurrency + Math.min(mostAhead, prefetch) - this.#running.size - this.#buffer.length);
  }

  #leaseIsAging(): boolean {
    return performance.now() > this.#leaseUntil - (2 * this.#settings.leaseMs) / 3;
  }

  #startTasks(): void {
    const { concurrency } = this.#settings;
    let started = 0;
    while (started < this.#buffer.length && this.#running.size < concurrency) {
      // What was taken under a lease that may have lapsed may be another's by now: the next turn tells.
      if (performance.now() >= this.#leaseUntil) break;
      this.#startTask(this.#buffer[started++]!);
    }
    if (started > 0) this.#buffer = this.#buffer.slice(started);
  }

  #startTask(opened: OpenedTask): void {
    const cancellation = new Cancellation();
    this.#running.set(opened.taken.fence, { opened, cancellation });
    void attempt(opened, this.#settings, cancellation).then((outcome) => {
      // Not there any more: the lease was lost meanwhile, and what has come of it counts for nothing.
      if (!this.#running.delete(opened.taken.fence)) return this.#tellStale(opened);
      this.#pace.taskEnded();
      this.#reports.push({ completion: outcome.completion, opened, outcome });
      this.#schedule();
    });
  }

  async #takeTurn(want: number): Promise<void> {
    const reports = this.#reports;
    this.#reports = [];
    this.#hasWord = false;
    const sentAt = performance.now();
    const { leaseMs, order, rate, maxLosses } = this.#settings;
    try {
      const outcome = await this.#store.turn({
        worker: this.#name,
        joins: this.#joins,
        leaseMs,
        want,
        order,
        maxLosses,
        completions: reports.map(({ completion }) => completion),
        ...(rate === undefined ? {} : { rate }),
        ...(this.#uncertain ? { known: this.#heldFences(reports) } : {}),
      });
      this.#failures = 0;
      if (outcome.lost) {
        for (const { opened } of reports) this.#tellStale(opened);
        this.#loseLease();
      } else {
        for (const { opened, outcome } of reports) if (outcome !== undefined) this.#tell(opened, outcome);
        this.#takeIn(outcome, want, sentAt);
      }
    } catch (error) {
      // Told again in the next turn: each takes effect once.
      this.#reports = [...reports, ...this.#reports];
      this.#uncertain = true;
      await this.#backOff(error);
    }
    this.#turn = undefined;
    this.#schedule();
  }

  #heldFences(reports: readonly Report[]): number[] {
    return [
      ...this.#running.keys(),
      ...this.#buffer.map(({ taken }) => taken.fence),
      ...[...reports, ...this.#reports].map(({ completion }) => completion.fence),
    ];
  }

  #takeIn(result: TurnResult, want: number, sentAt: number): void {
    const { queue, leaseMs } = this.#settings;
    this.#joins = false;
    this.#uncertain = false;
    this.#leaseUntil = sentAt + leaseMs;
    this.#pace.turnTook(performance.now() - sentAt);
    if (result.paused !== this.#isPaused) {
      this.#isPaused = result.paused;
      emit(result.paused ? 'queue.paused' : 'queue.resumed', { queue });
    }
    if (result.recovered > 0) emit('queue.recovered', { queue, tasks: result.recovered });
    for (const taken of result.held) this.#buffer.push(openTask(taken));
    for (const taken of result.tasks) this.#buffer.push(openTask(taken));
    if (result.cancelledIds.length > 0) this.#cancel(new Set(result.cancelledIds));
    if (this.#closing !== undefined) {
      this.#giveBack();
      return;
    }
    if (result.dueSchedules.length > 0 && !this.#isFiring) void this.#fire(result.dueSchedules);
    this.#startTasks();
    this.#mayTake =
      !result.paused &&
      result.rateWaitMs === 0 &&
      (want === 0 ? this.#mayTake : result.tasks.length === want || result.left > 0);
    if (!this.#mayTake) this.#rest(result);
  }

  async #fire(names: readonly string[]): Promise<void> {
    this.#isFiring = true;
    const fired = await this.#settings.fire(names).catch(() => false);
    // What cannot be fired stays due: without a pause every turn would lead to the next.
    if (!fired) await delay(firePauseMs, undefined, { signal: this.#end.signal, ref: false }).catch(() => {});
    this.#isFiring = false;
    this.#wake();
  }

  /** There is nothing to take now: until word comes, or until something falls due. */
  #rest({ nextDueMs, rateWaitMs, paused }: TurnResult): void {
    clearTimeout(this.#due);
    this.#due = undefined;
    if (rateWaitMs > 0 && !paused) {
      this.#due = setTimeout(() => this.#wake(), rateWaitMs);
      // Word of new tasks would be of no use before.
      return;
    }
    if (nextDueMs !== undefined && nextDueMs < longestWaitMs) {
      this.#due = setTimeout(() => this.#wake(), Math.max(1, nextDueMs));
    }
    if (!this.#isWaiting) void this.#waitForWord();
  }

  #wake(): void {
    this.#mayTake = true;
    this.#hasWord = true;
    this.#schedule();
  }

  async #waitForWord(): Promise<void> {
    this.#isWaiting = true;
    try {
      await this.#waiter.wait(longestWaitMs);
    } catch {
      // The turns tell of an outage; here it is only waited for.
      await delay(500, undefined, { signal: this.#end.signal }).catch(() => {});
    }
    this.#isWaiting = false;
    this.#wake();
  }

  #cancel(ids: ReadonlySet<string>): void {
    this.#buffer = this.#buffer.filter((opened) => {
      const { taken, envelope } = opened;
      if (envelope === undefined || !ids.has(envelope.header.id)) return true;
      const outcome = cancelled(taken.fence, envelope, this.#settings);
      this.#reports.push({ completion: outcome.completion, opened, outcome });
      return false;
    });
    for (const { opened, cancellation } of this.#running.values()) {
      const id = opened.envelope?.header.id;
      if (id !== undefined && ids.has(id)) cancellation.abort(new TaskCancelledError(id));
    }
  }

  /** Everything that this worker held is others' now. It goes on under another name. */
  #loseLease(): void {
    emit('queue.lease.lost', { queue: this.#settings.queue, tasks: this.#running.size });
    const running = [...this.#running.values()];
    this.#running.clear();
    this.#buffer = [];
    for (const { opened } of this.#reports) this.#tellStale(opened);
    this.#reports = [];
    this.#uncertain = false;
    this.#name = newName();
    this.#joins = true;
    this.#leaseUntil = 0;
    this.#mayTake = true;
    for (const { opened, cancellation } of running) cancellation.abort(new TaskLeaseLostError(idOf(opened)));
  }

  async #backOff(error: unknown): Promise<void> {
    this.#failures++;
    if (this.#failures === 1 || !(error instanceof RedisUnavailableError)) {
      emit('queue.turn.failed', { queue: this.#settings.queue, error });
    }
    const longestMs = Math.min(1000, 25 * 2 ** Math.min(this.#failures, 6));
    await delay(longestMs * (0.5 + Math.random() / 2), undefined, { signal: this.#end.signal }).catch(() => {});
  }

  #tell(opened: OpenedTask, outcome: AttemptOutcome): void {
    const about = { queue: this.#settings.queue, id: idOf(opened) };
    if (outcome.kind === 'done') emit('queue.task.done', about);
    else if (outcome.kind === 'cancelled') emit('queue.task.cancelled', about);
    else if (outcome.kind === 'retried') {
      emit('queue.task.retried', { ...about, error: outcome.error, delayMs: outcome.delayMs });
    } else emit('queue.task.buried', { ...about, error: outcome.error, reason: outcome.reason });
  }

  #tellStale(opened: OpenedTask): void {
    emit('queue.task.stale', { queue: this.#settings.queue, id: idOf(opened) });
  }
}

function newName(): string {
  return randomUUID();
}

function idOf({ taken, envelope }: OpenedTask): string {
  return envelope?.header.id ?? `fence-${taken.fence}`;
}
