/**
 * Whether this server hears of changes to sessions right now.
 *
 * The proof goes the whole way: a mark is written where sessions are written, and must be heard where changes are heard.
 * Redis tells of changes in order, before it answers those who made them; so once a mark that was sent at p is heard,
 * every change that had been answered by p has been heard, and copies may be served until p + lease. That also fails, as
 * it should, when the link is half-open, when commands go to another server than the one listened to (fail-over), when
 * something between drops the messages, and when the server may no longer write.
 *
 * On a cluster each master must tell a mark of its own, after it said that it still has the slots that it had: what was
 * written at a node that is not listened to had to be moved there first.
 */
import { randomUUID } from 'node:crypto';
import { RedisReplyError } from '../redis/errors.ts';
import type { RedisPort, RedisTracker } from '../redis/port.ts';
import { emit } from '../telemetry/events.ts';
import { coherenceMarks, sessionKeys } from './keys.ts';

export interface LeaseEvents {
  /** `null`: any of them may have been. */
  changed(keys: readonly string[] | null): void;
  /** From now on changes may be missed, or have been: nothing in memory is exact any more. */
  lost(provenAt: number): void;
}

interface Round {
  readonly sentAt: number;
  readonly sentAtWall: number;
  answeredAt: number | undefined;
  /** How many of its marks are to be heard. */
  unheard: number;
}

interface Mark {
  readonly round: Round;
  /** Of the server that must tell it. */
  readonly tag: string;
}

/** Renewals come thrice as often as needed, so that one that is late costs nothing. */
const renewalsPerLease = 3;
/** So many connections in a row that heard nothing are no accident. */
const deafConnections = 3;

export class CoherentLease {
  readonly #redis: RedisPort;
  readonly #leaseMs: number;
  readonly #events: LeaseEvents;
  readonly #tracker: RedisTracker;
  readonly #timer: NodeJS.Timeout;
  /** Marks that have been sent and not heard. Each has a key of its own: hearing it can mean no other. */
  readonly #marks = new Map<string, Mark>();
  readonly #prefix: string;
  #sent = 0;
  #isHearing = false;
  /** Differs from one connection to the next. */
  #hearings = 0;
  #isConfirming = false;
  #provenAt = 0;
  #until = 0;
  #untilWall = 0;
  #isHeld = false;
  #heldBefore = false;
  #deaf = 0;
  #reasonTold: string | undefined;

  constructor(redis: RedisPort, namespace: string, leaseMs: number, events: LeaseEvents) {
    this.#redis = redis;
    this.#leaseMs = leaseMs;
    this.#events = events;
    this.#prefix = coherenceMarks(namespace, randomUUID());
    this.#tracker = redis.tracker([sessionKeys(namespace), this.#prefix], {
      hearing: () => {
        this.#isHearing = true;
        this.#hearings++;
        this.#isConfirming = false;
        this.#send();
      },
      changed: (keys, tag) => this.#hear(keys, tag),
      lost: () => {
        this.#isHearing = false;
        this.#marks.clear();
        this.#lose('disconnected');
      },
      refused: (reason) => this.#tellUnavailable(reason),
    });
    this.#timer = setInterval(() => this.#tick(), leaseMs / renewalsPerLease);
    this.#timer.unref();
  }

  /** The last moment by which every change had been heard, on the monotonic clock. */
  get provenAt(): number {
    return this.#provenAt;
  }

  /**
   * Whether copies may be served at this moment of the monotonic clock, which does not stand still while the process is
   * stopped. It may while the machine sleeps, therefore the other clock is asked too.
   */
  isValid(now: number): boolean {
    return now < this.#until && Date.now() < this.#untilWall;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#until = 0;
    await this.#tracker.close();
  }

  #tick(): void {
    const now = performance.now();
    if (this.#isHeld && !this.isValid(now)) this.#lose('lapsed');
    if (!this.#isHearing) return;
    for (const {
      round: { answeredAt },
    } of this.#marks.values()) {
      if (answeredAt !== undefined && now - answeredAt > this.#leaseMs) {
        // The process itself may have been held up: what has arrived meanwhile is read before the next turn.
        setImmediate(() => this.#renewIfDeaf());
        break;
      }
    }
    this.#send();
  }

  #send(): void {
    // One that is frozen need not be asked again.
    if (this.#isConfirming) return;
    this.#isConfirming = true;
    const round: Round = { sentAt: performance.now(), sentAtWall: Date.now(), answeredAt: undefined, unheard: 0 };
    const hearings = this.#hearings;
    const confirmed = (isWhole: boolean | undefined) => {
      if (hearings !== this.#hearings || !this.#isHearing) return;
      this.#isConfirming = false;
      if (isWhole === true) this.#write(round);
      if (isWhole === false) this.#tracker.renew();
    };
    // Of a node that is gone its own connection tells.
    this.#tracker.confirm().then(confirmed, () => confirmed(undefined));
  }

  #write(round: Round): void {
    const tags = this.#tracker.tags();
    round.unheard = tags.length;
    const answers = tags.map((tag) => {
      const key = `${this.#prefix}${tag === '' ? '' : `${tag}:`}${++this.#sent}`;
      this.#marks.set(key, { round, tag });
      return this.#redis.command(['SET', key, '', 'PX', String(2 * this.#leaseMs)]);
    });
    // A mark that was refused will not be heard. One whose answer is missing may be, and then proves what it proves.
    Promise.all(answers).then(
      () => {
        round.answeredAt = performance.now();
      },
      (error: unknown) => {
        if (error instanceof RedisReplyError) this.#tellUnavailable(error.reply);
      },
    );
    for (const [old, { round: of }] of this.#marks) {
      if (of.answeredAt === undefined && round.sentAt - of.sentAt > this.#leaseMs) this.#marks.delete(old);
    }
  }

  #hear(keys: readonly string[] | null, tag: string): void {
    if (keys === null) {
      this.#events.changed(null);
      return;
    }
    let changed: readonly string[] = keys;
    // Redis tells of the keys of one prefix at a time.
    if (keys[0]?.startsWith(this.#prefix) === true) {
      changed = [];
      for (const key of keys) {
        const mark = this.#marks.get(key);
        // One that is told by another server proves nothing of the one that it was meant for.
        if (mark === undefined || mark.tag !== tag) continue;
        this.#marks.delete(key);
        if (--mark.round.unheard === 0) this.#prove(mark.round);
      }
    }
    if (changed.length > 0) this.#events.changed(changed);
  }

  #prove({ sentAt, sentAtWall }: Round): void {
    // What was sent before has been heard, or will never count for more than this.
    for (const [old, { round }] of this.#marks) if (round.sentAt <= sentAt) this.#marks.delete(old);
    this.#deaf = 0;
    this.#reasonTold = undefined;
    const now = performance.now();
    const until = sentAt + this.#leaseMs;
    if (until <= now) return;
    // Nothing that was read in a gap counts: it may have come from another server than the one listened to.
    if (!this.isValid(now)) this.#lose('lapsed');
    this.#until = until;
    this.#untilWall = sentAtWall + this.#leaseMs;
    this.#provenAt = sentAt;
    if (this.#isHeld) return;
    this.#isHeld = true;
    if (this.#heldBefore) emit('session.coherence.regained', {});
    this.#heldBefore = true;
  }

  #lose(reason: 'disconnected' | 'lapsed'): void {
    this.#until = 0;
    this.#events.lost(this.#provenAt);
    if (!this.#isHeld) return;
    this.#isHeld = false;
    emit('session.coherence.lost', { reason });
  }

  #renewIfDeaf(): void {
    const now = performance.now();
    const isDeaf = [...this.#marks.values()].some(
      ({ round: { answeredAt } }) => answeredAt !== undefined && now - answeredAt > this.#leaseMs,
    );
    if (!isDeaf) return;
    if (++this.#deaf === deafConnections) this.#tellUnavailable('deaf');
    this.#tracker.renew();
  }

  /** Once for each reason; again only after it had worked in between. */
  #tellUnavailable(reason: string): void {
    if (this.#reasonTold === reason) return;
    this.#reasonTold = reason;
    emit('session.coherence.unavailable', { reason });
  }
}
