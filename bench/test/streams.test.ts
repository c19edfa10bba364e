/** The streams benchmark itself: that it finds lost, doubled and pending events, and gives every figure. See docs/benchmarks.md. */
import { startRedis } from '@sallyport/lab/cluster';
import { Redis } from 'ioredis';
import { expect, onTestFinished, test } from 'vitest';
import { payloadOf } from '../src/queue/payload.ts';
import { Tally } from '../src/queue/tally.ts';
import { atRate } from '../src/streams/at-rate.ts';
import { catchUp, leaveBehind } from '../src/streams/measure-catch-up.ts';
import { appendGroups, measureFigure } from '../src/streams/measure-figure.ts';
import { openSallyport } from '../src/streams/sallyport.ts';
import type { OpenStream, StreamSubject } from '../src/streams/subject.ts';
import { openStream, type SubjectName } from '../src/streams/subjects.ts';

async function redisUrl(): Promise<string> {
  const redis = await startRedis();
  onTestFinished(() => redis.stop());
  return redis.url;
}

const spoiled = (spoil: (stream: StreamSubject) => Partial<StreamSubject>): OpenStream => {
  return async (url, name) => {
    const stream = await openSallyport(url, name);
    return name === 'warm-up' ? stream : { ...stream, ...spoil(stream) };
  };
};

test.each(Object.keys(openStream) as SubjectName[])(
  '%s: every figure, with each event handled once and acknowledged',
  async (subject) => {
    const take = async (figure: 'append' | 'consume' | 'latency', events: number) =>
      measureFigure(openStream[subject], { subject, figure, url: await redisUrl(), events });
    const appended = await take('append', 3_000);
    expect(appended.appendPerSecond).toBeGreaterThan(1);
    expect(appended.appendCpuMicros).toBeGreaterThan(0);
    const consumed = await take('consume', 3_000);
    expect(consumed.consumePerSecond).toBeGreaterThan(1);
    expect(consumed.consumeCpuMicros).toBeGreaterThan(0);
    const latency = await take('latency', 100);
    expect(latency.latencyP50Ms).toBeGreaterThan(0);
    expect(latency.latencyP99Ms).toBeGreaterThanOrEqual(latency.latencyP50Ms ?? Number.NaN);
  },
  60_000,
);

test.each([
  [
    'drops an event',
    spoiled((stream) => ({ appendEach: (events) => stream.appendEach(events - 1) })),
    /Of 100 events that were appended Redis has 99/,
  ],
  [
    'gives one event twice and another not at all',
    spoiled((stream) => ({
      consume: (handler) => stream.consume((event) => handler(event.n === 7 ? payloadOf(8) : event)),
    })),
    /1 had not run and 1 had run more than once/,
  ],
])('a library that %s is not measured but reported', async (_name, open, message) => {
  const request = { subject: 'sallyport', figure: 'append', url: await redisUrl(), events: 100 } as const;
  await expect(measureFigure(open, request)).rejects.toThrow(message);
});

test.each(Object.keys(openStream) as SubjectName[])(
  '%s: a group that was away gets what came meanwhile, in order and once',
  async (subject) => {
    const url = await redisUrl();
    await leaveBehind(openStream[subject], url, 20_000);
    const samples = await catchUp(openStream[subject], url, 20_000);
    expect(samples.catchUpPerSecond).toBeGreaterThan(1);
    expect(samples.heapFirstTenthMiB).toBeGreaterThan(0);
    // 18,000 events of 256 bytes lie between: kept, they would be more than this.
    expect((samples.heapLastTenthMiB ?? Number.NaN) - (samples.heapFirstTenthMiB ?? 0)).toBeLessThan(4);
    const redis = new Redis(url, { protocol: 2 });
    onTestFinished(() => redis.disconnect());
    const stream = await openStream[subject](url, 'away');
    onTestFinished(() => stream.close());
    expect(await redis.xpending(stream.key, 'bench')).toEqual([0, null, null, null]);
  },
  60_000,
);

test('a catch-up that is out of order is reported', async () => {
  const url = await redisUrl();
  await leaveBehind(openSallyport, url, 1_000);
  const swapped = spoiled((stream) => ({
    consume: (handler) =>
      stream.consume((event) => handler(event.n === 7 || event.n === 8 ? payloadOf(15 - event.n) : event)),
  }));
  await expect(catchUp(swapped, url, 1_000)).rejects.toThrow(/2 came out of order/);
});

test('heartbeat and claims run while it is measured', async () => {
  const url = await redisUrl();
  const redis = new Redis(url, { protocol: 2 });
  onTestFinished(() => redis.disconnect());
  const stream = await openSallyport(url, 'watched');
  onTestFinished(() => stream.close());
  const calls = async (command: string) =>
    Number(new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(await redis.info('commandstats'))?.[1] ?? 0);
  // Two seconds of work without a pause, as in the full measurement.
  const events = 20_000;
  await appendGroups(stream, events);
  const tally = new Tally(events);
  const consumer = stream.consume(({ n }) => {
    tally.ran(n);
    for (const until = performance.now() + 0.1; performance.now() < until; );
  });
  await tally.complete(15_000);
  await consumer.stop();
  // One renews what is held, the other looks for idle events: at the start, and then every half second.
  expect(await calls('xclaim')).toBeGreaterThan(1);
  expect(await calls('xpending')).toBeGreaterThan(2);
});

test('acts at a rate, also when it comes late', async () => {
  const acted: number[] = [];
  const startedAt = performance.now();
  await atRate({ times: 50, perSecond: 1_000 }, (n) => acted.push(n));
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(49);
  expect(acted).toEqual(Array.from({ length: 50 }, (_, n) => n));
});
