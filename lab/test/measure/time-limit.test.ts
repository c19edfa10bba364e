import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { timeLimit } from '../../src/measure/time-limit.ts';

test('ends by time, and still does after garbage was collected', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const limit = timeLimit(60, new AbortController().signal);
  const ended = new Promise<void>((resolve) => limit.signal.addEventListener('abort', () => resolve(), { once: true }));
  collect();
  await ended;
  expect([limit.isOver, (limit.signal.reason as Error).name]).toEqual([true, 'TimeoutError']);
});

test('ends by the other signal, with its reason, also when that was aborted before', () => {
  const outer = new AbortController();
  const limit = timeLimit(60_000, outer.signal);
  outer.abort(new Error('interrupted'));
  expect([limit.signal.aborted, limit.isOver, (limit.signal.reason as Error).message]).toEqual([
    true,
    false,
    'interrupted',
  ]);
  limit.release();
  const late = timeLimit(60_000, outer.signal);
  expect(late.signal.aborted).toBe(true);
  late.release();
});

test('does nothing after its release', async () => {
  const outer = new AbortController();
  const limit = timeLimit(1, outer.signal);
  limit.release();
  outer.abort();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(limit.signal.aborted).toBe(false);
});
