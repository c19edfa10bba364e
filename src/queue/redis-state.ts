import { slotKeys } from '../redis/keys.ts';
import type { RedisPort, RedisReply } from '../redis/port.ts';
import { stateScript } from './redis-scripts.ts';
import type { QueueState, WorkerState } from './store.ts';

export async function redisState(redis: RedisPort, base: string): Promise<QueueState> {
  const reply = (await redis.run(stateScript, slotKeys(base), [])) as RedisReply[];
  const [now, waiting, delayed, dead, business, paused, oldestAt, added, finished, retried, flat] = reply;
  const workers = workerStates(flat as RedisReply[], Number(now));
  return {
    waiting: Number(waiting),
    delayed: Number(delayed),
    active: workers.reduce((sum, { active }) => sum + active, 0),
    dead: Number(dead),
    business: Number(business),
    paused: paused === 1,
    workers,
    oldestAt: oldestAt === '' ? undefined : Number(oldestAt),
    now: Number(now),
    lastMinute: { added: Number(added), finished: Number(finished), retried: Number(retried) },
  };
}

function workerStates(flat: readonly RedisReply[], now: number): WorkerState[] {
  const workers: WorkerState[] = [];
  for (let index = 0; index < flat.length; index += 3) {
    const [worker, leaseEnds, active] = flat.slice(index, index + 3);
    workers.push({ worker: String(worker), active: Number(active), leaseLeftMs: Number(leaseEnds) - now });
  }
  return workers;
}
