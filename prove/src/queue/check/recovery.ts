/** How long it took until all went on after a fault. */
import type { Attempt } from './attempts.ts';
import type { Evidence } from './evidence.ts';

export interface Recovery {
  /** Longest time from the end of a fault to the next effect. */
  readonly nextEffectMs: number | undefined;
  /** Longest time from the end of a fault until a task that it had interrupted was begun anew. */
  readonly begunAnewMs: number | undefined;
  /** Longest time from the end of a fault until the queue was empty, its load included. */
  readonly drainedMs: number | undefined;
}

export function measureRecovery({ faults, drainedAt }: Evidence, attempts: readonly Attempt[]): Recovery {
  const effects = attempts.flatMap(({ effectAt }) => (effectAt === undefined ? [] : [effectAt]));
  const nextEffect: number[] = [];
  const begunAnew: number[] = [];
  const drained: number[] = [];
  for (const { processes, from, until } of faults) {
    const next = effects.filter((at) => at > until);
    if (next.length > 0) nextEffect.push(Math.min(...next) - until);
    if (drainedAt !== undefined) drained.push(Math.max(0, drainedAt - until));
    for (const { worker, id, startedAt, told } of attempts) {
      const isInterrupted = startedAt <= from && (told === undefined || told.told === 'stale');
      if (!processes.includes(worker) || !isInterrupted) continue;
      const again = attempts.find((other) => other.id === id && other.startedAt > startedAt && other.startedAt > from);
      if (again !== undefined) begunAnew.push(Math.max(0, again.startedAt - until));
    }
  }
  return { nextEffectMs: longest(nextEffect), begunAnewMs: longest(begunAnew), drainedMs: longest(drained) };
}

function longest(times: readonly number[]): number | undefined {
  return times.length === 0 ? undefined : Math.round(Math.max(...times));
}
