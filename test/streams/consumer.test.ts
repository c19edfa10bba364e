/** Groups of consumers as applications use them, on both stores. */
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BusinessError, FatalError, TemporaryError } from '../../src/failures/errors.ts';
import { RedisUnavailableError } from '../../src/redis/errors.ts';
import type { ConsumeOptions } from '../../src/streams/options.ts';
import { createStream, type EventStream } from '../../src/streams/stream.ts';
import type { DeliveredEvent } from '../../src/streams/stream-event.ts';
import { listen } from './listen.ts';
import { useStreamStores } from './stream-stores.ts';

interface Order {
  readonly n: number;
}

const orders = (count: number, from = 0): Order[] => Array.from({ length: count }, (_, n) => ({ n: from + n }));
const numbers = (count: number, from = 0) => orders(count, from).map(({ n }) => n);
const atOnce: ConsumeOptions = { backOff: { delayMs: 0 } };

for (const { name, open } of useStreamStores()) {
  describe(`a group of consumers in ${name}`, () => {
    let stream: EventStream<Order>;
    const others: EventStream<Order>[] = [];

    /** The same stream as another server has it. */
    async function another(): Promise<EventStream<Order>> {
      const made = createStream<Order>('orders', await open('orders'));
      others.push(made);
      return made;
    }

    beforeEach(async () => {
      stream = createStream<Order>('orders', await open('orders'));
    });
    afterEach(async () => {
      await Promise.all([stream, ...others.splice(0)].map((each) => each.close({ deadlineMs: 0 })));
    });

    const untilDone = (group: string) =>
      expect
        .poll(() =>
          stream
            .group(group)
            .info()
            .then((info) => [info?.lag, info?.pending]),
        )
        .toEqual([0, 0]);

    it('handles every event in order, those that were there and those that come', async () => {
      await stream.appendMany(orders(300));
      const seen: number[] = [];
      stream.group('g').consume(async ({ event }) => {
        if (event.n % 50 === 0) await wait(1);
        seen.push(event.n);
      });
      for (let n = 300; n < 320; n++) await stream.append({ n });
      await expect.poll(() => seen.length).toBe(320);
      expect(seen).toEqual(numbers(320));
      await untilDone('g');
    });

    it('gives its handler the event with all that is known of it', async () => {
      const { id } = await stream.append({ n: 7 }, { trace: '00-1' });
      let seen: DeliveredEvent<Order> | undefined;
      stream.group('g').consume((event) => {
        seen = event;
      });
      await expect.poll(() => seen).toBeDefined();
      expect(seen).toMatchObject({ id, event: { n: 7 }, trace: '00-1', deliveries: 1, stream: 'orders', group: 'g' });
      expect(seen!.signal.aborted).toBe(false);
      expect(Math.abs(seen!.at.getTime() - Date.now())).toBeLessThan(20_000);
    });

    it('wakes an idle consumer at once', async () => {
      const seen: number[] = [];
      stream.group('g').consume(({ event }) => void seen.push(event.n));
      let longestMs = 0;
      for (let n = 0; n < 200; n++) {
        const appendedAt = performance.now();
        await stream.append({ n });
        await expect.poll(() => seen.length, { interval: 1 }).toBe(n + 1);
        longestMs = Math.max(longestMs, performance.now() - appendedAt);
      }
      // A consumer that missed word would find out after five seconds.
      expect(longestMs).toBeLessThan(2_000);
    });

    it('gives each event to every group and, in a group, to one of its consumers', async () => {
      const seen: Record<string, number[]> = { stock: [], mail: [] };
      const by = new Set<string>();
      const second = await another();
      const started = [stream, stream, second].map((each, index) =>
        each.group('stock').consume(
          async ({ event }) => {
            await wait(1);
            by.add(String(index));
            seen.stock!.push(event.n);
          },
          { concurrency: 2, batchSize: 5 },
        ),
      );
      second.group('mail').consume(({ event }) => void seen.mail!.push(event.n));
      await stream.appendMany(orders(200));
      await untilDone('stock');
      await untilDone('mail');
      expect(seen.stock!.toSorted((a, b) => a - b)).toEqual(numbers(200));
      expect(seen.mail).toEqual(numbers(200));
      expect([...by].toSorted()).toEqual(['0', '1', '2']);
      // One leaves, one joins.
      await started[0]!.close();
      stream.group('stock').consume(({ event }) => void seen.stock!.push(event.n));
      await stream.appendMany(orders(50, 200));
      await expect.poll(() => seen.stock!.length).toBe(250);
      expect(new Set(seen.stock).size).toBe(250);
    });

    it('lets a late group begin where it wants', async () => {
      const appended = await stream.appendMany(orders(10));
      const seen: Record<string, number[]> = { start: [], after: [], now: [] };
      const late = { start: 'start', after: appended[6]!.id, now: 'now' };
      for (const [group, from] of Object.entries(late)) {
        const begun = stream.group(group, { from });
        expect(await begun.create()).toBe(true);
        expect(await begun.create()).toBe(false);
        begun.consume(({ event }) => void seen[group]!.push(event.n));
      }
      await stream.append({ n: 10 });
      await expect.poll(() => seen).toEqual({ start: numbers(11), after: [7, 8, 9, 10], now: [10] });
    });

    it('runs as many handlers at once as it may, and no more', async () => {
      await stream.appendMany(orders(40));
      let now = 0;
      let most = 0;
      stream.group('g').consume(
        async () => {
          most = Math.max(most, ++now);
          await wait(3);
          now--;
        },
        { concurrency: 7 },
      );
      await untilDone('g');
      expect(most).toBe(7);
    });

    it('delivers again what failed, and gives it up after so often', async () => {
      const { told, stop } = listen('stream.entry.retried');
      const { id } = await stream.append({ n: 1 });
      await stream.appendMany(orders(3, 2));
      const deliveries: number[] = [];
      const handled: number[] = [];
      const group = stream.group('g');
      group.consume(
        ({ event, deliveries: count }) => {
          if (event.n === 1) {
            deliveries.push(count);
            throw Object.assign(new TypeError('no stock'), { code: 'E_STOCK' });
          }
          handled.push(event.n);
        },
        { maxDeliveries: 3, ...atOnce },
      );
      await untilDone('g');
      stop();
      expect([deliveries, handled]).toEqual([
        [1, 2, 3],
        [2, 3, 4],
      ]);
      expect(told.map((each) => [each.id, each.stream, each.group])).toEqual([
        [id, 'orders', 'g'],
        [id, 'orders', 'g'],
      ]);
      const [dead] = await group.deadLetters.list();
      expect(dead).toMatchObject({ eventId: id, reason: 'exhausted', deliveries: 3, event: { n: 1 } });
      expect(dead!.error).toMatchObject({ name: 'TypeError', message: 'no stock', code: 'E_STOCK' });
      expect(dead!.error!.stack).toContain('consumer.test.ts');
      expect((await group.info())?.deadLetters).toBe(1);
    });

    it('tells by the error what becomes of an event', async () => {
      await stream.appendMany(orders(6));
      const group = stream.group('g');
      const runs: number[] = [];
      group.consume(
        ({ event: { n }, deliveries }) => {
          runs.push(n);
          if (n === 0) throw new BusinessError('not allowed');
          if (n === 1) throw new FatalError('broken');
          if (n === 2 && deliveries === 1) throw new TemporaryError('away', { retryAfterMs: 1 });
          if (n === 3) throw 'just text';
          if (n === 4) throw new Error('classified');
        },
        {
          backOff: (failures, error) => (error === 'just text' ? failures : 1e9),
          classify: (error) => ((error as Error).message === 'classified' ? 'business' : undefined),
          maxDeliveries: 2,
        },
      );
      // The back-off of the second one is a function here, and has the last word.
      await expect.poll(async () => (await group.deadLetters.list()).length).toBe(4);
      const dead = await group.deadLetters.list();
      expect(dead.map(({ event, reason, error }) => [event?.n, reason, error?.message]).toSorted()).toEqual([
        [0, 'business', 'not allowed'],
        [1, 'fatal', 'broken'],
        [3, 'exhausted', 'just text'],
        [4, 'business', 'classified'],
      ]);
      expect((await group.pending()).length).toBe(1);
      expect(runs.toSorted()).toEqual([0, 1, 2, 3, 3, 4, 5]);
    });

    it('goes on with others while some wait to be tried again', async () => {
      await stream.appendMany(orders(200));
      const seen: number[] = [];
      stream.group('g').consume(
        ({ event, deliveries }) => {
          if (event.n < 20 && deliveries === 1) throw new Error('later');
          seen.push(event.n);
        },
        { backOff: { delayMs: 300 } },
      );
      await expect.poll(() => seen.length).toBe(200);
      expect(seen.slice(0, 180)).toEqual(numbers(180, 20));
      await untilDone('g');
    });

    it('redrives dead letters to their group: some, by choice, all', async () => {
      await stream.appendMany(orders(10));
      const group = stream.group('g');
      let isBroken = true;
      const seen: [number, string][] = [];
      const ids = (await stream.range()).map(({ id }) => id);
      group.consume(({ event, id }) => {
        if (isBroken) throw new FatalError('broken');
        seen.push([event.n, id]);
      });
      const other: number[] = [];
      stream.group('other').consume(({ event }) => void other.push(event.n));
      await expect.poll(async () => (await group.info())?.deadLetters).toBe(10);
      isBroken = false;
      const [first, second] = await group.deadLetters.list({ limit: 2 });
      expect((await group.deadLetters.list({ limit: 2, after: second! })).map(({ event }) => event?.n)).toEqual([7, 6]);
      expect(await group.deadLetters.get(first!.id)).toEqual(first);
      expect(await group.deadLetters.redrive([first!.id])).toBe(1);
      expect(await group.deadLetters.redrive(({ event }) => event!.n < 3)).toBe(3);
      expect(await group.deadLetters.remove(({ event }) => event!.n === 3)).toBe(1);
      expect(await group.deadLetters.redrive('all')).toBe(5);
      await expect.poll(() => seen.length).toBe(9);
      expect(seen.map(([n]) => n).toSorted()).toEqual([0, 1, 2, 4, 5, 6, 7, 8, 9]);
      // As what they were.
      expect(seen.every(([n, id]) => ids[n] === id)).toBe(true);
      await untilDone('g');
      await untilDone('other');
      expect(other).toEqual(numbers(10));
      expect((await stream.range({ limit: 100 })).map(({ event }) => event.n)).toEqual(numbers(10));
      expect((await stream.range({ limit: 3, order: 'descending' })).map(({ event }) => event.n)).toEqual([9, 8, 7]);
    });

    it('claims from a consumer that is silent, and refuses what it tells later', async () => {
      const stale = listen('stream.entry.stale');
      const claimed = listen('stream.claimed');
      await stream.appendMany(orders(5));
      const frozenStream = await another();
      let thaw = () => {};
      const frozen = new Promise<void>((resolve) => {
        thaw = resolve;
      });
      let reason: unknown;
      const starts: number[] = [];
      // Its clock is slower by far than that of the other one, and so it seems to be frozen.
      frozenStream.group('g').consume(
        async ({ event, signal }) => {
          starts.push(event.n);
          signal.addEventListener('abort', () => {
            reason = signal.reason;
          });
          await frozen;
        },
        { concurrency: 3, claimAfterMs: 60_000 },
      );
      await expect.poll(() => starts.length).toBe(3);
      const seen: [number, number][] = [];
      const group = stream.group('g');
      group.consume(({ event, deliveries }) => void seen.push([event.n, deliveries]), {
        claimAfterMs: 150,
        claimEveryMs: 20,
      });
      await expect.poll(() => seen.length).toBe(5);
      expect(seen.toSorted().map(([n, deliveries]) => [n, deliveries])).toEqual([
        [0, 2],
        [1, 2],
        [2, 2],
        [3, 1],
        [4, 1],
      ]);
      thaw();
      await expect.poll(() => stale.told.length).toBe(3);
      await expect.poll(async () => (await group.info())?.pending).toBe(0);
      expect(claimed.told.reduce((sum, { entries }) => sum + entries, 0)).toBe(3);
      expect(reason).toBeUndefined();
      stale.stop();
      claimed.stop();
    });

    it('tells a handler that its event was claimed', async () => {
      await stream.append({ n: 1 });
      const slow = await another();
      let reason: { code?: string } | undefined;
      slow.group('g').consume(
        ({ signal }) =>
          new Promise((resolve) => {
            signal.addEventListener('abort', () => {
              reason = signal.reason;
              resolve(undefined);
            });
          }),
        { claimAfterMs: 3_000 },
      );
      await expect.poll(async () => (await stream.group('g').pending()).length).toBe(1);
      let taken = 0;
      stream.group('g').consume(() => void taken++, { claimAfterMs: 50, claimEveryMs: 20 });
      await expect.poll(() => taken).toBe(1);
      // At its next sign of life, a third of its time later.
      await expect.poll(() => reason?.code, { timeout: 5_000 }).toBe('ERR_EVENT_CLAIMED');
    });

    it('does not claim from a slow handler that lives', async () => {
      await stream.appendMany(orders(2));
      const group = stream.group('g');
      const options: ConsumeOptions = { claimAfterMs: 600, claimEveryMs: 50 };
      let runs = 0;
      for (let n = 0; n < 2; n++) {
        group.consume(async () => {
          runs++;
          await wait(2_000);
        }, options);
      }
      await wait(1_500);
      expect([runs, (await group.pending()).map(({ deliveries }) => deliveries)]).toEqual([2, [1, 1]]);
      await untilDone('g');
      expect(runs).toBe(2);
    });

    it('tells nothing of an event that ends while the turn is under way which learns that it was claimed', async () => {
      const store = await open('robbed');
      const turn = store.turn.bind(store);
      let isDown = false;
      let end = () => {};
      const ended = new Promise<void>((resolve) => {
        end = resolve;
      });
      store.turn = async (asked) => {
        if (isDown) {
          isDown = false;
          throw new RedisUnavailableError('deadline', 'not answered');
        }
        const result = await turn(asked);
        if (result.lost.length > 0) {
          end();
          await wait(1);
        }
        return result;
      };
      const robbed = createStream<Order>('robbed', store);
      others.push(robbed);
      const told = [listen('stream.entry.stale'), listen('stream.entry.done')] as const;
      // Long enough for the thief to keep what it took while this test looks.
      const consumer = robbed.group('g').consume(() => ended, { claimAfterMs: 1_000 });
      const { id } = await robbed.append({ n: 1 });
      await expect.poll(() => consumer.active).toBe(1);
      const nothing = { acknowledged: [], renewed: [], retried: [], buried: [], released: [] };
      const thief = { group: 'g', consumer: 'thief', joinsAfter: '0-0', claims: '', maxDeliveries: 5, ...nothing };
      await turn({ ...thief, want: 1, claim: { idleMs: 0, after: '', forgetMs: 1e9 } });
      // What the consumer does not know, it asks for.
      isDown = true;
      await expect.poll(() => told[0].told).toEqual([{ stream: 'robbed', group: 'g', id }]);
      await consumer.close();
      for (const each of told) each.stop();
      expect(told.map((each) => each.told.length)).toEqual([1, 0]);
      expect(await robbed.group('g').pending()).toMatchObject([{ id, consumer: 'thief' }]);
    });

    it('starts nothing that may be another’s, after a handler that kept the event loop busy', async () => {
      const store = await open('busy');
      const seen: string[] = [];
      const turn = store.turn.bind(store);
      store.turn = async (asked) => {
        const result = await turn(asked);
        if (asked.renewed.length > 0) seen.push('renewed');
        return result;
      };
      const busy = createStream<Order>('busy', store);
      others.push(busy);
      await busy.appendMany(orders(2));
      const claimAfterMs = 100;
      const handler = async ({ event }: DeliveredEvent<Order>) => {
        seen.push(`handler ${event.n}`);
        if (event.n === 0) for (const end = performance.now() + 2 * claimAfterMs; performance.now() < end; );
      };
      busy.group('g').consume(handler, { concurrency: 2, claimAfterMs });
      await expect.poll(() => seen.length).toBeGreaterThan(2);
      expect(seen).toEqual(['handler 0', 'renewed', 'handler 1']);
    });

    it('gives up an event whose consumers die', async () => {
      const { told, stop } = listen('stream.entry.buried');
      const { id } = await stream.append({ n: 1 });
      const group = stream.group('g');
      const store = await open('orders');
      for (let n = 0; n < 3; n++) {
        await store.turn({
          group: 'g',
          consumer: `mortal.${n}`,
          joinsAfter: '0-0',
          want: 1,
          claims: '',
          maxDeliveries: 3,
          claim: { idleMs: 0, after: '', forgetMs: 1e9 },
          acknowledged: [],
          renewed: [],
          retried: [],
          buried: [],
          released: [],
        });
      }
      expect((await group.pending())[0]?.deliveries).toBe(3);
      let runs = 0;
      group.consume(() => void runs++, { claimAfterMs: 50, claimEveryMs: 20, maxDeliveries: 3 });
      await untilDone('g');
      stop();
      expect([runs, told.map((each) => [each.id, each.reason])]).toEqual([0, [[id, 'consumer-lost']]]);
      expect((await group.deadLetters.list())[0]).toMatchObject({
        eventId: id,
        reason: 'consumer-lost',
        deliveries: 3,
        error: undefined,
        event: { n: 1 },
      });
    });

    it('closes: gives back what was not started, and waits for what runs', async () => {
      await stream.appendMany(orders(30));
      const group = stream.group('g');
      let ended = 0;
      let started = 0;
      const consumer = group.consume(
        async () => {
          started++;
          await wait(30);
          ended++;
        },
        { concurrency: 2 },
      );
      await expect.poll(() => started).toBeGreaterThan(3);
      await consumer.close();
      expect(ended).toBe(started);
      expect(consumer.active).toBe(0);
      const info = await group.info();
      expect(info?.consumers).toEqual([]);
      const seen: [number, number][] = [];
      group.consume(({ event, deliveries }) => void seen.push([event.n, deliveries]));
      await expect.poll(() => seen.length).toBe(30 - ended);
      expect(seen.every(([, deliveries]) => deliveries === 1)).toBe(true);
    });

    it('tells of a handler that fails while its consumer closes', async () => {
      const retried = listen('stream.entry.retried');
      let fail: (error: Error) => void = () => {};
      const failing = new Promise<never>((_, reject) => {
        fail = reject;
      });
      const consumer = stream.group('g').consume(() => failing);
      const { id } = await stream.append({ n: 1 });
      await expect.poll(() => consumer.active).toBe(1);
      const closed = consumer.close();
      const error = new Error('no stock');
      fail(error);
      await closed;
      retried.stop();
      expect(retried.told).toEqual([{ stream: 'orders', group: 'g', id, error, delayMs: 0 }]);
      expect(await stream.group('g').pending()).toMatchObject([{ id, consumer: undefined, deliveries: 1 }]);
    });

    it('closes in haste: the event of a handler that does not end is another’s at once', async () => {
      await stream.append({ n: 1 });
      const group = stream.group('g');
      let signal: AbortSignal | undefined;
      const consumer = group.consume((event) => {
        signal = event.signal;
        return new Promise(() => {});
      });
      await expect.poll(() => signal).toBeDefined();
      await consumer.close({ deadlineMs: 20 });
      expect(signal!.reason).toMatchObject({ code: 'ERR_EVENT_INTERRUPTED' });
      const seen: number[] = [];
      group.consume(({ deliveries }) => void seen.push(deliveries));
      await expect.poll(() => seen).toEqual([2]);
    });

    it('seeks, and handles everything once more', async () => {
      const appended = await stream.appendMany(orders(20));
      const group = stream.group('g');
      const seen: number[] = [];
      group.consume(({ event }) => void seen.push(event.n));
      await untilDone('g');
      expect(await group.seek(appended[14]!.id)).toBe(true);
      await stream.append({ n: 20 });
      await expect.poll(() => seen.length).toBe(26);
      expect(seen).toEqual([...numbers(20), ...numbers(6, 15)]);
      expect(await stream.group('nobody').seek('start')).toBe(false);
    });

    it('makes its group anew when it is gone, after what it has seen', async () => {
      await stream.appendMany(orders(5));
      const group = stream.group('g');
      const seen: number[] = [];
      group.consume(({ event }) => void seen.push(event.n));
      await untilDone('g');
      expect(await group.remove()).toBe(true);
      await stream.appendMany(orders(5, 5));
      await expect.poll(() => seen.length, { timeout: 10_000 }).toBe(10);
      expect(seen).toEqual(numbers(10));
    });
  });
}
