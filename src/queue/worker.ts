/** Takes tasks from a queue, runs them, and tells what became of them, in as few turns as possible. */
import { setTimeout as delay } from 'node:timers/promises';
import { wholeNumber } from '../option-checks.ts';
import { Pace } from '../pace.ts';
import { TurnFailures } from '../redis/turn-failures.ts';
import { emit } from '../telemetry/events.ts';
import { type AttemptOutcome, type AttemptSettings, attempt, cancelled } from './attempt.ts';
import { HeldTask } from './held-task.ts';
import type { Completion, QueueOrder, QueueStore, RateLimit, TurnResult } from './store.ts';
import { TaskCancelledError, TaskInterruptedError, TaskLeaseLostError } from './task-errors.ts';
import { tellOutcome, tellStale } from './tell.ts';
import { WorkerLease } from './worker-lease.ts';
import { WorkerRest } from './worker-rest.ts';

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
  readonly closed: () => void;
}

/** What is to be told in the next turn, and then to whoever listens. */
interface Report {
  readonly held: HeldTask;
  readonly outcome: AttemptOutcome;
}

const longestTimerMs = 2 ** 31 - 1;
const mostAhead = 1000;
/** A turn may well take twice as long as the average. */
const turnsAhead = 2;
const firePauseMs = 1_000;
/** How often it looks meanwhile: a delayed task may fall due behind a schedule that is due already. */
const lookWhileFiringMs = 100;

export class Worker<Payload> {
  readonly #store: QueueStore;
  readonly #settings: WorkerSettings<Payload>;
  readonly #lease: WorkerLease;
  readonly #rest: WorkerRest;
  readonly #pace = new Pace();
  readonly #running = new Map<number, HeldTask>();
  readonly #end = new AbortController();
  readonly #failures: TurnFailures;

  #buffer: HeldTask[] = [];
  #reports: Report[] = [];
  /** True when the answer to a turn did not arrive: more may be held than is known. */
  #uncertain = false;
  #turn: Promise<void> | undefined;
  /** False while there is nothing to take, as far as is known. */
  #mayTake = true;
  /** Word came, or something fell due: a turn passes it on to others, also when there is no room here. */
  #hasWord = false;
  #isFiring = false;
  #isPaused = false;
  #isScheduled = false;
  #heartbeat: NodeJS.Timeout | undefined;
  #closing: Promise<void> | undefined;
  #onIdle: (() => void) | undefined;

  constructor(store: QueueStore, settings: WorkerSettings<Payload>) {
    this.#store = store;
    this.#settings = settings;
    this.#lease = new WorkerLease(settings.leaseMs);
    const { queue } = settings;
    this.#failures = new TurnFailures((error) => emit('queue.turn.failed', { queue, error }), this.#end.signal);
    this.#rest = new WorkerRest(store.openWaiter(), () => this.#wake());
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
   * @throws InvalidOptionError
   */
  async close({ deadlineMs = 30_000 }: { readonly deadlineMs?: number } = {}): Promise<void> {
    wholeNumber('deadlineMs', deadlineMs, 0, longestTimerMs);
    this.#closing ??= this.#close(deadlineMs).finally(this.#settings.closed);
    await this.#closing;
  }

  async #close(deadlineMs: number): Promise<void> {
    const patience = new AbortController();
    const late = delay(deadlineMs, undefined, { signal: patience.signal }).catch(() => {});
    const idle = new Promise<void>((resolve) => {
      this.#onIdle = resolve;
    });
    // After this method has returned, so that the worker knows that it is closing.
    setImmediate(() => this.#giveBack());
    await this.#rest.close();
    await Promise.race([idle, late]);
    patience.abort();
    clearInterval(this.#heartbeat);
    this.#end.abort();
    for (const held of this.#running.values()) held.abort(new TaskInterruptedError(held.id));
    this.#running.clear();
    await Promise.race([this.#turn, delay(1000, undefined, { ref: false })]);
    // What ended during that turn is done, and must not go back with the rest.
    if (this.#turn === undefined && this.#reports.length > 0 && !this.#lease.isNew) await this.#takeTurn(0);
    // What cannot be told now lapses with the lease.
    if (!this.#lease.isNew) await this.#store.leave(this.#lease.worker, this.#settings.order).catch(() => -1);
  }

  #giveBack(): void {
    for (const held of this.#buffer.splice(0)) {
      const completion: Completion = { kind: 'release', fence: held.fence };
      this.#reports.push({ held, outcome: { kind: 'released', completion } });
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
    if (isDue || this.#lease.isAging) {
      // An answer that took too long would, with more tasks in it, take longer each time: first what it already has.
      this.#turn = this.#takeTurn(this.#uncertain ? 0 : want);
    } else if (this.#closing !== undefined && this.#running.size === 0) {
      this.#onIdle?.();
    }
  }

  /** How many tasks it would take now. */
  #room(): number {
    if (this.#closing !== undefined) return 0;
    const { concurrency, prefetch = this.#pace.endedIn(turnsAhead) } = this.#settings;
    return Math.max(0, concurrency + Math.min(mostAhead, prefetch) - this.#running.size - this.#buffer.length);
  }

  #startTasks(): void {
    const { concurrency } = this.#settings;
    let started = 0;
    while (started < this.#buffer.length && this.#running.size < concurrency) {
      // What was taken under a lease that may have lapsed may be another's by now: the next turn tells.
      if (this.#lease.hasLapsed) break;
      this.#startTask(this.#buffer[started++]!);
    }
    if (started > 0) this.#buffer = this.#buffer.slice(started);
  }

  #startTask(held: HeldTask): void {
    this.#running.set(held.fence, held);
    attempt(held, this.#settings, this.#ended);
  }

  readonly #ended = (held: HeldTask, outcome: AttemptOutcome): void => {
    if (this.#running.delete(held.fence)) {
      this.#pace.oneEnded();
      this.#reports.push({ held, outcome });
      this.#schedule();
    } else {
      // The lease was lost meanwhile, and what has come of it counts for nothing.
      tellStale(this.#settings.queue, held);
    }
  };

  async #takeTurn(want: number): Promise<void> {
    const reports = this.#reports;
    this.#reports = [];
    this.#hasWord = false;
    const sentAt = performance.now();
    const { queue, leaseMs, order, rate, maxLosses } = this.#settings;
    try {
      const outcome = await this.#store.turn({
        worker: this.#lease.worker,
        joins: this.#lease.isNew,
        leaseMs,
        want,
        order,
        maxLosses,
        completions: reports.map(({ outcome }) => outcome.completion),
        ...(rate === undefined ? {} : { rate }),
        ...(this.#uncertain ? { known: this.#heldFences(reports) } : {}),
      });
      this.#failures.ended();
      if (outcome.lost) {
        for (const { held } of reports) tellStale(queue, held);
        this.#loseLease();
      } else {
        for (const { held, outcome } of reports) tellOutcome(queue, held, outcome);
        this.#takeIn(outcome, want, sentAt);
      }
    } catch (error) {
      // Told again in the next turn: each takes effect once.
      this.#reports = [...reports, ...this.#reports];
      this.#uncertain = true;
      await this.#failures.backOff(error);
    }
    this.#turn = undefined;
    this.#schedule();
  }

  #heldFences(reports: readonly Report[]): number[] {
    return [
      ...this.#running.keys(),
      ...this.#buffer.map(({ fence }) => fence),
      ...[...reports, ...this.#reports].map(({ held }) => held.fence),
    ];
  }

  #takeIn(result: TurnResult, want: number, sentAt: number): void {
    const { queue } = this.#settings;
    this.#uncertain = false;
    this.#lease.renewed(sentAt);
    this.#pace.turnTook(performance.now() - sentAt);
    if (result.paused !== this.#isPaused) {
      this.#isPaused = result.paused;
      emit(result.paused ? 'queue.paused' : 'queue.resumed', { queue });
    }
    if (result.recovered > 0) emit('queue.recovered', { queue, tasks: result.recovered });
    for (const taken of result.held) this.#buffer.push(new HeldTask(taken));
    for (const taken of result.tasks) this.#buffer.push(new HeldTask(taken));
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
    if (!this.#mayTake) this.#rest.begin(result, this.#isFiring ? lookWhileFiringMs : 1);
  }

  async #fire(names: readonly string[]): Promise<void> {
    this.#isFiring = true;
    const fired = await this.#settings.fire(names).catch(() => false);
    // What cannot be fired stays due: without a pause every turn would lead to the next.
    if (!fired) await delay(firePauseMs, undefined, { signal: this.#end.signal, ref: false }).catch(() => {});
    this.#isFiring = false;
    this.#wake();
  }

  #wake(): void {
    this.#mayTake = true;
    this.#hasWord = true;
    this.#schedule();
  }

  #cancel(ids: ReadonlySet<string>): void {
    this.#buffer = this.#buffer.filter((held) => {
      const { fence, id, envelope } = held;
      if (envelope === undefined || !ids.has(id)) return true;
      this.#reports.push({ held, outcome: cancelled(fence, envelope, this.#settings) });
      return false;
    });
    for (const held of this.#running.values()) if (ids.has(held.id)) held.abort(new TaskCancelledError(held.id));
  }

  /** Everything that this worker held is others' now. It goes on under another name. */
  #loseLease(): void {
    const { queue } = this.#settings;
    emit('queue.lease.lost', { queue, tasks: this.#running.size });
    const running = [...this.#running.values()];
    this.#running.clear();
    this.#buffer = [];
    for (const { held } of this.#reports) tellStale(queue, held);
    this.#reports = [];
    this.#uncertain = false;
    this.#lease.lost();
    this.#mayTake = true;
    for (const held of running) held.abort(new TaskLeaseLostError(held.id));
  }
}
