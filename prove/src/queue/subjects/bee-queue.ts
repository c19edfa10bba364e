/**
 * bee-queue at its defaults but for the stall interval, which is as short as our lease, and delayed jobs, which are
 * switched on. Jobs that succeeded stay, so that their ids are known.
 */
import BeeQueue from 'bee-queue';
import { within } from '../../within.ts';
import { attempts, type PlannedTask } from '../plan.ts';
import type { ProofSubject, QueueAddress } from '../subject.ts';

/** It has no deadline of its own for an add. */
const addTimeoutMs = 2_000;
const closeTimeoutMs = 5_000;

export const beeQueue: ProofSubject = {
  name: 'bee-queue',
  promises: {
    keys: false,
    fences: false,
    refusals: false,
    told: false,
    schedules: false,
    business: false,
    boundedKeys: false,
  },
  isHolding: (key) => /:(?:waiting|active|delayed)$/.test(key),
  openProducer: async (address) => {
    const queue = await open(address, false);
    return {
      add: async (task) => {
        const job = queue.createJob(task).setId(task.id);
        job.retries(attempts - 1).backoff('fixed', 60);
        if (task.delayMs > 0) job.delayUntil(Date.now() + task.delayMs);
        await within(addTimeoutMs, job.save());
        return 'stored';
      },
      putSchedule: async () => {},
      close: () => queue.close(closeTimeoutMs),
    };
  },
  openWorker: async (address, { concurrency, handler, tell }) => {
    const queue = await open(address, true);
    queue.on('succeeded', ({ id }) => tell('done', id));
    queue.on('retrying', ({ id }) => tell('retried', id));
    queue.on('failed', ({ id }) => tell('buried', id));
    queue.process(concurrency, async (job: BeeQueue.Job<PlannedTask>) => {
      // What is left of its retries is all that is known of those that it had.
      const left = (job.options as { readonly retries?: number }).retries ?? 0;
      const failuresBefore = attempts - 1 - left;
      const { id, data: work } = job;
      await handler({
        id,
        attempt: failuresBefore + 1,
        failuresBefore,
        work,
        failure: () => new Error('as planned'),
      });
    });
    // Without this it makes one check at the start and no more. Half the interval is what its source advises.
    void queue.checkStalledJobs(address.leaseMs / 2).catch(() => {});
    return { close: () => queue.close(closeTimeoutMs) };
  },
  openInspector: async (address) => {
    const queue = await open(address, false);
    return {
      open: async () => {
        const { waiting, active, delayed } = await within(addTimeoutMs, queue.checkHealth());
        return waiting + active + delayed;
      },
      shelves: async () => {
        const failed = await queue.getJobs('failed', { size: 100_000 });
        return failed.map(({ id }) => ({ id, shelf: 'dead' as const }));
      },
      removeSchedules: async () => {},
      leakedKeys: async () => [],
      close: () => queue.close(closeTimeoutMs),
    };
  },
};

async function open({ url, name, leaseMs }: QueueAddress, isWorker: boolean): Promise<BeeQueue<PlannedTask>> {
  const { hostname: host, port } = new URL(url);
  const queue = new BeeQueue<PlannedTask>(name, {
    redis: { host, port: Number(port) },
    isWorker,
    activateDelayedJobs: isWorker,
    delayedDebounce: 100,
    stallInterval: leaseMs,
  });
  // Outages are what the proof makes.
  queue.on('error', () => {});
  await queue.ready();
  return queue;
}
