/** What an add tells when Redis does not answer, and that adding again is safe. Each test breaks a link of its own. */
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import { startRedis } from '@sallyport/lab/cluster';
import { createQueue, redisQueueStore, TaskAmbiguousError } from 'sallyport/queue';
import { describe, expect, it, type TestContext } from 'vitest';
import { startProxy } from '../proxy.ts';
import { redisClients } from '../redis-clients.ts';

const failed = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error) => error,
  );

for (const { client, open } of redisClients) {
  describe(`adding through failures: ${client}`, () => {
    async function setUp({ onTestFinished }: TestContext) {
      const server = await startRedis();
      onTestFinished(() => server.stop());
      const proxy = await startProxy({ targetPort: server.port });
      onTestFinished(() => proxy.stop());
      const { redis, close } = await open(`redis://127.0.0.1:${proxy.port}`, 1_000);
      onTestFinished(close);
      const queue = createQueue<number>('numbers', redisQueueStore(redis, { name: 'numbers' }), { maxWaiting: 5 });
      onTestFinished(() => queue.close());
      // Loads the script, so that what is broken below is one request and its reply.
      await queue.add(0);
      await queue.clear();
      return { proxy, queue, redis };
    }

    it('says of each task that nobody knows, and adding it again stores it once', async (context) => {
      const { proxy, queue } = await setUp(context);
      // The request arrives, and its reply is on the way back when the link is cut.
      proxy.delay(60);
      const one = failed(queue.add(1, { id: 'one' }));
      const many = failed(queue.addMany([2, 3]));
      await delay(90);
      proxy.cut();
      await proxy.heal();
      const error = await one;
      expect(error).toBeInstanceOf(TaskAmbiguousError);
      expect(error).toMatchObject({ taskIds: ['one'], reason: 'no-answer', code: 'ERR_TASK_AMBIGUOUS' });
      expect(await many).toMatchObject({ taskIds: [expect.any(String), expect.any(String)], reason: 'no-answer' });
      await expect.poll(() => failed(queue.state()), { timeout: 5_000 }).toBeUndefined();
      expect((await queue.state()).waiting).toBe(3);
      expect(await queue.add(1, { id: 'one' })).toEqual({ id: 'one', outcome: 'duplicate' });
      expect((await queue.state()).waiting).toBe(3);
    });

    it('says so when the reply never comes', async (context) => {
      const { proxy, queue } = await setUp(context);
      proxy.blackHole();
      expect(await failed(queue.add(1, { id: 'one' }))).toMatchObject({ taskIds: ['one'], reason: 'no-answer' });
      await proxy.heal();
      await expect.poll(() => failed(queue.state()), { timeout: 5_000 }).toBeUndefined();
      expect(await queue.add(1, { id: 'one' })).toMatchObject({ outcome: 'added' });
    });

    it('says so when the connection is closed meanwhile', async (context) => {
      const { proxy, queue, redis } = await setUp(context);
      proxy.delay(100);
      const one = failed(queue.add(1, { id: 'one' }));
      await nextTurn();
      await redis.close();
      const ambiguous = { taskIds: ['one'], reason: 'no-answer', code: 'ERR_TASK_AMBIGUOUS' };
      // A client of the application's own goes on, and gets its answer.
      expect(await one).toEqual(client === 'ioredis' ? expect.objectContaining(ambiguous) : undefined);
      // What is asked afterwards is never sent, which is certain.
      expect(await failed(queue.add(2))).toMatchObject({ code: 'ERR_REDIS_UNAVAILABLE', reason: 'closed' });
    });

    it('keeps what is added together together when there is no room, beside adds that travel with it', async (context) => {
      const { queue } = await setUp(context);
      const results = await Promise.all([
        queue.addMany([1, 2, 3]),
        failed(queue.addMany([4, 5, 6])),
        queue.add(7),
        queue.add(8),
        failed(queue.add(9)),
      ]);
      expect(results[1]).toMatchObject({ code: 'ERR_QUEUE_FULL' });
      expect(results[4]).toMatchObject({ code: 'ERR_QUEUE_FULL' });
      const seen: number[] = [];
      queue.process(({ payload }) => seen.push(payload));
      await expect.poll(() => seen, { timeout: 5_000 }).toEqual([1, 2, 3, 7, 8]);
    });
  });
}
