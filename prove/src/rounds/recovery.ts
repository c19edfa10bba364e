/** How long it took until all went on after a fault. */
import type { StruckFault } from '../faults/strike.ts';

export interface Recovery {
  /** Longest time from the end of a fault to the next effect. */
  readonly nextEffectMs: number | undefined;
  /** Longest time from the end of a fault until what it had interrupted was begun anew. */
  readonly begunAnewMs: number | undefined;
  /** Longest time from the end of a fault until nothing was open any more, the load included. */
  readonly drainedMs: number | undefined;
}

interface RecoveryAttempt {
  readonly worker: string;
  readonly id: string;
  readonly startedAt: number;
  readonly effectAt: number | undefined;
  /** `stale`: another had it. */
  readonly told: { readonly told: string } | undefined;
}

export function measureRecovery(
  { faults, drainedAt }: { readonly faults: readonly StruckFault[]; readonly drainedAt: number | undefined },
  attempts: readonly RecoveryAttempt[],
): Recovery {
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

/** In whole milliseconds; `undefined` when there is none. */
export function longest(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((ms) => ms !== undefined);
  return known.length === 0 ? undefined : Math.round(Math.max(...known));
}
