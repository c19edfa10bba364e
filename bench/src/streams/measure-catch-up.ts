/** A group that was away while events were appended, and the memory of the process in which it catches up. */
import type { Samples } from '../benchmark.ts';
import { collectGarbage } from '../collect-garbage.ts';
import { payloadOf } from '../queue/payload.ts';
import { Tally } from '../queue/tally.ts';
import { watchGroup } from './group-progress.ts';
import { appendGroups } from './measure-figure.ts';
import type { OpenStream } from './subject.ts';
import type { SubjectName } from './subjects.ts';

/** Travels to the process that measures, as JSON. The parts have processes of their own. */
export interface CatchUpRequest {
  readonly part: 'leave behind' | 'catch up';
  readonly subject: SubjectName;
  readonly url: string;
  readonly events: number;
}

const streamName = 'away';
const deadlineMs = 240_000;
const mebibyte = 1024 * 1024;

/** Lets the group handle one event, and appends the others when its consumer has gone. */
export async function leaveBehind(open: OpenStream, url: string, events: number): Promise<void> {
  const group = watchGroup(url);
  const stream = await open(url, streamName);
  try {
    const first = new Tally(1);
    await stream.append(payloadOf(0));
    const consumer = stream.consume(({ n }) => first.ran(n));
    await first.complete(deadlineMs);
    await group.caughtUp(stream.key, deadlineMs);
    await consumer.stop();
    await appendGroups(stream, events);
    await group.holds(stream.key, events + 1);
  } finally {
    group.close();
    await stream.close();
  }
}

/** @throws Error when an event is missed, comes twice or out of order, or is not acknowledged at the end */
export async function catchUp(open: OpenStream, url: string, events: number): Promise<Samples> {
  const group = watchGroup(url);
  const stream = await open(url, streamName);
  try {
    const tally = new Tally(events);
    const tenth = Math.floor(events / 10);
    const sampled = Math.max(1, Math.floor(events / 100));
    const highestRss = { first: 0, last: 0 };
    const heap = { first: Number.NaN, last: Number.NaN };
    let expected = 0;
    let outOfOrder = 0;
    const startedAt = performance.now();
    let firstTenthAt = Number.NaN;
    let lastTenthAt = Number.NaN;
    let endedAt = Number.NaN;
    const consumer = stream.consume(({ n }) => {
      tally.ran(n);
      if (n !== expected++) outOfOrder++;
      const part = n < tenth ? 'first' : n >= events - tenth ? 'last' : undefined;
      if (part !== undefined && n % sampled === 0) {
        highestRss[part] = Math.max(highestRss[part], process.memoryUsage.rss());
      }
      if (n === tenth - 1) firstTenthAt = performance.now();
      if (n === events - tenth) lastTenthAt = performance.now();
      if (n === tenth) heap.first = liveHeapBytes();
      if (n === events - 1) {
        endedAt = performance.now();
        heap.last = liveHeapBytes();
      }
    });
    await tally.complete(deadlineMs);
    await group.caughtUp(stream.key, deadlineMs);
    await consumer.stop();
    tally.check();
    if (outOfOrder > 0) throw new Error(`Of ${events} events ${outOfOrder} came out of order.`);
    return {
      catchUpPerSecond: (events * 1000) / (endedAt - startedAt),
      firstTenthPerSecond: (tenth * 1000) / (firstTenthAt - startedAt),
      lastTenthPerSecond: (tenth * 1000) / (endedAt - lastTenthAt),
      heapFirstTenthMiB: heap.first / mebibyte,
      heapLastTenthMiB: heap.last / mebibyte,
      rssFirstTenthMiB: highestRss.first / mebibyte,
      rssLastTenthMiB: highestRss.last / mebibyte,
    };
  } finally {
    group.close();
    await stream.close();
  }
}

/** What is still reachable. */
function liveHeapBytes(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}
