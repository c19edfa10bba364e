/** Fills a Redis with sessions, uses them, and reads off what that cost. */
import { collectGarbage } from '../collect-garbage.ts';
import type { RedisObserver } from '../redis-counters.ts';
import type { Layout, OpenedVisitor } from './layout.ts';
import { pageOf, visitorRecord } from './visitor-record.ts';

/** Requests under way at a time, so that costs are shared as they are on a busy server. */
const parallel = 32;
const cartLines = 3;
/** Enough for a count that is the same at each. */
const countedSessions = 50;

export interface LayoutFigures {
  readonly bytesPerSession: number;
  readonly bytesPerSmallSession: number;
  readonly readMicros: number;
  readonly changeOneFieldMicros: number;
  readonly roundTripsRead: number;
  readonly roundTripsChange: number;
  readonly commandsRead: number;
  readonly commandsChange: number;
}

/** @param sessions How many sessions there are. @throws Error when a session does not come back as it was stored */
export async function measureLayout(
  layout: Layout,
  observer: RedisObserver,
  { sessions }: { sessions: number },
): Promise<LayoutFigures> {
  // Loads the scripts, opens buffers and lets the compiler see every path.
  const warmUp = await fill(layout, Math.ceil(sessions / 5), cartLines);
  await changeAll(await openAll(layout, warmUp));
  await observer.empty();

  const counts = await countSteps(layout, observer);
  await observer.empty();

  const emptyBytes = await observer.settledMemoryBytes();
  const ids = await fill(layout, sessions, cartLines);
  const bytesPerSession = ((await observer.settledMemoryBytes()) - emptyBytes) / sessions;
  let opened: OpenedVisitor[] = [];
  const readMicros = await cpuMicros(observer, async () => {
    opened = await openAll(layout, ids);
  });
  const changeMicros = await cpuMicros(observer, () => changeAll(opened));
  await verify(layout, ids);
  await observer.empty();

  const emptyAgainBytes = await observer.settledMemoryBytes();
  await fill(layout, sessions, 0);
  const bytesPerSmallSession = ((await observer.settledMemoryBytes()) - emptyAgainBytes) / sessions;

  return {
    bytesPerSession,
    bytesPerSmallSession,
    readMicros: readMicros / sessions,
    changeOneFieldMicros: changeMicros / sessions,
    ...counts,
  };
}

/** One request after the other, so that each read of the server is one round trip. */
async function countSteps(
  layout: Layout,
  observer: RedisObserver,
): Promise<Pick<LayoutFigures, 'roundTripsRead' | 'roundTripsChange' | 'commandsRead' | 'commandsChange'>> {
  const ids = await fill(layout, countedSessions, cartLines);
  const before = await observer.counters();
  const opened: OpenedVisitor[] = [];
  for (const id of ids) opened.push(await openOne(layout, id));
  const read = await observer.counters();
  for (const [index, visitor] of opened.entries()) await visitor.changePage(pageOf(index + 1));
  const changed = await observer.counters();
  return {
    roundTripsRead: (read.reads - before.reads) / ids.length,
    roundTripsChange: (changed.reads - read.reads) / ids.length,
    commandsRead: (read.commands - before.commands) / ids.length,
    commandsChange: (changed.commands - read.commands) / ids.length,
  };
}

/** CPU time that this process and the server spend on some work. */
async function cpuMicros(observer: RedisObserver, work: () => Promise<unknown>): Promise<number> {
  collectGarbage();
  const server = await observer.counters();
  const own = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(own);
  return user + system + (await observer.counters()).cpuMicros - server.cpuMicros;
}

async function fill(layout: Layout, count: number, lines: number): Promise<string[]> {
  const ids: string[] = [];
  await inParallel(count, async (index) => {
    ids[index] = await layout.create(visitorRecord(index, lines));
  });
  return ids;
}

async function openAll(layout: Layout, ids: readonly string[]): Promise<OpenedVisitor[]> {
  const opened: OpenedVisitor[] = [];
  await inParallel(ids.length, async (index) => {
    opened[index] = await openOne(layout, ids[index]!);
  });
  return opened;
}

async function openOne(layout: Layout, id: string): Promise<OpenedVisitor> {
  const visitor = await layout.open(id);
  if (visitor === undefined) throw new Error('A session that was just stored is not there.');
  return visitor;
}

function changeAll(opened: readonly OpenedVisitor[]): Promise<void> {
  return inParallel(opened.length, (index) => opened[index]!.changePage(pageOf(index + 1)));
}

/** The figures count for nothing if the sessions are not what they should be. */
async function verify(layout: Layout, ids: readonly string[]): Promise<void> {
  await inParallel(ids.length, async (index) => {
    const { userId, data } = await openOne(layout, ids[index]!);
    const expected = visitorRecord(index, cartLines);
    const right =
      userId === expected.userId &&
      data.page === pageOf(index + 1) &&
      JSON.stringify(data.cart) === JSON.stringify(expected.data.cart);
    if (!right) throw new Error('A session came back other than it was stored.');
  });
}

async function inParallel(count: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: parallel }, worker));
}
