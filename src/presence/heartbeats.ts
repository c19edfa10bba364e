/** Heartbeats on their way: those of one user are few, those of many users travel together, and no request waits. */
import { emit } from '../telemetry/events.ts';
import { type Activity, beatOf, merged } from './activity.ts';
import type { PresenceSettings } from './options.ts';
import { RestingUsers } from './resting-users.ts';
import type { BeatOutcome, PresenceStore } from './store.ts';

/** How long the first one waits for others. */
const gatherMs = 10;
const mostTogether = 500;
const retryMs = 1_000;

export class Heartbeats {
  readonly #store: PresenceStore;
  readonly #settings: PresenceSettings;
  readonly #told: (outcome: BeatOutcome) => void;
  /** To be told of, the longest known first. */
  readonly #due = new Map<string, Activity>();
  readonly #resting = new RestingUsers();
  #sending: Promise<void> | undefined;
  #sendTimer: NodeJS.Timeout | undefined;
  #restTimer: NodeJS.Timeout | undefined;
  #dropped = 0;
  #isClosed = false;

  constructor(store: PresenceStore, settings: PresenceSettings, told: (outcome: BeatOutcome) => void) {
    this.#store = store;
    this.#settings = settings;
    this.#told = told;
  }

  add(userId: string, status: string | undefined): void {
    if (this.#isClosed) return;
    const now = performance.now();
    if (this.#resting.note(userId, status, now)) return;
    const activity = { activeAt: now, status, toldAt: now };
    this.#hold(userId, merged(activity, this.#resting.end(userId)));
    this.#sendIn(gatherMs);
  }

  /** What is not told yet of this user never will be. */
  forget(userId: string): void {
    this.#due.delete(userId);
    this.#resting.end(userId);
  }

  /** Tells what there is, once. Never rejects. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#sendTimer);
    clearTimeout(this.#restTimer);
    await this.#sending;
    this.#endRests(Number.POSITIVE_INFINITY);
    await this.#sendAll();
  }

  #hold(userId: string, activity: Activity): void {
    const known = this.#due.get(userId);
    if (known === undefined && this.#due.size >= this.#settings.maxHeldUsers) this.#dropped++;
    else this.#due.set(userId, merged(activity, known));
  }

  #sendIn(ms: number): void {
    if (this.#sendTimer !== undefined || this.#sending !== undefined || this.#isClosed) return;
    this.#sendTimer = setTimeout(() => {
      this.#sendTimer = undefined;
      this.#sending = this.#sendAll().finally(() => {
        this.#sending = undefined;
        if (this.#due.size > 0) this.#sendIn(retryMs);
      });
    }, ms);
    this.#sendTimer.unref();
  }

  async #sendAll(): Promise<void> {
    while (this.#due.size > 0) {
      const batch = [...firstOf(this.#due, mostTogether)];
      const now = performance.now();
      for (const [userId, { status }] of batch) {
        this.#due.delete(userId);
        this.#resting.begin(userId, status, now);
      }
      this.#endRests(Number.NEGATIVE_INFINITY);
      this.#watchRests();
      try {
        const beats = batch.map(([userId, activity]) => beatOf(userId, activity, now));
        const outcome = await this.#store.beat(beats, this.#settings.offlineAfterMs);
        // What came after an ignored one is not to wait for it.
        for (const userId of outcome.ignored) this.#again(userId, this.#resting.end(userId));
        this.#told(outcome);
      } catch (error) {
        for (const [userId, activity] of batch) this.#again(userId, merged(activity, this.#resting.end(userId)));
        emit('presence.failed', { step: 'heartbeat', error });
        this.#dropOld();
        break;
      }
    }
    if (this.#dropped > 0) emit('presence.heartbeats.dropped', { heartbeats: this.#dropped });
    this.#dropped = 0;
  }

  #again(userId: string, activity: Activity | undefined): void {
    if (activity !== undefined) this.#hold(userId, activity);
  }

  /** Of whoever has been silent for so long that it makes a user offline. */
  #dropOld(): void {
    const oldest = performance.now() - this.#settings.offlineAfterMs;
    for (const [userId, { activeAt }] of this.#due) {
      if (activeAt > oldest) continue;
      this.#due.delete(userId);
      this.#dropped++;
    }
  }

  #watchRests(): void {
    const { firstSentAt } = this.#resting;
    if (this.#restTimer !== undefined || firstSentAt === undefined || this.#isClosed) return;
    const { heartbeatMs } = this.#settings;
    // Not for each by itself: those that rest a little longer travel with others.
    const ms = Math.max(heartbeatMs / 10, firstSentAt + heartbeatMs - performance.now());
    this.#restTimer = setTimeout(() => {
      this.#restTimer = undefined;
      this.#endRests(performance.now() - heartbeatMs);
      this.#watchRests();
      if (this.#due.size > 0) this.#sendIn(0);
    }, ms);
    this.#restTimer.unref();
  }

  /** Of those that began until then, and of the first ones when there are too many. */
  #endRests(begunAt: number): void {
    for (const [userId, later] of this.#resting.ended(begunAt, this.#settings.maxHeldUsers)) this.#hold(userId, later);
  }
}

function* firstOf<Key, Value>(map: ReadonlyMap<Key, Value>, most: number): Generator<[Key, Value]> {
  let left = most;
  for (const entry of map) {
    if (left-- === 0) return;
    yield entry;
  }
}
