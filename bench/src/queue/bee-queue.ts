/**
 * bee-queue with what its README lets one turn off when nobody listens: `getEvents`, `sendEvents`, `storeJobs`; and
 * with `removeOnSuccess`, which keeps memory down. The check for stalled jobs runs, at its default interval.
 */
import BeeQueue from 'bee-queue';
import type { OpenQueue, Payload } from './subject.ts';

const quiet = { getEvents: false, sendEvents: false, storeJobs: false } as const;

export const openBeeQueue: OpenQueue = async (url, name) => {
  const { hostname: host, port } = new URL(url);
  const redis = { host, port: Number(port) };
  const queue = new BeeQueue<Payload>(name, { redis, isWorker: false, ...quiet });
  await queue.ready();
  return {
    add: (payload) => queue.createJob(payload).save(),
    addMany: async (payloads) => {
      const errors = await queue.saveAll(payloads.map((payload) => queue.createJob(payload)));
      for (const error of errors.values()) throw error;
    },
    work: (concurrency, handler) => {
      const worker = new BeeQueue<Payload>(name, { redis, removeOnSuccess: true, ...quiet });
      worker.process(concurrency, ({ data }: BeeQueue.Job<Payload>) => handler(data));
      // Its README's way to have stalled jobs run again; a queue does not do so by itself.
      void worker.checkStalledJobs(stallIntervalMs).catch(() => {});
      return { stop: () => worker.close(10_000) };
    },
    remaining: async () => {
      const { waiting, active, delayed, failed } = await queue.checkHealth();
      return waiting + active + delayed + failed;
    },
    close: () => queue.close(10_000),
  };
};

/** `stallInterval` of its defaults. */
const stallIntervalMs = 5_000;
