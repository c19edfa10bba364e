/** The queue as applications use it, on both stores. */

import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BusinessError, FatalError, TemporaryError } from '../../src/failures/errors.ts';
import type { ProcessOptions, QueueOptions } from '../../src/queue/options.ts';
import { createQueue, type Queue } from '../../src/queue/queue.ts';
import type { QueueStore } from '../../src/queue/store.ts';
import { TaskCancelledError, TaskInterruptedError, TaskLeaseLostError } from '../../src/queue/task-errors.ts';
import { useQueueStores } from './queue-stores.ts';

interface Order {
  readonly n: number;
}

const atOnce: ProcessOptions['backOff'] = { kind: 'fixed', delayMs: 0 };

for (const { name, open } of useQueueStores()) {
  describe(`a queue in ${name}`, () => {
    let store: QueueStore;
    let queue: Queue<Order>;
    const queues: Queue<never>[] = [];

    async function openQueue<Payload = Order>(options: QueueOptions<Payload> = {}): Promise<Queue<Payload>> {
      const opened = createQueue<Payload>('orders', await open('orders'), options);
      queues.push(opened as unknown as Queue<never>);
      return opened;
    }

    beforeEach(async () => {
      store = await open('orders');
      queue = createQueue<Order>('orders', store);
    });
    afterEach(async () => {
      await Promise.all([queue, ...queues.splice(0)].map((each) => each.close({ deadlineMs: 0 })));
    });

    /** Resolves when the handler has been called so many times. */
    function collect(count: number, options: ProcessOptions = {}) {
      const seen: Order[] = [];
      let finish: () => void = () => {};
      const all = new Promise<void>((resolve) => {
        finish = resolve;
      });
      const worker = queue.process((task) => {
        seen.push(task.payload);
        if (seen.length === count) finish();
      }, options);
      return { seen, all, worker };
    }

    const untilEmpty = () =>
      expect
        .poll(async () => {
          const { waiting, delayed, active } = await queue.state();
          return waiting + delayed + active;
        })
        .toBe(0);

    it('runs what was added, in order, and leaves nothing', async () => {
      for (let n = 0; n < 5; n++) expect(await queue.add({ n })).toMatchObject({ outcome: 'added' });
      const added = await queue.addMany([{ n: 5 }, { n: 6 }]);
      expect(new Set(added.map(({ id }) => id)).size).toBe(2);
      const { seen, all } = collect(7);
      await all;
      expect(seen.map(({ n }) => n)).toEqual([0, 1, 2, 3, 4, 5, 6]);
      await untilEmpty();
    });

    it('wakes an idle worker', async () => {
      const { seen, all, worker } = collect(3);
      for (let n = 0; n < 3; n++) {
        await wait(30);
        await queue.add({ n });
        await expect.poll(() => seen.length, { interval: 2 }).toBe(n + 1);
      }
      await all;
      expect(worker.active).toBe(0);
    });

    it('forgets no word that comes during a turn: task after task, each begins at once', async () => {
      let began: (n: number) => void = () => {};
      queue.process(({ payload }) => began(payload.n), { concurrency: 4 });
      let longestMs = 0;
      for (let n = 0; n < 300; n++) {
        const start = new Promise<number>((resolve) => {
          began = resolve;
        });
        const addedAt = performance.now();
        await queue.add({ n });
        expect(await start).toBe(n);
        longestMs = Math.max(longestMs, performance.now() - addedAt);
      }
      // A worker that missed word would find out after five seconds.
      expect(longestMs).toBeLessThan(2_000);
    });

    it('passes on word that comes when it has no room', async () => {
      let release = () => {};
      const held = new Promise<void>((resolve) => {
        release = resolve;
      });
      const started: string[] = [];
      const handler = (worker: string) => async () => {
        started.push(worker);
        await held;
      };
      queue.process(handler('first'), { prefetch: 0 });
      await queue.add({ n: 1 }, { delaySeconds: 0.1 });
      await expect.poll(() => started.length, { interval: 2 }).toBe(1);
      // The first one is full, through a task that fell due, and still waits for word; the second waits behind it.
      queue.process(handler('second'), { prefetch: 0 });
      await expect.poll(async () => (await queue.state()).workers.length).toBe(2);
      await wait(50);
      const startedAt = performance.now();
      await queue.add({ n: 2 });
      await expect.poll(() => started, { interval: 2, timeout: 6_000 }).toEqual(['first', 'second']);
      expect(performance.now() - startedAt).toBeLessThan(2_000);
      release();
      await untilEmpty();
    });

    it('runs as many handlers at once as it may, and no more', async () => {
      await queue.addMany(Array.from({ length: 30 }, (_, n) => ({ n })));
      let now = 0;
      let most = 0;
      let done = 0;
      queue.process(
        async () => {
          most = Math.max(most, ++now);
          await wait(5);
          now--;
          done++;
        },
        { concurrency: 7 },
      );
      await expect.poll(() => done).toBe(30);
      expect(most).toBe(7);
    });

    it('tries a temporary failure again, tells the handler about it, and gives up after the last attempt', async () => {
      const attempts: number[] = [];
      await queue.add({ n: 1 }, { type: 'mail' });
      queue.process(
        ({ attempt, failures }) => {
          attempts.push(attempt);
          expect(failures).toHaveLength(attempt - 1);
          throw new TemporaryError(`not now, ${attempt}`);
        },
        { backOff: atOnce, attempts: 3 },
      );
      await expect.poll(async () => (await queue.state()).dead).toBe(1);
      expect(attempts).toEqual([1, 2, 3]);
      const [dead] = await queue.deadLetters.list();
      expect(dead).toMatchObject({
        reason: 'exhausted',
        payload: { n: 1 },
        type: 'mail',
        losses: 0,
        error: { name: 'TemporaryError', code: 'ERR_TEMPORARY', message: 'not now, 3' },
        failures: [{ message: 'not now, 1' }, { message: 'not now, 2' }],
      });
      expect(dead?.error?.stack).toContain('queue.test.ts');
      await untilEmpty();
    });

    it('waits before it tries again, as the back-off or the error says', async () => {
      await queue.add({ n: 1 });
      const startedAt = performance.now();
      const at: number[] = [];
      queue.process(
        ({ attempt }) => {
          at.push(performance.now() - startedAt);
          if (attempt === 1) throw new Error('anything');
          if (attempt === 2) throw new TemporaryError('soon', { retryAfterMs: 150 });
        },
        { backOff: { kind: 'fixed', delayMs: 60, jitter: 0 } },
      );
      await expect.poll(() => at.length).toBe(3);
      expect(at[1]! - at[0]!).toBeGreaterThanOrEqual(58);
      expect(at[2]! - at[1]!).toBeGreaterThanOrEqual(148);
    });

    it('gives each class of failure its shelf, by what was thrown or by classify', async () => {
      await queue.addMany([{ n: 1 }, { n: 2 }, { n: 3 }]);
      queue.process(
        ({ payload }) => {
          if (payload.n === 1) throw new BusinessError('no such article');
          if (payload.n === 2) throw new FatalError('bug');
          throw new RangeError('by classify');
        },
        { classify: (error) => (error instanceof RangeError ? 'business' : undefined) },
      );
      await expect.poll(async () => (await queue.state()).business).toBe(2);
      const business = await queue.businessErrors.list();
      expect(business.map(({ reason, error }) => [reason, error?.name]).sort()).toEqual([
        ['business', 'BusinessError'],
        ['business', 'RangeError'],
      ]);
      expect(await queue.deadLetters.list()).toMatchObject([{ reason: 'fatal', payload: { n: 2 } }]);
    });

    it('redrives dead letters: one, by filter, all; and removes them', async () => {
      await queue.addMany(
        Array.from({ length: 5 }, (_, n) => ({ n })),
        { attempts: 1 },
      );
      await queue.add({ n: 9 }, { id: 'order-9' });
      const broken = queue.process(() => {
        throw new FatalError('bug');
      });
      await expect.poll(async () => (await queue.state()).dead).toBe(6);
      await broken.close();
      const [first] = await queue.deadLetters.list({ limit: 1 });
      expect(await queue.deadLetters.list({ limit: 10, after: first! })).toHaveLength(5);
      expect(await queue.deadLetters.redrive(['order-9'])).toBe(1);
      expect(await queue.deadLetters.redrive((task) => (task.payload?.n ?? 0) < 2)).toBe(2);
      expect(await queue.deadLetters.redrive('all')).toBe(3);
      expect(await queue.deadLetters.redrive('all')).toBe(0);
      const { seen, all } = collect(6);
      await all;
      expect(seen.map(({ n }) => n).sort()).toEqual([0, 1, 2, 3, 4, 9]);
      await untilEmpty();
      expect((await queue.state()).dead).toBe(0);
    });

    it('keeps the order inside a key, also when a task fails, and runs other keys meanwhile', async () => {
      const seen: string[] = [];
      const failed = new Set<string>();
      for (let n = 0; n < 6; n++) for (const key of ['a', 'b', 'c']) await queue.add({ n }, { key });
      for (let i = 0; i < 2; i++) {
        queue.process(
          async ({ payload, key }) => {
            await wait(Math.random() * 4);
            const name = `${key}${payload.n}`;
            if (payload.n % 3 === 1 && !failed.has(name)) {
              failed.add(name);
              throw new Error('once');
            }
            seen.push(name);
          },
          { concurrency: 4, backOff: { kind: 'fixed', delayMs: 20 } },
        );
      }
      await expect.poll(() => seen.length).toBe(18);
      for (const key of ['a', 'b', 'c']) {
        expect(seen.filter((name) => name.startsWith(key))).toEqual([0, 1, 2, 3, 4, 5].map((n) => `${key}${n}`));
      }
      await untilEmpty();
    });

    it('stores a task of one id once, also for a while after its end', async () => {
      const results = await Promise.all(Array.from({ length: 20 }, () => queue.add({ n: 1 }, { id: 'one' })));
      expect(results.filter(({ outcome }) => outcome === 'added')).toHaveLength(1);
      const { seen, all } = collect(1);
      await all;
      await untilEmpty();
      expect(await queue.add({ n: 2 }, { id: 'one' })).toEqual({ id: 'one', outcome: 'duplicate' });
      await wait(20);
      expect(seen).toEqual([{ n: 1 }]);
    });

    it('debounces: of many changes only the latest is run', async () => {
      const { seen, all } = collect(1);
      for (let n = 0; n < 10; n++) {
        const { outcome } = await queue.add({ n }, { debounce: { name: 'page' }, delaySeconds: 0.15 });
        expect(outcome).toBe(n === 0 ? 'added' : 'replaced');
      }
      await all;
      await wait(50);
      expect(seen).toEqual([{ n: 9 }]);
    });

    it('takes higher priorities first', async () => {
      for (const [n, priority] of [0, 5, -5, 5, 0].entries()) await queue.add({ n }, { priority });
      const { seen, all } = collect(5);
      await all;
      expect(seen.map(({ n }) => n)).toEqual([1, 3, 0, 4, 2]);
    });

    it('does not run a delayed task too early', async () => {
      const before = performance.now();
      await queue.add({ n: 1 }, { delaySeconds: 0.1 });
      await queue.add({ n: 2 }, { runAt: new Date(Date.now() + 50) });
      const { seen, all } = collect(2);
      await all;
      expect(performance.now() - before).toBeGreaterThanOrEqual(98);
      expect(seen).toEqual([{ n: 2 }, { n: 1 }]);
    });

    it('has a handler for each type, and gives up what has none', async () => {
      await queue.add({ n: 1 }, { type: 'mail' });
      await queue.add({ n: 2 }, { type: 'constructor' });
      await queue.add({ n: 3 });
      const mails: number[] = [];
      queue.process({ mail: ({ payload }) => mails.push(payload.n) });
      await expect.poll(async () => (await queue.state()).dead).toBe(2);
      expect(mails).toEqual([1]);
      expect((await queue.deadLetters.list()).map(({ error }) => error?.code)).toEqual([
        'ERR_TASK_TYPE_UNKNOWN',
        'ERR_TASK_TYPE_UNKNOWN',
      ]);
    });

    it('keeps results for as long as they are wanted, and waits for them', async () => {
      const withResults = await openQueue({ resultTtlSeconds: 5 });
      const { id } = await withResults.add({ n: 20 });
      expect(await withResults.result(id)).toBeUndefined();
      withResults.process(async ({ payload }) => {
        await wait(20);
        return { double: 2 * payload.n };
      });
      expect(await withResults.result(id, { timeoutMs: 5000 })).toEqual({ double: 40 });
      expect(await withResults.result('unknown', { timeoutMs: 30 })).toBeUndefined();
    });

    it('tells the progress of a running task', async () => {
      const { id } = await queue.add({ n: 1 });
      let goOn = () => {};
      const held = new Promise<void>((resolve) => {
        goOn = resolve;
      });
      queue.process(async ({ progress }) => {
        await progress({ percent: 40 });
        await held;
      });
      await expect.poll(() => queue.progress(id)).toEqual({ percent: 40 });
      goOn();
      await untilEmpty();
    });

    it('cancels a task that waits and one that runs', async () => {
      const reasons: unknown[] = [];
      let running = 0;
      const first = await queue.add({ n: 1 });
      const second = await queue.add({ n: 2 });
      const worker = queue.process(
        async ({ signal }) => {
          running++;
          await new Promise((resolve) => signal.addEventListener('abort', resolve));
          reasons.push(signal.reason);
          throw signal.reason;
        },
        { leaseMs: 300, prefetch: 0 },
      );
      await expect.poll(() => running).toBe(1);
      await queue.cancel(second.id);
      await queue.cancel(first.id);
      await untilEmpty();
      expect(running).toBe(1);
      expect(reasons).toEqual([expect.any(TaskCancelledError)]);
      expect((await queue.state()).dead).toBe(0);
      await worker.close();
    });

    it('pauses everywhere and resumes', async () => {
      await queue.pause();
      await queue.add({ n: 1 });
      const { seen, all } = collect(1);
      await wait(60);
      expect(seen).toEqual([]);
      expect(await queue.state()).toMatchObject({ paused: true, waiting: 1 });
      await queue.resume();
      await all;
    });

    it('takes nothing ahead under a limit, for it would be started later and all at once', async () => {
      const turn = vi.spyOn(store, 'turn');
      await queue.addMany(Array.from({ length: 60 }, (_, n) => ({ n })));
      const { all } = collect(60, { concurrency: 2, limit: { max: 1_000, perSeconds: 0.1, burst: 60 } });
      await all;
      expect(turn.mock.calls.map(([{ want }]) => want).filter((want) => want > 2)).toEqual([]);
      turn.mockRestore();
    });

    it('limits what all workers start together', async () => {
      await queue.addMany(Array.from({ length: 40 }, (_, n) => ({ n })));
      const at: number[] = [];
      const limit = { max: 20, perSeconds: 0.2, burst: 2 };
      for (let i = 0; i < 3; i++) queue.process(() => void at.push(performance.now()), { concurrency: 10, limit });
      await expect.poll(() => at.length, { timeout: 5000 }).toBe(40);
      // At most 20 + burst - 1 in any 200 ms; a start is seen a little later than it was allowed.
      for (const [i, from] of at.entries()) {
        expect(at.filter((time) => time >= from && time < from + 180).length, `from start ${i}`).toBeLessThanOrEqual(
          22,
        );
      }
      expect(at.at(-1)! - at[0]!).toBeGreaterThan(350);
    });

    it('drains: what was not started goes back, what runs ends, what does not end in time goes back too', async () => {
      await queue.addMany(Array.from({ length: 6 }, (_, n) => ({ n })));
      const ended: number[] = [];
      const reasons: unknown[] = [];
      let end = () => {};
      const held = new Promise<void>((resolve) => {
        end = resolve;
      });
      const worker = queue.process(
        async ({ payload, signal }) => {
          if (payload.n === 0) await held;
          else {
            await new Promise((resolve) => signal.addEventListener('abort', resolve));
            reasons.push(signal.reason);
          }
          ended.push(payload.n);
        },
        { concurrency: 2, prefetch: 4 },
      );
      await expect.poll(() => worker.active).toBe(2);
      const closed = worker.close({ deadlineMs: 150 });
      end();
      await closed;
      await expect.poll(() => reasons).toEqual([expect.any(TaskInterruptedError)]);
      expect(ended).toEqual([0, 1]);
      expect(await queue.state()).toMatchObject({ active: 0, workers: [], waiting: 5 });
      const rest = collect(5);
      await rest.all;
      expect(rest.seen.map(({ n }) => n)).toEqual([1, 2, 3, 4, 5]);
    });

    it('refuses what a worker tells that was silent for longer than its lease, and runs the task elsewhere', async () => {
      const stale: unknown[] = [];
      const onStale = (message: unknown) => void stale.push(message);
      subscribe('sallyport:queue.task.stale', onStale);
      const { id } = await queue.add({ n: 1 });
      const reasons: unknown[] = [];
      const slow = queue.process(
        async ({ signal }) => {
          // Its event loop stands still: no heart beats.
          const until = performance.now() + 250;
          while (performance.now() < until);
          // Another worker, which takes what has lapsed.
          const taken = await store.turn({
            worker: 'other',
            joins: true,
            leaseMs: 10_000,
            want: 0,
            order: 'fifo',
            maxLosses: 3,
            completions: [],
          });
          expect(taken).toMatchObject({ lost: false, recovered: 1 });
          const again = await store.turn({
            worker: 'other',
            joins: false,
            leaseMs: 10_000,
            want: 1,
            order: 'fifo',
            maxLosses: 3,
            completions: [],
          });
          expect(again).toMatchObject({ lost: false, tasks: [{ envelope: expect.stringContaining(id) }] });
          await new Promise((resolve) => {
            signal.addEventListener('abort', resolve);
            if (signal.aborted) resolve(undefined);
          });
          reasons.push(signal.reason);
        },
        { leaseMs: 100 },
      );
      await expect.poll(() => stale).toEqual([{ queue: 'orders', id }]);
      expect(reasons).toEqual([expect.any(TaskLeaseLostError)]);
      // It is neither done nor dead: the other one has it.
      expect(await queue.state()).toMatchObject({ active: 1, waiting: 0, dead: 0 });
      unsubscribe('sallyport:queue.task.stale', onStale);
      await slow.close();
      await store.leave('other', 'fifo');
    });

    it('refuses bad payloads at both ends, and stores nothing', async () => {
      const schema = {
        '~standard': {
          version: 1 as const,
          vendor: 'test',
          validate: (value: unknown) =>
            typeof (value as Order).n === 'number'
              ? { value: value as Order }
              : { issues: [{ message: 'must be a number', path: ['n'] }] },
        },
      };
      const strict = await openQueue<Order>({ schema, maxPayloadBytes: 50 });
      const circular: Record<string, unknown> = { n: 1 };
      circular.self = circular;
      for (const bad of [{ n: 'x' }, circular, { n: 1, pad: 'x'.repeat(50) }, { n: 1n }]) {
        await expect(strict.add(bad as unknown as Order)).rejects.toMatchObject({ code: 'ERR_PAYLOAD' });
      }
      await expect(strict.addMany([{ n: 1 }, { n: 'x' } as unknown as Order])).rejects.toMatchObject({
        code: 'ERR_PAYLOAD',
        issues: [{ message: 'must be a number', path: 'n' }],
      });
      expect(await queue.state()).toMatchObject({ waiting: 0 });
      await expect(strict.schedules.put('s', { everySeconds: 1, payload: { n: 'x' } as never })).rejects.toMatchObject({
        code: 'ERR_PAYLOAD',
      });
      expect(await strict.schedules.list()).toEqual([]);
      // From an older version, without a schema.
      await queue.add({ old: true } as unknown as Order);
      strict.process(() => {});
      await expect.poll(async () => (await queue.state()).business).toBe(1);
    });

    it('is full when so many tasks wait', async () => {
      const small = await openQueue({ maxWaiting: 2 });
      await small.add({ n: 1 });
      await expect(small.addMany([{ n: 2 }, { n: 3 }])).rejects.toMatchObject({ code: 'ERR_QUEUE_FULL' });
      expect(await queue.state()).toMatchObject({ waiting: 1 });
      await small.add({ n: 2 });
      await expect(small.add({ n: 3 })).rejects.toMatchObject({ code: 'ERR_QUEUE_FULL' });
    });

    it('fires a schedule once among many workers', async () => {
      await queue.schedules.put('beat', { everySeconds: 1, payload: { n: 1 } });
      const at: number[] = [];
      for (let i = 0; i < 4; i++) queue.process(() => void at.push(Date.now()));
      await expect.poll(() => at.length, { timeout: 5000 }).toBe(2);
      expect(at[1]! - at[0]!).toBeGreaterThan(800);
      expect(await queue.schedules.list()).toMatchObject([{ name: 'beat', everySeconds: 1 }]);
      expect(await queue.schedules.remove('beat')).toBe(true);
      expect(await queue.schedules.remove('beat')).toBe(false);
    });

    it('fires what the store calls due, though its own clock is behind, and rests when it cannot', async () => {
      const failed: unknown[] = [];
      const onFailed = (message: unknown) => void failed.push(message);
      subscribe('sallyport:queue.schedule.failed', onFailed);
      await store.schedules.put('broken', JSON.stringify({ cron: 'never', payload: { n: 1 } }), Date.now() - 1);
      const { seen, all } = collect(1);
      await expect.poll(() => failed.length).toBeGreaterThan(0);
      await queue.add({ n: 2 });
      await all;
      expect(seen).toEqual([{ n: 2 }]);
      // Without a rest there would be hundreds by now, of failures or of turns.
      const turn = vi.spyOn(store, 'turn');
      await wait(200);
      expect(failed.length).toBeLessThan(5);
      expect(turn.mock.calls.length).toBeLessThan(20);
      turn.mockRestore();
      // A delayed task is found all the same.
      await queue.add({ n: 3 }, { delaySeconds: 0.05 });
      await expect.poll(() => seen.at(-1)).toEqual({ n: 3 });
      unsubscribe('sallyport:queue.schedule.failed', onFailed);
    });

    it('tells when it is in trouble', async () => {
      const told: unknown[] = [];
      const listen = (message: unknown) => void told.push(message);
      subscribe('sallyport:queue.depth', listen);
      const watch = queue.watch({ levels: { info: 2, warning: 4, critical: 6 } });
      await queue.addMany([{ n: 1 }, { n: 2 }, { n: 3 }, { n: 4 }]);
      const seen = await watch.look();
      expect(seen).toMatchObject({ level: 'warning', waiting: 4, lastMinute: { added: 4, finished: 0 } });
      expect(seen.alerts).toEqual(['falling-behind', 'slow', 'no-worker']);
      expect(seen.oldestAgeMs).toBeLessThan(60_000);
      await collect(4).all;
      await untilEmpty();
      expect(await watch.look()).toMatchObject({ level: 'normal', oldestAgeMs: 0, alerts: [] });
      expect(told).toMatchObject([
        { level: 'warning', from: 'normal', waiting: 4 },
        { level: 'normal', from: 'warning', waiting: 0 },
      ]);
      unsubscribe('sallyport:queue.depth', listen);
      watch.stop();
    });

    it.each([
      [{ concurrency: 0 }, 'concurrency'],
      [{ leaseMs: 1 }, 'leaseMs'],
      [{ attempts: 0 }, 'attempts'],
      [{ limit: { max: 0, perSeconds: 1 } }, 'limit.max'],
      [{ backOff: { jitter: 2 } }, 'backOff.jitter'],
      [{ prefetch: 1, limit: { max: 1, perSeconds: 1 } }, 'prefetch'],
    ] as [ProcessOptions, string][])('refuses %j', (options, option) => {
      expect(() => queue.process(() => {}, options)).toThrowError(
        expect.objectContaining({ code: 'ERR_INVALID_OPTION', option }),
      );
    });
  });
}
