/** Sallyport's queue at its defaults: leases, fencing, three attempts with back-off, acknowledgement of each task. */
import { createQueue, redisQueueStore } from 'sallyport/queue';
import { connectRedis } from 'sallyport/redis';
import type { OpenQueue, Payload } from './subject.ts';

export const openSallyport: OpenQueue = async (url, name) => {
  // Far longer than an application's: a machine that stalls for a second must not end the measurement.
  const redis = connectRedis(url, { deadlineMs: 10_000 });
  const queue = createQueue<Payload>(name, redisQueueStore(redis, { name }));
  return {
    add: (payload) => queue.add(payload),
    addMany: async (payloads) => {
      await queue.addMany(payloads);
    },
    work: (concurrency, handler) => {
      const worker = queue.process(({ payload }) => handler(payload), { concurrency });
      return { stop: () => worker.close() };
    },
    remaining: async () => {
      const { waiting, delayed, active } = await queue.state();
      return waiting + delayed + active;
    },
    close: async () => {
      await queue.close();
      await redis.close();
    },
  };
};
