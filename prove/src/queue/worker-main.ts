/** A worker of a round: does what its tasks say, writes down what happens, and breaks itself where the plan says. */
import { setTimeout as delay } from 'node:timers/promises';
import { OwnStrikes } from '../faults/own-strikes.ts';
import { openLedger } from '../ledger.ts';
import { stageOrders } from '../rounds/stage-child.ts';
import type { QueueEntry } from './ledger-entry.ts';
import type { WorkerOrders } from './orders.ts';
import { attempts, type PlannedTask } from './plan.ts';
import type { ProofAttempt } from './subject.ts';
import { loadSubject } from './subjects.ts';

const { subject, queue, url, ledger: file, concurrency, strikes } = stageOrders<WorkerOrders>();
const ledger = openLedger<QueueEntry>(file, { synced: false });
const own = new OwnStrikes(strikes, ledger);
let started = 0;
let running = 0;

function failureOf(task: PlannedTask, failuresBefore: number): PlannedTask['end'] | undefined {
  if (task.end === 'fatal' || task.end === 'business') return task.end;
  const failures = task.end === 'exhausted' ? attempts : task.failures;
  return failuresBefore < failures ? 'exhausted' : undefined;
}

async function handle({ id, attempt, fence, failuresBefore, work, failure }: ProofAttempt): Promise<void> {
  if ('schedule' in work) {
    ledger.write({ event: 'tick', id, ...work });
    return;
  }
  const mark = { id, attempt, ...(fence === undefined ? {} : { fence }) };
  const number = ++started;
  ledger.write({ event: 'started', ...mark });
  own.at('taken', number);
  if (work.workMs > 0) await delay(work.workMs);
  own.at('working', number);
  const fails = failureOf(work, failuresBefore);
  if (fails !== undefined) {
    ledger.write({ event: 'threw', ...mark });
    throw failure(fails);
  }
  ledger.write({ event: 'effect', ...mark });
  own.at('effect', number);
  if (work.tailMs > 0) await delay(work.tailMs);
  ledger.write({ event: 'returned', ...mark });
  own.at('telling', number);
}

const worker = await (await loadSubject(subject)).openWorker(
  { ...queue, url },
  {
    concurrency,
    handler: async (attempt) => {
      running++;
      try {
        await handle(attempt);
      } finally {
        running--;
      }
    },
    tell: (told, id) => ledger.write({ event: told, id }),
    leaseLost: () => ledger.write({ event: 'lease-lost' }),
  },
);
ledger.write({ event: 'ready' });

process.once('SIGTERM', async () => {
  await worker.close();
  // Handlers of tasks that have become another's are nobody's, and still run.
  while (running > 0) await delay(5);
  ledger.write({ event: 'closed' });
  process.exit(0);
});
