/** Takes one figure of one library, in a process that does nothing else. */
import type { Samples } from '../benchmark.ts';
import { collectGarbage } from '../collect-garbage.ts';
import { payloadOf } from '../queue/payload.ts';
import { percentile } from '../queue/percentile.ts';
import { Tally } from '../queue/tally.ts';
import { observeRedis, type RedisObserver } from '../redis-counters.ts';
import { atRate } from './at-rate.ts';
import type { FigureRequest } from './figures.ts';
import { type GroupWatch, watchGroup } from './group-progress.ts';
import type { OpenStream, StreamSubject } from './subject.ts';

const deadlineMs = 60_000;
const perSecond = 500;
/** The first half second of events is not counted. */
const uncounted = 250;
const fillSize = 500;

interface Watchers {
  readonly observer: RedisObserver;
  readonly group: GroupWatch;
}

/** @throws Error when an event was not handled, or was handled twice, or is not acknowledged at the end */
export async function measureFigure(open: OpenStream, { figure, url, events }: FigureRequest): Promise<Samples> {
  const watchers = { observer: observeRedis(url), group: watchGroup(url) };
  try {
    // Loads the scripts and lets the compiler see every path.
    await opened(open, url, 'warm-up', async (stream) => {
      const some = Math.ceil(events / 10);
      await stream.appendEach(some);
      await drain(stream, some, watchers);
    });
    await watchers.observer.empty();
    return await opened(open, url, 'bench', (stream) => {
      collectGarbage();
      return take[figure](stream, events, watchers);
    });
  } finally {
    watchers.observer.close();
    watchers.group.close();
  }
}

async function opened<Result>(
  open: OpenStream,
  url: string,
  name: string,
  use: (stream: StreamSubject) => Promise<Result>,
): Promise<Result> {
  const stream = await open(url, name);
  try {
    return await use(stream);
  } finally {
    await stream.close();
  }
}

const take = {
  append: async (stream: StreamSubject, events: number, watchers: Watchers): Promise<Samples> => {
    const { seconds, cpuMicros } = await timed(watchers.observer, () => stream.appendEach(events));
    await drain(stream, events, watchers);
    return { appendPerSecond: events / seconds, appendCpuMicros: cpuMicros / events };
  },
  consume: async (stream: StreamSubject, events: number, watchers: Watchers): Promise<Samples> => {
    await appendGroups(stream, events);
    collectGarbage();
    const { seconds, cpuMicros } = await drain(stream, events, watchers);
    return { consumePerSecond: events / seconds, consumeCpuMicros: cpuMicros / events };
  },
  latency: async (stream: StreamSubject, events: number, { group }: Watchers): Promise<Samples> => {
    const tally = new Tally(events);
    const appendedAt = new Float64Array(events);
    const latencies = new Float64Array(events);
    const consumer = stream.consume(({ n }) => {
      latencies[n] = performance.now() - (appendedAt[n] ?? Number.NaN);
      tally.ran(n);
    });
    const appends: Promise<unknown>[] = [];
    await atRate({ times: events, perSecond }, (n) => {
      appendedAt[n] = performance.now();
      appends.push(stream.append(payloadOf(n)));
    });
    await Promise.all(appends);
    await tally.complete(deadlineMs);
    await group.caughtUp(stream.key, deadlineMs);
    await consumer.stop();
    tally.check();
    const counted = latencies.subarray(Math.min(uncounted, events >> 1));
    return { latencyP50Ms: percentile(counted, 50), latencyP99Ms: percentile(counted, 99) };
  },
};

/** One list after the other. */
export async function appendGroups(stream: StreamSubject, events: number): Promise<void> {
  for (let from = 0; from < events; from += fillSize) {
    const size = Math.min(fillSize, events - from);
    await stream.appendMany(Array.from({ length: size }, (_, index) => payloadOf(from + index)));
  }
}

/** From the start of a consumer until every event was handled, and the group has nothing to read or to acknowledge. */
async function drain(stream: StreamSubject, events: number, { observer, group }: Watchers): Promise<Cost> {
  await group.holds(stream.key, events);
  const tally = new Tally(events);
  let stop = async () => {};
  const cost = await timed(observer, async () => {
    ({ stop } = stream.consume(({ n }) => tally.ran(n)));
    await tally.complete(deadlineMs);
    await group.caughtUp(stream.key, deadlineMs);
  });
  await stop();
  tally.check();
  return cost;
}

interface Cost {
  readonly seconds: number;
  /** Of this process and of Redis. */
  readonly cpuMicros: number;
}

async function timed(observer: RedisObserver, work: () => Promise<void>): Promise<Cost> {
  const server = await observer.counters();
  const own = process.cpuUsage();
  const startedAt = performance.now();
  await work();
  const seconds = (performance.now() - startedAt) / 1000;
  const { user, system } = process.cpuUsage(own);
  const after = await observer.counters();
  return { seconds, cpuMicros: user + system + after.cpuMicros - server.cpuMicros };
}
