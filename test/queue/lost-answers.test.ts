/** What a worker does when the answers to its turns do not arrive. */
import { RedisUnavailableError } from 'sallyport/redis';
import { expect, it } from 'vitest';
import { memoryQueueStore } from '../../src/queue/memory.ts';
import { createQueue } from '../../src/queue/queue.ts';

it('a worker takes no more while it does not know what it has', async ({ onTestFinished }) => {
  const store = memoryQueueStore({ name: 'tasks' });
  let lost = 0;
  const lossy = {
    ...store,
    turn: async (turn: Parameters<typeof store.turn>[0]) => {
      const outcome = await store.turn(turn);
      // As with an answer that takes longer than the deadline: what it brings is taken, and nobody learns of it.
      if (lost++ < 4) throw new RedisUnavailableError('deadline', 'no answer');
      return outcome;
    },
  };
  const queue = createQueue<number>('tasks', lossy);
  onTestFinished(() => queue.close({ deadlineMs: 0 }));
  const payloads = Array.from({ length: 500 }, (_, n) => n);
  await queue.addMany(payloads);
  const seen: number[] = [];
  const active: number[] = [];
  queue.process(({ payload }) => void seen.push(payload), { concurrency: 10, prefetch: 20 });
  while (lost < 4) {
    active.push((await store.state()).active);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  expect(Math.max(...active)).toBe(30);
  await expect.poll(() => seen.length, { timeout: 5_000 }).toBe(500);
  expect(seen).toEqual(payloads);
  await expect.poll(async () => (await store.state()).active).toBe(0);
});
