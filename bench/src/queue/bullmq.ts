/**
 * BullMQ at its defaults but for `removeOnComplete: { count: 0 }`, the simplest of the ways its documentation names to
 * keep completed jobs from filling Redis, and the one that leaves it the least to do. Locks, their renewal and the
 * check for stalled jobs are on.
 */
import { Queue, Worker } from 'bullmq';
import type { OpenQueue, Payload } from './subject.ts';

export const openBullmq: OpenQueue = async (url, name) => {
  const { hostname: host, port } = new URL(url);
  const connection = { host, port: Number(port) };
  const queue = new Queue<Payload>(name, { connection });
  await queue.waitUntilReady();
  return {
    add: (payload) => queue.add('task', payload),
    addMany: async (payloads) => {
      await queue.addBulk(payloads.map((data) => ({ name: 'task', data })));
    },
    work: (concurrency, handler) => {
      const worker = new Worker<Payload>(name, ({ data }) => handler(data), {
        connection,
        concurrency,
        removeOnComplete: { count: 0 },
      });
      return { stop: () => worker.close() };
    },
    remaining: async () => {
      const counts = await queue.getJobCounts('wait', 'active', 'delayed', 'prioritized', 'failed');
      return Object.values(counts).reduce((sum, count) => sum + count, 0);
    },
    close: () => queue.close(),
  };
};
