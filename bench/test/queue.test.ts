/** The queue benchmark itself: that it finds lost and doubled work, and gives every figure. See docs/benchmarks.md. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { nodeArguments, startRedis } from '@sallyport/lab/cluster';
import { expect, onTestFinished, test } from 'vitest';
import { startFigureProcess } from '../src/queue/figure-process.ts';
import type { FigureRequest } from '../src/queue/figures.ts';
import { measureFigure } from '../src/queue/measure-figure.ts';
import { payloadOf } from '../src/queue/payload.ts';
import { percentile } from '../src/queue/percentile.ts';
import { lpushPerSecond } from '../src/queue/redis-benchmark.ts';
import { openSallyport } from '../src/queue/sallyport.ts';
import type { OpenQueue, QueueSubject } from '../src/queue/subject.ts';
import { openQueue, type SubjectName } from '../src/queue/subjects.ts';
import { Tally } from '../src/queue/tally.ts';
import type { BenchmarkResult } from '../src/result.ts';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const figureMain = new URL('../src/queue/figure-main.ts', import.meta.url);

async function redisUrl(): Promise<string> {
  const redis = await startRedis();
  onTestFinished(() => redis.stop());
  return redis.url;
}

test.each(Object.keys(openQueue) as SubjectName[])(
  '%s: every figure, with each task run once',
  async (subject) => {
    const take = async (figure: FigureRequest['figure'], tasks: number) =>
      measureFigure(openQueue[subject], { subject, figure, url: await redisUrl(), tasks });
    const added = await take('add', 500);
    const one = await take('processC1', 100);
    const hundred = await take('processC100', 1_000);
    const latency = await take('latency', 100);
    for (const rate of [added.addPerSecond, one.processPerSecondC1]) expect(rate).toBeGreaterThan(1);
    expect(hundred.processPerSecondC100).toBeGreaterThan(1);
    expect(hundred.cpuMicrosPerTask).toBeGreaterThan(0);
    expect(hundred.redisCommandsPerTask).toBeGreaterThan(0);
    expect(latency.latencyP50Ms).toBeGreaterThan(0);
    expect(latency.latencyP99Ms).toBeGreaterThanOrEqual(latency.latencyP50Ms ?? Number.NaN);
  },
  60_000,
);

const spoiled = (spoil: (queue: QueueSubject) => Partial<QueueSubject>): OpenQueue => {
  return async (url, name) => {
    const queue = await openSallyport(url, name);
    return name === 'bench' ? { ...queue, ...spoil(queue) } : queue;
  };
};

test.each([
  [
    'drops an add',
    spoiled((queue) => ({ add: async (task) => (task.n === 7 ? undefined : queue.add(task)) })),
    /100 tasks that were added Redis has 99/,
  ],
  [
    'runs one task twice and another not at all',
    spoiled((queue) => ({
      work: (concurrency, handler) => queue.work(concurrency, (task) => handler(task.n === 7 ? payloadOf(8) : task)),
    })),
    /1 had not run and 1 had run more than once/,
  ],
])('a library that %s is not measured but reported', async (_name, open, message) => {
  const request = { subject: 'sallyport', figure: 'add', url: await redisUrl(), tasks: 100 } as const;
  await expect(measureFigure(open, request)).rejects.toThrow(message);
});

test('a tally names what is missing when its time is up', async () => {
  const tally = new Tally(3);
  tally.ran(0);
  await expect(tally.complete(5)).rejects.toThrow('Of 3 tasks 2 had not run and 0 had run more than once');
  tally.ran(1);
  tally.ran(2);
  await tally.complete(5);
  tally.check();
  tally.ran(2);
  expect(() => tally.check()).toThrow('0 had not run and 1 had run more than once');
});

test('payloads have 256 bytes and percentiles are by nearest rank', () => {
  for (const n of [0, 9, 12_345, 1_000_000]) expect(Buffer.byteLength(JSON.stringify(payloadOf(n)))).toBe(256);
  const samples = Float64Array.from({ length: 100 }, (_, index) => 100 - index);
  expect([percentile(samples, 50), percentile(samples, 99), percentile(samples, 100)]).toEqual([50, 99, 100]);
});

test('what fails in the process that measures is told, and so is its death', async () => {
  const failing = startFigureProcess<FigureRequest>(figureMain);
  onTestFinished(() => failing.stop());
  const nobody: FigureRequest = { subject: 'ioredis', figure: 'add', url: 'redis://127.0.0.1:1', tasks: 1 };
  const answer = failing.take(nobody);
  await failing.stop();
  await expect(answer).rejects.toThrow(/ended with SIGKILL/);
});

test('redis-benchmark gives a rate, and its values are counted', async () => {
  const redis = await startRedis();
  onTestFinished(() => redis.stop());
  expect(await lpushPerSecond(redis.port, 2_000)).toBeGreaterThan(1);
});

test('queue-depth --quick: a million waiting tasks are all kept, each for little more than its payload', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-bench-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'depth.json');
  await promisify(execFile)(process.execPath, [...nodeArguments(), main, 'queue-depth', '--quick', '--json', file]);
  const { rows, failures } = JSON.parse(await readFile(file, 'utf8')) as BenchmarkResult;
  expect(failures).toEqual([]);
  const [small, large] = rows.filter(({ metric }) => metric === 'memoryBytesPerTask');
  // 256 bytes of payload, and no key of its own for a task.
  expect(large?.value).toBeGreaterThan(256);
  expect(large?.value).toBeLessThan(450);
  expect(small?.value).toBeLessThan(600);
  // How they compare is for the full run: in this one they are taken over some 50 ms.
  const rates = rows.filter(({ metric }) => metric !== 'memoryBytesPerTask');
  expect(rates).toHaveLength(4);
  for (const { value } of rates) expect(value).toBeGreaterThan(1);
}, 60_000);
