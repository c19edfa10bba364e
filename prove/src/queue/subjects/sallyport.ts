import { subscribe } from 'node:diagnostics_channel';
import { BusinessError, FatalError, TemporaryError } from 'sallyport/queue';
import { openApp } from '../../rounds/open-app.ts';
import type { Told } from '../ledger-entry.ts';
import { attempts, type PlannedTask, type TaskEnd } from '../plan.ts';
import type { ProofSubject, QueueAddress } from '../subject.ts';

type Payload = PlannedTask | { readonly schedule: string };

const everyMs = 1_000;

/** Keys that may be there when a queue has drained: of bounded size, or with a time to live; see docs/redis-keys.md. */
const bounded = /:(?:counters|wake|dead|dead:times|business|business:times)$/;
const holding = /:(?:waiting(?::-?\d+)?|group:.*|delayed|debounced|active:.*)$/;
const withTimeToLive = /:(?:rates|rate|id:.*|result:.*|progress:.*)$/;

export const sallyport: ProofSubject = {
  name: 'sallyport',
  promises: {
    keys: true,
    fences: true,
    refusals: true,
    told: true,
    schedules: true,
    business: true,
    boundedKeys: true,
  },
  isHolding: (key) => holding.test(key),
  openProducer: async (address) => {
    const { queue, close } = await open(address);
    return {
      add: async (task) => {
        const { id, key, delayMs } = task;
        const { outcome } = await queue.add(task, {
          id,
          attempts,
          ...(key === undefined ? {} : { key }),
          ...(delayMs === 0 ? {} : { delaySeconds: delayMs / 1000 }),
        });
        return outcome;
      },
      putSchedule: (schedule) =>
        queue.schedules.put(schedule, { everySeconds: everyMs / 1_000, payload: { schedule } }),
      close,
    };
  },
  openWorker: async (address, { concurrency, handler, tell, leaseLost }) => {
    for (const told of ['done', 'retried', 'buried', 'cancelled', 'stale'] satisfies Told[]) {
      subscribe(`sallyport:queue.task.${told}`, (message) => tell(told, (message as { id: string }).id));
    }
    subscribe('sallyport:queue.lease.lost', leaseLost);
    const { queue, close } = await open(address);
    const worker = queue.process(
      ({ id, payload, attempt, fence, failures, addedAt }) => {
        const work = 'schedule' in payload ? { ...payload, slotMs: slotOf(addedAt) } : payload;
        return handler({ id, attempt, fence, failuresBefore: failures.length, work, failure: errorOf });
      },
      // More losses than a round can have: that a task is given up for them is not what is proved here.
      {
        concurrency,
        attempts,
        leaseMs: address.leaseMs,
        maxLosses: 100,
        backOff: { kind: 'fixed', delayMs: 60, jitter: 0.5 },
      },
    );
    return {
      close: async () => {
        await worker.close({ deadlineMs: 5_000 });
        await close();
      },
    };
  },
  openInspector: async (address) => {
    const { queue, redis, close } = await open(address);
    return {
      open: async () => {
        const { waiting, delayed, active } = await queue.state();
        return waiting + delayed + active;
      },
      shelves: async () => {
        const dead = await queue.deadLetters.list({ limit: 100_000 });
        const business = await queue.businessErrors.list({ limit: 100_000 });
        return [
          ...dead.map(({ id }) => ({ id, shelf: 'dead' as const })),
          ...business.map(({ id }) => ({ id, shelf: 'business' as const })),
        ];
      },
      removeSchedules: async (names) => {
        for (const name of names) await queue.schedules.remove(name);
      },
      leakedKeys: async () => {
        const keys = (await redis.command(['KEYS', '*'])) as string[];
        const leaked: string[] = [];
        for (const key of keys) {
          if (bounded.test(key)) continue;
          if (withTimeToLive.test(key) && Number(await redis.command(['PTTL', key])) !== -1) continue;
          leaked.push(key);
        }
        return leaked;
      },
      close,
    };
  },
};

async function open(address: QueueAddress) {
  const { app, redis } = await openApp(address);
  return { queue: app.queue<Payload>(address.name), redis, close: () => app.close() };
}

/** The task bears the time at which the worker drew it up, which may be a little before Redis found it due. */
function slotOf(addedAt: Date): number {
  const earlyMs = 50;
  return Math.floor((addedAt.getTime() + earlyMs) / everyMs) * everyMs;
}

function errorOf(end: TaskEnd): Error {
  if (end === 'business') return new BusinessError('as planned');
  return end === 'fatal' ? new FatalError('as planned') : new TemporaryError('as planned');
}
