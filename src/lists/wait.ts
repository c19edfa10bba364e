/** How long a pop waits, what it does meanwhile, and what ends it. */
import { performance } from 'node:perf_hooks';
import { onAbort } from './on-abort.ts';
import type { Wait } from './options.ts';
import type { ListSource, ListStore, TakenValues } from './store.ts';

/**
 * @param asksFirst false: there is reason to think that Redis is away, which a wait goes through and a take does not
 * @returns `undefined` after the time
 */
export async function takeOrWait(
  store: ListStore,
  sources: readonly ListSource[],
  count: number,
  wait: Wait,
  asksFirst = true,
): Promise<TakenValues | undefined> {
  const { timeoutMs, isEndless, onIdle, signal } = wait;
  const startedAt = performance.now();
  signal?.throwIfAborted();
  if (asksFirst) {
    // Most often there is a value, and nothing has to be set up for a wait.
    const taken = await store.take(sources, count);
    if (taken !== undefined) return taken;
  }
  if (timeoutMs === undefined) return undefined;
  for (;;) {
    const spentMs = isEndless ? 0 : performance.now() - startedAt;
    const limits = { timeoutMs: Math.max(1, Math.ceil(timeoutMs - spentMs)), signal };
    const outcome = await store.takeWhenThere(sources, count, limits);
    if (outcome.status === 'taken') return outcome;
    const unavailable = outcome.status === 'unavailable' ? outcome.error : undefined;
    if (!isEndless && unavailable !== undefined) throw unavailable;
    if (onIdle !== undefined) {
      await orAborted(async () => onIdle({ waitedMs: performance.now() - startedAt, unavailable }), signal);
    }
    if (!isEndless) return undefined;
  }
}

/** Does not wait for what has begun when the signal is aborted. */
function orAborted<Result>(begin: () => Promise<Result>, signal: AbortSignal | undefined): Promise<Result> {
  if (signal === undefined) return begin();
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const forget = onAbort(signal, () => reject(signal.reason));
    begin().then(resolve, reject).finally(forget);
  });
}
