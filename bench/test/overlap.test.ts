import { expect, test } from 'vitest';
import { Overlap } from '../src/races/overlap.ts';

test('the slow request holds until the other has been answered, however long that takes', async () => {
  const overlap = new Overlap({ holdMs: 1, patienceMs: 60_000 });
  const meeting = overlap.expect();
  let over = false;
  const held = overlap.hold().then(() => {
    over = true;
  });
  await meeting.arrived;
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setTimeout(resolve, 1));
  expect(over).toBe(false);
  meeting.release();
  await held;
  expect(over).toBe(true);
});

test('it holds for its time even when the other was answered at once', async () => {
  const overlap = new Overlap({ holdMs: 30 });
  const meeting = overlap.expect();
  const before = performance.now();
  const held = overlap.hold();
  meeting.release();
  await held;
  expect(performance.now() - before).toBeGreaterThan(28);
});

test('a store that makes the other wait for the slow one does not deadlock', async () => {
  const overlap = new Overlap({ holdMs: 1, patienceMs: 5 });
  overlap.expect();
  await overlap.hold();
});

test('a slow request that nobody expected is an error', async () => {
  const overlap = new Overlap({ holdMs: 1 });
  overlap.expect().release();
  await overlap.hold();
  await expect(overlap.hold()).rejects.toThrow(/nobody expected/);
});
