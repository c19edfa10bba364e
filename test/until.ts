/** Waits for what a test cannot be told of; usable in tests that run side by side, as `expect.poll` is not. */
import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';

/** Resolves when `read` answers `expected`; fails with the difference when it does not in time. */
export async function until<Value>(
  read: () => Value | Promise<Value>,
  expected: Awaited<Value>,
  timeoutMs = 10_000,
): Promise<void> {
  const lateAt = performance.now() + timeoutMs;
  for (;;) {
    const value = await read();
    if (isDeepStrictEqual(value, expected)) return;
    if (performance.now() > lateAt) return expect(value).toEqual(expected);
    await delay(2);
  }
}
