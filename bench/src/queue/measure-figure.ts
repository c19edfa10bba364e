/** Takes one figure of one library, in a process that does nothing else. */
import type { Samples } from '../benchmark.ts';
import { collectGarbage } from '../collect-garbage.ts';
import { observeRedis, type RedisObserver } from '../redis-counters.ts';
import { concurrencyOf, type FigureName, type FigureRequest } from './figures.ts';
import { addAtRate, addEach, addGroups } from './load.ts';
import { percentile } from './percentile.ts';
import type { OpenQueue, QueueSubject } from './subject.ts';
import { Tally } from './tally.ts';

const deadlineMs = 60_000;
const perSecond = 500;
/** The first half second of tasks is not counted. */
const uncounted = 250;

/** @throws Error when a task was not run, or was run twice */
export async function measureFigure(open: OpenQueue, { figure, url, tasks }: FigureRequest): Promise<Samples> {
  const observer = observeRedis(url);
  try {
    // Loads the scripts and lets the compiler see every path.
    const warm = await open(url, 'warm-up');
    await addEach(warm, Math.ceil(tasks / 20));
    await drain(warm, Math.ceil(tasks / 20), concurrencyOf[figure]);
    await warm.close();
    await observer.empty();

    const queue = await open(url, 'bench');
    collectGarbage();
    const samples = await take(figure, queue, observer, tasks);
    await queue.close();
    return samples;
  } finally {
    observer.close();
  }
}

async function take(figure: FigureName, queue: QueueSubject, observer: RedisObserver, tasks: number): Promise<Samples> {
  if (figure === 'latency') return measureLatency(queue, tasks);
  if (figure === 'add') {
    const addSeconds = await secondsOf(() => addEach(queue, tasks));
    await drain(queue, tasks, concurrencyOf.add);
    return { addPerSecond: tasks / addSeconds };
  }
  const fillSeconds = await secondsOf(() => addGroups(queue, tasks));
  collectGarbage();
  const server = await observer.counters();
  const own = process.cpuUsage();
  const seconds = await drain(queue, tasks, concurrencyOf[figure]);
  const { user, system } = process.cpuUsage(own);
  const after = await observer.counters();
  if (figure === 'processC1') return { processPerSecondC1: tasks / seconds };
  if (figure === 'processC10') return { processPerSecondC10: tasks / seconds };
  return {
    addManyPerSecond: tasks / fillSeconds,
    processPerSecondC100: tasks / seconds,
    cpuMicrosPerTask: (user + system + after.cpuMicros - server.cpuMicros) / tasks,
    redisCommandsPerTask: (after.commands - server.commands) / tasks,
    redisScriptsPerTask: (after.scripts - server.scripts) / tasks,
  };
}

/** Seconds from the start of a worker until all tasks have run and Redis holds none any more. */
async function drain(queue: QueueSubject, tasks: number, concurrency: number): Promise<number> {
  const waiting = await queue.remaining();
  if (waiting !== tasks) throw new Error(`Of ${tasks} tasks that were added Redis has ${waiting}.`);
  const tally = new Tally(tasks);
  const startedAt = performance.now();
  const worker = queue.work(concurrency, async ({ n }) => tally.ran(n));
  await tally.complete(deadlineMs);
  await acknowledged(queue);
  const seconds = (performance.now() - startedAt) / 1000;
  await worker.stop();
  tally.check();
  return seconds;
}

async function measureLatency(queue: QueueSubject, tasks: number): Promise<Samples> {
  const tally = new Tally(tasks);
  const addedAt = new Float64Array(tasks);
  const latencies = new Float64Array(tasks);
  const worker = queue.work(concurrencyOf.latency, async ({ n }) => {
    latencies[n] = performance.now() - (addedAt[n] ?? Number.NaN);
    tally.ran(n);
  });
  await addAtRate(queue, { tasks, perSecond }, (n) => {
    addedAt[n] = performance.now();
  });
  await tally.complete(deadlineMs);
  await acknowledged(queue);
  await worker.stop();
  tally.check();
  const counted = latencies.subarray(Math.min(uncounted, tasks >> 1));
  return { latencyP50Ms: percentile(counted, 50), latencyP99Ms: percentile(counted, 99) };
}

async function acknowledged(queue: QueueSubject): Promise<void> {
  const lateAt = performance.now() + deadlineMs;
  for (;;) {
    const left = await queue.remaining();
    if (left === 0) return;
    if (performance.now() > lateAt) throw new Error(`${left} tasks have run but were not acknowledged.`);
  }
}

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return (performance.now() - startedAt) / 1000;
}
