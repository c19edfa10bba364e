/**
 * BullMQ at its defaults but for the lease, which is its lock, and the check for stalled jobs, which are as short as
 * ours. Completed jobs stay, so that their ids are known. A job may stall as often as ours may lose its worker.
 */
import { type Job, Queue, UnrecoverableError, Worker } from 'bullmq';
import { within } from '../../within.ts';
import { attempts, type PlannedTask } from '../plan.ts';
import type { ProofSubject, QueueAddress } from '../subject.ts';

type Payload = PlannedTask | { readonly schedule: string };

/** It has no deadline of its own for an add. */
const addTimeoutMs = 2_000;
const everyMs = 1_000;

export const bullmq: ProofSubject = {
  name: 'bullmq',
  promises: {
    keys: false,
    fences: false,
    refusals: true,
    told: false,
    schedules: true,
    business: false,
    boundedKeys: false,
  },
  isHolding: (key) => /:(?:wait|active|delayed|prioritized|paused)$/.test(key),
  openProducer: async (address) => {
    const queue = await openQueue(address);
    return {
      add: async (task) => {
        const options = { jobId: task.id, attempts, backoff: { type: 'fixed', delay: 60 }, delay: task.delayMs };
        await within(addTimeoutMs, queue.add('task', task, options));
        return 'stored';
      },
      putSchedule: async (schedule) => {
        const template = { name: 'tick', data: { schedule } };
        await within(addTimeoutMs, queue.upsertJobScheduler(schedule, { every: everyMs }, template));
      },
      close: () => queue.close(),
    };
  },
  openWorker: async (address, { concurrency, handler, tell, leaseLost }) => {
    const worker = new Worker<Payload>(
      address.name,
      (job) =>
        handler({
          id: idOf(job),
          attempt: job.attemptsStarted,
          failuresBefore: job.attemptsMade,
          work: 'schedule' in job.data ? { ...job.data, slotMs: slotOf(job) } : job.data,
          failure: (end) => (end === 'exhausted' ? new Error('as planned') : new UnrecoverableError('as planned')),
        }),
      {
        connection: connectionOf(address),
        concurrency,
        lockDuration: address.leaseMs,
        stalledInterval: address.leaseMs,
        maxStalledCount: 100,
      },
    );
    worker.on('completed', (job) => tell('done', idOf(job)));
    worker.on('failed', (job, error) => {
      if (job === undefined) return;
      const isOver = error instanceof UnrecoverableError || job.attemptsMade >= attempts;
      tell(isOver ? 'buried' : 'retried', idOf(job));
    });
    worker.on('error', ({ message }) => {
      const refused = /(?:Missing lock|Lock mismatch) for job (\S+?)\.? /.exec(`${message} `)?.[1];
      if (refused !== undefined) tell('stale', refused);
    });
    worker.on('lockRenewalFailed', leaseLost);
    await worker.waitUntilReady();
    return { close: () => worker.close() };
  },
  openInspector: async (address) => {
    const queue = await openQueue(address);
    return {
      open: async () => {
        const counts = await queue.getJobCounts('wait', 'active', 'delayed', 'prioritized');
        return Object.values(counts).reduce((sum, count) => sum + count, 0);
      },
      shelves: async () => (await queue.getFailed(0, -1)).map((job) => ({ id: idOf(job), shelf: 'dead' as const })),
      removeSchedules: async (names) => {
        for (const name of names) await queue.removeJobScheduler(name);
      },
      leakedKeys: async () => [],
      close: () => queue.close(),
    };
  },
};

async function openQueue(address: QueueAddress): Promise<Queue<Payload>> {
  const queue = new Queue<Payload>(address.name, { connection: connectionOf(address) });
  // Outages are what the proof makes.
  queue.on('error', () => {});
  await queue.waitUntilReady();
  return queue;
}

function connectionOf({ url }: QueueAddress): { host: string; port: number } {
  const { hostname: host, port } = new URL(url);
  return { host, port: Number(port) };
}

/** Its id is `repeat:<name>:<slot>`. */
function slotOf(job: Job<Payload>): number {
  return Number(idOf(job).split(':').at(-1));
}

function idOf(job: Job<Payload>): string {
  return job.id ?? '';
}
