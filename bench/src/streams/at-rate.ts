import { setTimeout as delay } from 'node:timers/promises';

/** Acts at a rate, whatever becomes of what it began. Resolves when the last one has been begun. */
export async function atRate(
  { times, perSecond }: { readonly times: number; readonly perSecond: number },
  act: (n: number) => void,
): Promise<void> {
  const startedAt = performance.now();
  for (let n = 0; n < times; n++) {
    const dueInMs = startedAt + (n * 1000) / perSecond - performance.now();
    if (dueInMs > 0) await delay(dueInMs);
    act(n);
  }
}
