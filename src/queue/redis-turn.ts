/** A turn of a worker as arguments of its script, and what the script answers; see work.lua. */
import type { RedisReply } from '../redis/port.ts';
import { wholeMs } from './redis-tasks.ts';
import type { Completion, QueueOrder, TakenTask, Turn, TurnOutcome } from './store.ts';

/** @param number Rises from turn to turn, so that one that arrives twice or late is known. */
export function turnArguments(turn: Turn, number: number): string[] {
  const { worker, joins, leaseMs, want, order, rate, maxLosses, completions, known } = turn;
  const args = [worker, wholeMs(leaseMs), joins ? '1' : '0', String(want), popOf(order)];
  args.push(String(rate?.everyMs ?? 0), String(rate?.burst ?? 0), String(maxLosses), known === undefined ? '0' : '1');
  args.push(String(number), String(known?.length ?? 0));
  for (const fence of known ?? []) args.push(String(fence));
  const plain: string[] = [];
  const others: string[] = [];
  for (const completion of completions) {
    if (isPlainDone(completion)) plain.push(String(completion.fence));
    else pushCompletion(others, completion);
  }
  args.push(String(plain.length));
  for (const fence of plain) args.push(fence);
  for (const argument of others) args.push(argument);
  return args;
}

export function popOf(order: QueueOrder): 'LPOP' | 'RPOP' {
  return order === 'fifo' ? 'LPOP' : 'RPOP';
}

function isPlainDone(completion: Completion): boolean {
  if (completion.kind !== 'done') return false;
  const { key, uniqueId, cancelledId, result } = completion;
  return key === undefined && uniqueId === undefined && cancelledId === undefined && result === undefined;
}

function pushCompletion(args: string[], completion: Completion): void {
  const { kind, fence } = completion;
  args.push(kind, String(fence));
  if (kind === 'done') {
    const { key = '', uniqueId = '', retainMs = 0, cancelledId = '', result } = completion;
    args.push(key, uniqueId, wholeMs(retainMs), cancelledId);
    // A life of 0 would be an error of SET.
    args.push(result?.id ?? '', wholeMs(Math.max(1, result?.ttlMs ?? 1)), result?.value ?? '');
  } else if (kind === 'retry') {
    args.push(completion.key ?? '', wholeMs(completion.delayMs), completion.envelope);
  } else if (kind === 'bury') {
    const { key = '', uniqueId = '', retainMs = 0, shelf, id, record } = completion;
    args.push(key, uniqueId, wholeMs(retainMs), shelf, id, record.split('\n', 1)[0] ?? '');
  }
}

export function turnOutcome([lost, ...rest]: readonly RedisReply[]): TurnOutcome {
  if (lost === 1) return { lost: true };
  const [first, nextDueMs, rateWaitMs, paused, left, recovered, held, cancelledIds, dueSchedules, envelopes] = rest;
  const firstFence = Number(first);
  return {
    lost: false,
    tasks: (envelopes as string[]).map((envelope, index) => ({ fence: firstFence + index, envelope })),
    held: heldTasks(held as string[]),
    nextDueMs: Number(nextDueMs) < 0 ? undefined : Number(nextDueMs),
    rateWaitMs: Number(rateWaitMs),
    paused: paused === 1,
    left: Number(left),
    recovered: Number(recovered),
    cancelledIds: cancelledIds as string[],
    dueSchedules: dueSchedules as string[],
  };
}

/** In the order in which they were taken. */
function heldTasks(flat: readonly string[]): TakenTask[] {
  const tasks: TakenTask[] = [];
  for (let index = 0; index < flat.length; index += 2) {
    tasks.push({ fence: Number(flat[index]), envelope: flat[index + 1] ?? '' });
  }
  return tasks.sort((a, b) => a.fence - b.fence);
}
