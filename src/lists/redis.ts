import { InvalidOptionError } from '../errors.ts';
import { defineScript } from '../redis/define-script.ts';
import { RedisReplyError, RedisUnavailableError } from '../redis/errors.ts';
import { checkNamespace, defaultNamespace } from '../redis/keys.ts';
import type { RedisPort, RedisReply, RedisScript } from '../redis/port.ts';
import { listKey } from './keys.ts';
import { onAbort } from './on-abort.ts';
import type { ListOrder, ListSource, ListStore, TakenValues, WaitLimits, WaitOutcome } from './store.ts';
import { Waiter } from './waiter.ts';
import { ListWatch } from './watch.ts';

const takeScript: RedisScript = defineScript(new URL('./take.lua', import.meta.url));
const setAsideScript: RedisScript = defineScript(new URL('./set-aside.lua', import.meta.url));
const clearScript: RedisScript = defineScript(new URL('./clear.lua', import.meta.url));

export interface RedisListStoreOptions {
  /** Prefix of all keys. @default 'sallyport' */
  readonly namespace?: string;
  /** How long the connection of a list is kept when nobody waits for a value any more. @default 10 */
  readonly lingerSeconds?: number;
}

/**
 * Keeps lists in Redis 6.2 or Valkey, each as one Redis List of JSON texts, so that programs in other languages can push and
 * pop as well. For each list that somebody waits for it holds a connection of its own.
 * @throws InvalidOptionError for a namespace that cannot be part of a key, or a time out of range
 */
export function redisListStore(
  redis: RedisPort,
  { namespace = defaultNamespace, lingerSeconds = 10 }: RedisListStoreOptions = {},
): ListStore {
  checkNamespace(namespace);
  if (!(lingerSeconds >= 0 && lingerSeconds <= 3_600)) {
    throw new InvalidOptionError('lingerSeconds', 'a number of seconds from 0 to 3600');
  }
  return new RedisListStore(redis, namespace, lingerSeconds * 1_000);
}

class RedisListStore implements ListStore {
  readonly #redis: RedisPort;
  readonly #namespace: string;
  readonly #lingerMs: number;
  readonly #watches = new Map<string, ListWatch>();
  readonly #waiters = new Set<Waiter>();
  /** Set when the server says that the lists lie in different slots of a cluster. */
  #isSpread = false;
  #isClosed = false;

  constructor(redis: RedisPort, namespace: string, lingerMs: number) {
    this.#redis = redis;
    this.#namespace = namespace;
    this.#lingerMs = lingerMs;
  }

  async push(place: string, values: readonly string[]): Promise<number> {
    return Number(await this.#redis.command(['RPUSH', this.#key(place), ...values]));
  }

  take(sources: readonly ListSource[], count: number): Promise<TakenValues | undefined> {
    return this.#take(this.#redis, sources, count);
  }

  async takeWhenThere(
    sources: readonly ListSource[],
    count: number,
    { timeoutMs, signal }: WaitLimits,
  ): Promise<WaitOutcome> {
    signal?.throwIfAborted();
    if (this.#isClosed) throw closedError();
    const waiter = new Waiter((connection) => this.#take(connection, sources, count));
    const watches = [...new Set(sources.map(({ place }) => this.#watchOf(place)))];
    const timer = setTimeout(() => {
      const error = watches.find((watch) => watch.error !== undefined)?.error;
      waiter.finish(error === undefined ? { status: 'empty' } : { status: 'unavailable', error });
    }, timeoutMs);
    const forget = onAbort(signal, () => waiter.fail(signal?.reason));
    this.#waiters.add(waiter);
    for (const watch of watches) watch.add(waiter);
    try {
      return await waiter.outcome;
    } finally {
      clearTimeout(timer);
      forget();
      this.#waiters.delete(waiter);
      for (const watch of watches) watch.remove(waiter);
    }
  }

  async setAside(
    { place, order }: ListSource,
    others: readonly Buffer[],
    aside: string,
    unreadable: readonly Buffer[],
  ): Promise<void> {
    const putBack = order === 'fifo' ? 'LPUSH' : 'RPUSH';
    const values = [putBack, String(unreadable.length), ...unreadable, ...others.toReversed()];
    await this.#redis.run(setAsideScript, [this.#key(place), this.#key(aside)], values);
  }

  async length(place: string): Promise<number> {
    return Number(await this.#redis.command(['LLEN', this.#key(place)]));
  }

  async peek({ place, order }: ListSource, count: number): Promise<Buffer[]> {
    const [from, to] = order === 'fifo' ? [0, count - 1] : [-count, -1];
    const reply = await this.#redis.command(['LRANGE', this.#key(place), String(from), String(to)], {
      reply: 'buffer',
    });
    return order === 'fifo' ? (reply as Buffer[]) : (reply as Buffer[]).reverse();
  }

  async clear(place: string): Promise<number> {
    return Number(await this.#redis.run(clearScript, [this.#key(place)], []));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const waiter of this.#waiters) waiter.fail(closedError());
    const watches = [...this.#watches.values()];
    this.#watches.clear();
    await Promise.all(watches.map((watch) => watch.close()));
  }

  #key(place: string): string {
    return listKey(this.#namespace, place);
  }

  #watchOf(place: string): ListWatch {
    const known = this.#watches.get(place);
    if (known !== undefined) return known;
    const leave = () => {
      this.#watches.delete(place);
      void watch.close();
    };
    const watch: ListWatch = new ListWatch(this.#key(place), this.#redis, leave, this.#lingerMs);
    this.#watches.set(place, watch);
    return watch;
  }

  async #take(connection: RedisPort, sources: readonly ListSource[], count: number): Promise<TakenValues | undefined> {
    if (sources.length > 1 && !this.#isSpread) {
      const keys = sources.map(({ place }) => this.#key(place));
      const pops = sources.map(({ order }) => popOf(order));
      try {
        const reply = await connection.run(takeScript, keys, [String(count), ...pops], { reply: 'buffer' });
        return reply === null ? undefined : takenValues(reply as [number, RedisReply[]]);
      } catch (error) {
        if (!(error instanceof RedisReplyError && error.reply === 'CROSSSLOT')) throw error;
        this.#isSpread = true;
      }
    }
    for (const [index, { place, order }] of sources.entries()) {
      const pop = [popOf(order), this.#key(place), String(count)];
      const values = await connection.command(pop, { reply: 'buffer' });
      if (values !== null) return { index, values: values as Buffer[] };
    }
    return undefined;
  }
}

function popOf(order: ListOrder): 'LPOP' | 'RPOP' {
  return order === 'fifo' ? 'LPOP' : 'RPOP';
}

function takenValues([index, values]: readonly [number, RedisReply[]]): TakenValues {
  return { index: index - 1, values: values as Buffer[] };
}

function closedError(): RedisUnavailableError {
  return new RedisUnavailableError('closed', 'This list store has been closed.');
}
