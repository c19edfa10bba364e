/** Takes events of a group, gives them to a handler, and tells what became of them, in as few turns as possible. */
import { setTimeout as delay } from 'node:timers/promises';
import { Pace } from '../pace.ts';
import { RedisReplyError } from '../redis/errors.ts';
import { TurnFailures } from '../redis/turn-failures.ts';
import { emit } from '../telemetry/events.ts';
import { ClaimSearch } from './claim-search.ts';
import { ConsumerReports } from './consumer-reports.ts';
import { ConsumerRest } from './consumer-rest.ts';
import type { ConsumerSettings } from './consumer-settings.ts';
import { type DeliveryOutcome, deliver } from './delivery.ts';
import { compareIds } from './entry-id.ts';
import { EventClaimedError, EventInterruptedError } from './errors.ts';
import { HeldBuffer } from './held-buffer.ts';
import type { HeldEntry } from './held-entry.ts';
import { RestingEntries } from './resting-entries.ts';
import type { ConsumerTurn, ConsumerTurnResult, StreamStore } from './store.ts';
import { TurnsUnderWay } from './turns-under-way.ts';

export class Consumer<Event> {
  readonly name: string;
  readonly #store: StreamStore;
  readonly #settings: ConsumerSettings<Event>;
  readonly #about: { readonly stream: string; readonly group: string };
  readonly #pace = new Pace();
  readonly #search: ClaimSearch;
  readonly #rest: ConsumerRest;
  readonly #end = new AbortController();
  readonly #failures: TurnFailures;
  /** Whose handlers run. */
  readonly #running = new Map<string, HeldEntry>();
  /** Whose handler is being called. Most end in this call, and need no place in the map. */
  #called: HeldEntry | undefined;
  readonly #resting = new RestingEntries((held) => this.#tryAgain(held));
  /** Taken and not yet started. */
  readonly #buffer = new HeldBuffer();
  #reports = new ConsumerReports();

  #claims = '';
  #isJoining = true;
  /** True when the answer to a turn did not arrive: more may be held than is known. */
  #isUncertain = false;
  /** True when entries were claimed by others: less is held than is known. */
  #isRobbed = false;
  #mayTake = true;
  #isScheduled = false;
  #isStarting = false;
  readonly #turns = new TurnsUnderWay();
  #renewedAt = performance.now();
  /** The last one that was given: where the group begins again should it be gone. */
  #lastId: string | undefined;
  #heartbeat: NodeJS.Timeout;
  #closing: Promise<void> | undefined;
  #onIdle: (() => void) | undefined;

  constructor(store: StreamStore, settings: ConsumerSettings<Event>) {
    this.#store = store;
    this.#settings = settings;
    this.#about = { stream: settings.stream, group: settings.group };
    this.name = settings.name;
    this.#search = new ClaimSearch(settings);
    const told = (error: unknown) => emit('stream.turn.failed', { ...this.#about, error });
    this.#failures = new TurnFailures(told, this.#end.signal);
    this.#rest = new ConsumerRest(store, this.#end.signal, () => {
      this.#mayTake = true;
      this.#schedule();
    });
    const { claimAfterMs, claimEveryMs } = settings;
    this.#heartbeat = setInterval(() => this.#schedule(), Math.max(1, Math.min(claimAfterMs / 3, claimEveryMs)));
    this.#schedule();
  }

  /** Events whose handlers run now. */
  get active(): number {
    return this.#running.size + (this.#called === undefined ? 0 : 1);
  }

  /**
   * Takes nothing more, gives back what was not started, and waits for the handlers that run. Those that have not ended
   * after the deadline see their signal aborted, and their events are taken by others.
   * @param options.deadlineMs @default 30000
   */
  close({ deadlineMs = 30_000 }: { readonly deadlineMs?: number } = {}): Promise<void> {
    this.#closing ??= this.#close(deadlineMs);
    return this.#closing;
  }

  async #close(deadlineMs: number): Promise<void> {
    const patience = new AbortController();
    const late = delay(deadlineMs, undefined, { signal: patience.signal }).catch(() => {});
    const idle = new Promise<void>((resolve) => {
      this.#onIdle = resolve;
    });
    // After this method has returned, so that the consumer knows that it is closing.
    setImmediate(() => this.#giveBack());
    await Promise.race([idle, late]);
    patience.abort();
    clearInterval(this.#heartbeat);
    this.#end.abort();
    const started = [...this.#running.keys()];
    for (const held of this.#running.values()) held.abort(new EventInterruptedError(held.eventId));
    this.#running.clear();
    await Promise.race([this.#turns.ended, delay(1_000, undefined, { ref: false })]);
    // What cannot be told now is claimed by others in time.
    await this.#store.leave(this.#settings.group, this.name, started).catch(() => 0);
  }

  #giveBack(): void {
    for (const held of this.#resting.clear()) this.#reports.released(held, held.deliveries);
    for (const held of this.#buffer.clear()) this.#reports.released(held, held.deliveries - 1);
    this.#schedule();
  }

  /** After everything that runs now, so that what ends together is told together. */
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
    const want = this.#room();
    const mayClaim = want > 0 && this.#search.isDue;
    const { isEmpty, areOnlyDone } = this.#reports;
    const isOrdinary = !this.#isJoining && !mayClaim && !this.#mustAsk && !this.#mustRenew && (isEmpty || areOnlyDone);
    if (this.#turns.isNone) {
      const isDue = !isEmpty || (this.#mayTake && want > 0) || mayClaim;
      if (isDue || this.#mustAsk || this.#mustRenew) this.#begin(want, mayClaim, isOrdinary);
      else if (this.#closing !== undefined && this.#running.size === 0) this.#onIdle?.();
    } else if (this.#turns.mayBeFollowed && isOrdinary && !isEmpty && this.#mayTake && want >= this.#most / 2) {
      // Redis works on it while the answer to the one before is read here.
      this.#begin(want, false, true);
    }
    // After the turn has left: while it is under way, what the one before brought is worked on.
    this.#startHandlers();
  }

  #begin(want: number, mayClaim: boolean, goesOn: boolean): void {
    this.#turns.begin({ want, goesOn }, (before) => this.#takeTurn(want, mayClaim, before));
  }

  get #mustAsk(): boolean {
    return this.#isUncertain || this.#isRobbed;
  }

  get #mustRenew(): boolean {
    return this.#heldCount > 0 && performance.now() - this.#renewedAt > this.#settings.claimAfterMs / 3.5;
  }

  #room(): number {
    if (this.#closing !== undefined) return 0;
    const { concurrency, batchSize } = this.#settings;
    // One batch to work on, and another one under way: two turns, each of which may take twice as long as the average.
    const ahead = Math.min(2 * batchSize, this.#pace.endedIn(4)) - this.#buffer.length - this.#turns.wanted;
    // What rests holds up nothing, unless it is as much as a batch.
    return Math.max(0, Math.min(this.#most, concurrency + ahead - this.#running.size, this.#most - this.#resting.size));
  }

  /** That it takes at once. */
  get #most(): number {
    return Math.max(this.#settings.batchSize, this.#settings.concurrency);
  }

  /** Also as each one ends, so that fast handlers do not wait for the event loop to come round. */
  #startHandlers(): void {
    if (this.#isStarting || this.#isRobbed || this.#buffer.length === 0) return;
    const { concurrency, claimAfterMs } = this.#settings;
    this.#isStarting = true;
    // What was not renewed for so long may be another's: the next turn tells. A handler may have blocked the event loop.
    while (this.#running.size < concurrency && performance.now() - this.#renewedAt < claimAfterMs) {
      const held = this.#buffer.shift();
      if (held === undefined) break;
      this.#called = held;
      deliver(held, this.#settings, this.#ended);
      if (this.#called === held) this.#running.set(held.id, held);
      this.#called = undefined;
    }
    this.#isStarting = false;
  }

  readonly #ended = (held: HeldEntry, outcome: DeliveryOutcome): void => {
    if (this.#called === held) this.#called = undefined;
    else if (this.#running.get(held.id) === held) this.#running.delete(held.id);
    else {
      // Another has it, and what has come of it here counts for nothing.
      emit('stream.entry.stale', { ...this.#about, id: held.eventId });
      return;
    }
    this.#pace.oneEnded();
    if (outcome.kind === 'retried') {
      const delayMs = this.#closing === undefined ? outcome.delayMs : 0;
      emit('stream.entry.retried', { ...this.#about, id: held.eventId, error: outcome.error, delayMs });
      if (this.#closing === undefined) this.#resting.add(held, delayMs);
      else this.#reports.released(held, held.deliveries);
    } else if (outcome.kind === 'buried') {
      this.#reports.buried(held, outcome);
    } else this.#reports.done(held);
    this.#startHandlers();
    this.#schedule();
  };

  #tryAgain(held: HeldEntry): void {
    held.deliveries++;
    this.#reports.retried(held);
    this.#buffer.unshift(held);
    this.#schedule();
  }

  async #takeTurn(want: number, mayClaim: boolean, before: Promise<void> | undefined): Promise<void> {
    const reports = this.#reports;
    this.#reports = new ConsumerReports();
    const asks = this.#mustAsk;
    const renews = !asks && this.#mustRenew;
    const joins = this.#isJoining;
    const holdsNothing = this.#heldCount === 0 && before === undefined;
    const held = asks || renews ? this.#heldIds() : [];
    const { group, beginsAfter, maxDeliveries } = this.#settings;
    const sentAt = performance.now();
    const turn: ConsumerTurn = {
      group,
      consumer: this.name,
      ...(joins ? { joinsAfter: this.#lastId ?? beginsAfter } : {}),
      want,
      claims: this.#claims,
      maxDeliveries,
      ...(mayClaim ? { claim: this.#search.page() } : {}),
      ...reports.forTurn(),
      renewed: renews ? held : [],
      ...(asks ? { known: held } : {}),
    };
    try {
      const answer = await this.#store.turn(turn);
      await before;
      // What the one before took is not known: it comes first, and this with it, when the next turn asks for all.
      const result = this.#isUncertain && !asks ? { ...answer, entries: [] } : answer;
      this.#failures.ended();
      this.#pace.turnTook(performance.now() - sentAt);
      this.#isJoining = result.isUnknown;
      if (asks && !result.isUnknown) this.#isUncertain = this.#isRobbed = false;
      if (asks || joins) this.#claims = result.claims;
      else if (result.claims !== this.#claims) this.#isRobbed = true;
      if (result.isUnknown || result.holdsUnknown) this.#isUncertain = true;
      if (renews || holdsNothing) this.#renewedAt = sentAt;
      this.#takeIn(result, reports, mayClaim);
    } catch (error) {
      this.#reports.restore(reports);
      this.#isUncertain = true;
      if (error instanceof RedisReplyError && error.reply === 'NOGROUP') this.#isJoining = true;
      await this.#failures.backOff(error);
    }
    this.#schedule();
  }

  get #heldCount(): number {
    return this.#running.size + this.#buffer.length + this.#resting.size;
  }

  #heldIds(): string[] {
    return [...this.#running.keys(), ...this.#buffer.ids(), ...this.#resting.ids()];
  }

  #takeIn(result: ConsumerTurnResult, reports: ConsumerReports, looked: boolean): void {
    const { claimed, forgotten, exhausted, entries } = result;
    const stale = new Set(result.stale);
    reports.tell(this.#about, stale);
    for (const id of [...result.stale, ...result.lost]) this.#lose(id);
    for (const id of exhausted) {
      emit('stream.entry.buried', { ...this.#about, id, reason: 'consumer-lost', error: undefined });
    }
    if (claimed > 0) emit('stream.claimed', { ...this.#about, entries: claimed });
    if (forgotten > 0) emit('stream.consumers.forgotten', { ...this.#about, consumers: forgotten });
    if (looked) this.#search.went(result.claimAfter);
    for (const entry of entries) this.#buffer.push(entry);
    const last = entries.at(-1);
    if (last !== undefined && (this.#lastId === undefined || compareIds(last.id, this.#lastId) > 0)) {
      this.#lastId = last.id;
    }
    if (this.#closing !== undefined) {
      this.#giveBack();
      return;
    }
    this.#mayTake = result.lastId === undefined && (this.#mayTake || result.hasMore || result.isUnknown);
    if (result.lastId !== undefined) this.#rest.begin(result.lastId);
  }

  /** Another has it. */
  #lose(id: string): void {
    const running = this.#running.get(id);
    this.#running.delete(id);
    running?.abort(new EventClaimedError(running.eventId));
    this.#resting.remove(id);
    this.#buffer.remove(id);
    // It ended while the turn was under way that tells of the loss: the next one would tell of it as if it were its own.
    const ended = this.#reports.remove(id);
    if (ended !== undefined) emit('stream.entry.stale', { ...this.#about, id: ended.eventId });
  }
}
