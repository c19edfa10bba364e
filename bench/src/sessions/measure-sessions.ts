/** Signs visitors in, sends them to their profiles in turns with the bare framework, and reads off what that cost. */
import {
  findExternalGenerators,
  isUnavailable,
  type LoadGenerator,
  markProcessCpu,
  runWrk,
  startLoadGenerator,
} from '@sallyport/lab/measure';
import type { Samples } from '../benchmark.ts';
import { median } from '../median.ts';
import { observeRedis } from '../redis-counters.ts';
import { type SessionServer, startSessionServer } from './session-server.ts';
import { bareOf, isWithoutSessions, keepsNothing, type SubjectName } from './subjects.ts';
import { userAgent } from './visitor.ts';
import type { VisitorHeaders } from './visitors.ts';

export interface SessionRun {
  /** Who signs in; all of them are counted in the memory. */
  readonly sessions: number;
  /** Of these, who sends the load. */
  readonly visitors: number;
  /** Of load before anything is measured. */
  readonly warmUpSeconds: number;
  /** Of one second each; as many of the bare framework. */
  readonly blocks: number;
  /** Registers what must be stopped when the measurement is over, however it ends. */
  afterwards(close: () => unknown): void;
}

const connections = 50;
/** Where wrk is missing: requests in place of a second. */
const requestsPerBlock = 5_000;

interface Block {
  readonly cpuMicros: number;
  readonly redisCpuMicros: number;
  readonly requestsPerSecond: number;
}

interface Redis {
  readonly url: string;
  readonly pid: number;
}

/** @throws Error when a request fails, or a session does not come back as it was stored */
export async function measureSessions(subject: SubjectName, redis: Redis, run: SessionRun): Promise<Samples> {
  const server = await startSessionServer(subject, redis.url);
  run.afterwards(() => server.stop());
  const bare = bareOf(subject);
  if (bare === undefined) {
    const blocks = await measureBlocks([{ server, visitors: [anonymous] }], redis, run);
    const [own = []] = blocks;
    return { cpuMicros: medianOf(own, 'cpuMicros'), requestsPerSecond: medianOf(own, 'requestsPerSecond') };
  }
  const { visitors, bytesPerSession } = isWithoutSessions(subject)
    ? { visitors: [anonymous], bytesPerSession: 0 }
    : await fill(server, redis, run);
  const check = async () => isWithoutSessions(subject) || server.check(visitors);
  await check();
  const bareServer = await startSessionServer(bare, redis.url);
  run.afterwards(() => bareServer.stop());
  const [own = [], without = []] = await measureBlocks(
    [
      { server, visitors: visitors.slice(0, run.visitors) },
      { server: bareServer, visitors: visitors.slice(0, run.visitors) },
    ],
    redis,
    run,
  );
  await check();
  return {
    // Block by block, since what slows the machine down slows both of a pair.
    addedCpuMicros: median(own.map(({ cpuMicros }, n) => cpuMicros - (without[n]?.cpuMicros ?? Number.NaN))),
    cpuMicros: medianOf(own, 'cpuMicros'),
    requestsPerSecond: medianOf(own, 'requestsPerSecond'),
    ...(keepsNothing(subject) ? {} : { redisCpuMicros: medianOf(own, 'redisCpuMicros'), bytesPerSession }),
  };
}

const anonymous: VisitorHeaders = { 'user-agent': userAgent };

async function fill(
  server: SessionServer,
  redis: Redis,
  { sessions }: SessionRun,
): Promise<{ visitors: VisitorHeaders[]; bytesPerSession: number }> {
  const observer = observeRedis(redis.url);
  try {
    // Loads the scripts and opens the connections.
    await server.signIn(100);
    await observer.empty();
    const emptyBytes = await observer.settledMemoryBytes();
    const visitors = await server.signIn(sessions);
    const bytesPerSession = ((await observer.settledMemoryBytes()) - emptyBytes) / sessions;
    return { visitors, bytesPerSession };
  } finally {
    observer.close();
  }
}

interface Loaded {
  readonly server: SessionServer;
  readonly visitors: readonly VisitorHeaders[];
}

/** Block after block, in turns. @returns the blocks of each */
async function measureBlocks(
  loaded: readonly Loaded[],
  redis: Redis,
  { blocks, warmUpSeconds, afterwards }: SessionRun,
): Promise<Block[][]> {
  const send = await loadSender(afterwards);
  for (const each of loaded) await send(each, warmUpSeconds);
  const measured: Block[][] = loaded.map(() => []);
  for (let block = 0; block < blocks; block++) {
    for (const [n, each] of loaded.entries()) {
      const mark = markProcessCpu([
        { name: 'server', pids: () => [each.server.pid] },
        { name: 'redis', pids: () => [redis.pid] },
      ]);
      if (isUnavailable(mark)) throw new Error('The CPU time of a process is read from /proc, which is not here.');
      const { requests, perSecond } = await send(each, 1);
      const [server, redisServer] = mark.since().groups;
      if (server?.complete !== true) throw new Error('The server has ended.');
      measured[n]?.push({
        cpuMicros: (server.cpuMs * 1_000) / requests,
        redisCpuMicros: ((redisServer?.cpuMs ?? Number.NaN) * 1_000) / requests,
        requestsPerSecond: perSecond,
      });
    }
  }
  return measured;
}

type SendLoad = (loaded: Loaded, seconds: number) => Promise<{ requests: number; perSecond: number }>;

/** wrk where it is, since it takes the least CPU from the server; else autocannon. */
async function loadSender(afterwards: SessionRun['afterwards']): Promise<SendLoad> {
  const { wrk } = findExternalGenerators();
  let generator: LoadGenerator | undefined;
  if (wrk === undefined) {
    generator = await startLoadGenerator();
    const started = generator;
    afterwards(() => started.stop());
  }
  return async ({ server, visitors }, seconds) => {
    const target = { url: server.profileUrl, visitors, connections };
    const result =
      wrk === undefined
        ? await generator!.closedLoop({ ...target, requests: requestsPerBlock * seconds })
        : await runWrk({ ...target, program: wrk, durationSeconds: seconds });
    const { non2xx, timeouts, errors } = result.failures;
    if (non2xx + timeouts + errors > 0) {
      throw new Error(`${non2xx} requests were refused, ${timeouts} timed out, ${errors} failed.`);
    }
    return { requests: result.succeeded, perSecond: result.requestsPerSecond };
  };
}

function medianOf(blocks: readonly Block[], figure: keyof Block): number {
  return median(blocks.map((block) => block[figure]));
}
