/**
 * Reads the feed of revocations over a connection of its own, and proves that nothing was missed.
 *
 * The proof: a sign is written on the same connection, and then the feed is read until there is nothing more. Whatever had
 * been answered when the sign was sent stood in the feed by then, so it has been read. A link that is half-open, a server
 * that became a replica and one that is frozen all answer nothing, or refuse the sign, and prove nothing.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { RedisReplyError, RedisUnavailableError } from '../../redis/errors.ts';
import type { RedisPort, RedisReply, RedisScript } from '../../redis/port.ts';
import { reconnectDelayMs } from '../../redis/reconnect-delay.ts';
import { emit } from '../../telemetry/events.ts';
import type { FeedKeys } from '../keys.ts';
import type { Announcement, ProofTime, RevocationListener } from './feed.ts';
import { FeedPosition, isBefore } from './feed-position.ts';

/** A link that is silent for so much longer than it blocks is dead. */
const blockGraceMs = 1_000;
const pageSize = 1_000;
/** How soon it is tried again after an answer that time alone will not mend, e.g. `NOPERM`. */
const refusedMs = 1_000;

export interface FeedReaderOptions {
  readonly keys: FeedKeys;
  readonly followScript: RedisScript;
  /** So long an entry can concern a token that lives. */
  readonly longestMs: number;
  readonly proofMs: number;
}

interface Entry extends Announcement {
  readonly id: string;
  readonly previous: string;
}

export class FeedReader {
  readonly #connection: RedisPort;
  readonly #options: FeedReaderOptions;
  readonly #listener: RevocationListener;
  readonly #position: FeedPosition;
  readonly #signKey: string;
  /** What to add to the monotonic clock for that of the store. */
  #storeOffset = 0;
  #isClosed = false;

  constructor(redis: RedisPort, options: FeedReaderOptions, listener: RevocationListener) {
    this.#connection = redis.dedicated({ deadlineMs: options.proofMs + blockGraceMs });
    this.#options = options;
    this.#listener = listener;
    this.#position = new FeedPosition(options.longestMs);
    this.#signKey = options.keys.follower(randomUUID());
    void this.#run();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#connection.close();
  }

  async #run(): Promise<void> {
    let reasonTold: string | undefined;
    for (let failures = 0; !this.#isClosed; ) {
      try {
        await this.#turn();
        failures = 0;
        reasonTold = undefined;
      } catch (error) {
        if (this.#isClosed) return;
        const isRefused = error instanceof RedisReplyError;
        if (isRefused && error.reply !== reasonTold) {
          reasonTold = error.reply;
          emit('token.revocations.unavailable', { reason: error.reply });
        }
        if (error instanceof RedisUnavailableError && error.reason === 'closed') return;
        await delay(isRefused ? refusedMs : reconnectDelayMs(failures++), undefined, { ref: false });
      }
    }
  }

  /** From one proof until the next is due. */
  async #turn(): Promise<void> {
    const sentAt: ProofTime = { monotonicMs: performance.now(), wallMs: Date.now() };
    const lastId = await this.#sign();
    const before = this.#position.id;
    let read: number | undefined;
    do {
      read = await this.#read(undefined);
    } while (read === pageSize);
    if (read === undefined) return;
    const { id } = this.#position;
    // What came after the sign proves itself by what it names as the one before. What came, and no further than to an id
    // before that of the sign, may have been read from a server that lags: the connection can have been made anew.
    const isBeyond = id !== before && isBefore(lastId, id);
    if (!this.#position.end(isBeyond ? id : lastId, this.#storeNow())) return this.#restart();
    if (this.#isClosed) return;
    if (this.#position.isComplete(this.#storeNow())) this.#listener.proven(sentAt);
    for (;;) {
      const leftMs = Math.ceil(sentAt.monotonicMs + this.#options.proofMs - performance.now());
      if (leftMs < 1 || this.#isClosed) return;
      if ((await this.#read(leftMs)) === undefined) return;
    }
  }

  /** @returns the last id that the feed has given out */
  async #sign(): Promise<string> {
    const { keys, followScript, proofMs } = this.#options;
    const reply = await this.#connection.run(
      followScript,
      [keys.feed, keys.revokedKeys, this.#signKey, keys.lastId],
      [String(4 * proofMs)],
    );
    const [lastId, now, revokedKeys] = reply as [string, string, string[]];
    this.#storeOffset = Number(now) - performance.now();
    const announcements: Announcement[] = [];
    for (let index = 0; index + 1 < revokedKeys.length; index += 2) {
      announcements.push({ mark: revokedKeys[index] ?? '', untilMs: Number(revokedKeys[index + 1]) });
    }
    if (announcements.length > 0 && !this.#isClosed) this.#listener.announced(announcements);
    return lastId;
  }

  /** @returns how many there were; `undefined` when some are missing, and it has to be read again from the start */
  async #read(blockMs: number | undefined): Promise<number | undefined> {
    const { feed } = this.#options.keys;
    const block = blockMs === undefined ? [] : ['BLOCK', String(blockMs)];
    const reply = await this.#connection.command(
      ['XREAD', 'COUNT', String(pageSize), ...block, 'STREAMS', feed, this.#position.id],
      { key: feed },
    );
    if (this.#isClosed) return undefined;
    const entries = entriesOf(reply);
    const sound: Entry[] = [];
    for (const entry of entries) {
      if (!this.#position.moveTo(entry, this.#storeNow())) break;
      sound.push(entry);
    }
    if (sound.length > 0) this.#listener.announced(sound);
    if (sound.length === entries.length) return entries.length;
    this.#restart();
    return undefined;
  }

  /** What is known stays known: it is read again for what is not. */
  #restart(): void {
    emit('token.revocations.gap', {});
    this.#position.restart();
  }

  #storeNow(): number {
    return performance.now() + this.#storeOffset;
  }
}

/** The reply of XREAD is one stream with its entries, or null. */
function entriesOf(reply: RedisReply): Entry[] {
  if (reply === null) return [];
  const [[, entries]] = reply as [[string, [string, string[]][]]];
  return entries.map(([id, fields]) => {
    const values: Record<string, string> = {};
    for (let index = 0; index + 1 < fields.length; index += 2) values[fields[index] ?? ''] = fields[index + 1] ?? '';
    const { previous = '', mark = '', until = '', before = '' } = values;
    return { id, previous, mark, untilMs: Number(until), ...(before === '' ? {} : { beforeMs: Number(before) }) };
  });
}
