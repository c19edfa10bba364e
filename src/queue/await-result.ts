/** Waits for results of tasks by asking for all of them at once, less and less often. */
import { setTimeout as delay } from 'node:timers/promises';
import type { QueueStore } from './store.ts';

const firstPauseMs = 10;
const longestPauseMs = 500;

/** @returns `undefined` when it did not come in time @throws the signal's reason */
export async function awaitResult(
  store: Pick<QueueStore, 'results'>,
  id: string,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<unknown> {
  const lateAt = performance.now() + timeoutMs;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(longestPauseMs, pauseMs * 1.5)) {
    signal?.throwIfAborted();
    const [value] = await store.results([id]);
    if (value !== null && value !== undefined) return JSON.parse(value);
    const leftMs = lateAt - performance.now();
    if (leftMs <= 0) return undefined;
    await delay(Math.min(pauseMs, leftMs), undefined, signal === undefined ? {} : { signal });
  }
}
