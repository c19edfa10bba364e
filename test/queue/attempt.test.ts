/** What becomes of tasks when the application's own functions around the handler fail. */
import { afterEach, describe, expect, it } from 'vitest';
import { BusinessError, TemporaryError } from '../../src/failures/errors.ts';
import { memoryQueueStore } from '../../src/queue/memory.ts';
import type { ProcessOptions, QueueOptions } from '../../src/queue/options.ts';
import { createQueue, type Queue } from '../../src/queue/queue.ts';
import { listen } from '../streams/listen.ts';
import { useQueueStores } from './queue-stores.ts';

interface Order {
  readonly n: number;
}

/** As an application writes it for errors of its HTTP client, and then meets another error. */
const statusOf = (error: unknown) => (error as { response: { status: number } }).response.status;

describe('an attempt', () => {
  let queue: Queue<Order>;
  const openQueue = (options: QueueOptions<Order> = {}) => {
    queue = createQueue<Order>('orders', memoryQueueStore({ name: 'orders' }), options);
  };
  afterEach(() => queue.close({ deadlineMs: 0 }));

  it.each<[string, ProcessOptions, unknown]>([
    ['classify', { classify: (error) => (statusOf(error) === 400 ? 'business' : undefined) }, new Error('x')],
    ['backOff', { backOff: (_, error) => statusOf(error) }, new Error('x')],
    ['the message of the error', {}, Object.assign(new Error('x'), { message: { detail: 'an object' } })],
    ['the name of the error', {}, Object.assign(new Error('x'), { name: undefined })],
  ])('ends, and is tried again, when %s fails', async (_, options, thrown) => {
    openQueue();
    await queue.add({ n: 1 });
    queue.process(() => {
      throw thrown;
    }, options);
    await expect.poll(() => queue.state()).toMatchObject({ active: 0, delayed: 1, dead: 0, business: 0 });
  });

  it('ends as the class of its error says when classify fails', async () => {
    openQueue();
    await queue.add({ n: 1 });
    queue.process(
      () => {
        throw new BusinessError('no such article');
      },
      { classify: (error) => (statusOf(error) === 400 ? 'fatal' : undefined) },
    );
    await expect.poll(() => queue.state()).toMatchObject({ active: 0, business: 1 });
  });

  it('is done when what the handler returns cannot be kept, and says so', async () => {
    openQueue({ resultTtlSeconds: 60, maxPayloadBytes: 20 });
    const unstored = listen('queue.result.unstored');
    const circular: { self?: unknown } = {};
    circular.self = circular;
    const results = [{ ok: 0 }, circular, 'x'.repeat(50), 1n];
    const runs: number[] = [];
    queue.process(({ payload: { n } }) => {
      runs.push(n);
      return results[n];
    });
    const added = await queue.addMany(results.map((_, n) => ({ n })));
    await expect.poll(() => unstored.told.length).toBe(3);
    unstored.stop();
    expect(unstored.told.map(({ id }) => id)).toEqual(added.slice(1).map(({ id }) => id));
    expect(unstored.told[0]?.error).toMatchObject({ code: 'ERR_PAYLOAD' });
    expect(await queue.state()).toMatchObject({ active: 0, business: 0, dead: 0, lastMinute: { finished: 4 } });
    expect(runs).toEqual([0, 1, 2, 3]);
    expect(await Promise.all(added.map(({ id }) => queue.result(id)))).toEqual([
      { ok: 0 },
      undefined,
      undefined,
      undefined,
    ]);
  });
});

for (const { name, open } of useQueueStores()) {
  it(`a retry after what is no number is one after the back-off, in ${name}`, async () => {
    const queue = createQueue<Order>('orders', await open('orders'));
    const seen: number[] = [];
    queue.process(
      ({ payload: { n }, attempt }) => {
        seen.push(n);
        if (n === 1 && attempt === 1) throw new TemporaryError('429', { retryAfterMs: Number('Wed, 21 Oct 2026') });
      },
      { backOff: { kind: 'fixed', delayMs: 0 } },
    );
    for (let n = 1; n < 4; n++) await queue.add({ n });
    await expect.poll(() => seen.toSorted()).toEqual([1, 1, 2, 3]);
    await queue.close();
  });
}
