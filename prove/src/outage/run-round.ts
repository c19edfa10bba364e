/** One application server under 200 requests a second while Redis is killed, frozen, cut off, slow and reset. */
import { Agent, createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { type SeededRandom, seededRandom } from '@sallyport/bench/seeded-random';
import { type RedisServer, startRedis } from '@sallyport/lab/cluster';
import { createSallyport, type Sallyport } from 'sallyport';
import { withSession } from 'sallyport/node';
import { startProxy, type TestProxy } from '../../../test/proxy.ts';
import { isCoherent, type OutageMode, openRedis } from './modes.ts';
import type { OutageAnswer, OutageFault, OutagePhase, OutageRound } from './observed.ts';
import { comeAndGo, signIn, type Visitor } from './visitors.ts';

const leaseMs = 1_000;
const deadlineMs = 300;
const everyMs = 5;
const quietMs = 1_000;
const awayMs = 1_400;
/** Longer than Redis' return may go unnoticed, so that what comes too late is seen. */
const afterMs = 1_300;
const firstVisitors = 60;
const stallEveryMs = 20;
const servedWithinMs = 10_000;

export interface OutageRoundOptions {
  readonly mode: OutageMode;
  readonly faults: readonly OutageFault[];
  /** Of whom is asked for. */
  readonly seed: number;
}

export async function runOutageRound({ mode, faults, seed }: OutageRoundOptions): Promise<OutageRound> {
  const closing: (() => Promise<unknown>)[] = [];
  try {
    const redis = await startRedis({ persistence: 'aof-always' });
    closing.push(() => redis.stop());
    const proxy = await startProxy({ targetPort: redis.port });
    closing.push(() => proxy.stop());
    const opened = await openRedis(mode, `redis://127.0.0.1:${proxy.port}`, deadlineMs);
    closing.push(() => opened.close());
    const session = { coherent: isCoherent(mode) ? { leaseMs } : false, cookie: { allowInsecure: true } };
    const site = createSallyport({ redis: opened.redis, session, environment: {} });
    closing.push(() => site.close());
    // Another server, with a link of its own that stays well.
    const other = createSallyport({ redis: redis.url, session, environment: {} });
    closing.push(() => other.close());

    const visitors: Visitor[] = [];
    await Promise.all(Array.from({ length: firstVisitors }, () => signIn(other, visitors)));
    const ask = await serve(site, closing);
    const answers: OutageAnswer[] = [];
    let isOver = false;
    const running = Promise.all([
      askSteadily({ ask, visitors, answers, random: seededRandom(seed), isOver: () => isOver }),
      comeAndGo(other, visitors, () => isOver),
    ]);
    await delay(quietMs);
    const phases: OutagePhase[] = [];
    for (const fault of faults) phases.push(await breakOnce(fault, redis, proxy));
    isOver = true;
    await running;
    const staying = visitors.filter(({ endingAt }) => endingAt === undefined);
    const statuses: number[] = [];
    for (const { cookie } of staying) statuses.push(await askUntilServed(ask, cookie));
    const served = statuses.filter((status) => status === 200).length;
    return { mode, leaseMs, phases, answers, staying: { asked: statuses.length, served } };
  } finally {
    for (const close of closing.reverse()) await close();
  }
}

type Ask = (cookie: string) => Promise<number>;

/** Whether a session is still there is not told by a busy machine, on which an answer of Redis misses its deadline. */
async function askUntilServed(ask: Ask, cookie: string): Promise<number> {
  const lateAt = performance.now() + servedWithinMs;
  for (;;) {
    const status = await ask(cookie);
    if (status !== 503 || performance.now() > lateAt) return status;
    await delay(stallEveryMs);
  }
}

async function serve(site: Sallyport, closing: (() => Promise<unknown>)[]): Promise<Ask> {
  const http = createServer(
    withSession(site, (request, response) => {
      response.writeHead(request.session.isAuthenticated ? 200 : 401).end();
    }),
  );
  // A connection that is ended while a request is sent over it would look like an answer that is missing.
  http.keepAliveTimeout = 120_000;
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const agent = new Agent({ keepAlive: true });
  closing.push(async () => {
    agent.destroy();
    http.close();
  });
  const { port } = http.address() as AddressInfo;
  return (cookie) =>
    new Promise((resolve, reject) => {
      const request = get({ port, host: '127.0.0.1', agent, headers: { cookie } }, (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode ?? 0));
      });
      request.on('error', reject);
    });
}

interface Asking {
  readonly ask: Ask;
  readonly visitors: readonly Visitor[];
  readonly answers: OutageAnswer[];
  readonly random: SeededRandom;
  readonly isOver: () => boolean;
}

/** Whether or not those before have been answered. */
async function askSteadily({ ask, visitors, answers, random, isOver }: Asking): Promise<void> {
  const under = new Set<Promise<void>>();
  const stalls = watchStalls();
  async function askOne(): Promise<void> {
    const visitor = random.pick(visitors);
    const at = performance.now();
    const stalledBefore = stalls.totalMs;
    // 0: no answer, which is none of those that are promised.
    const status = await ask(visitor.cookie).catch(() => 0);
    const isStale = status === 200 && visitor.endedAt !== undefined && at > visitor.endedAt;
    answers.push({
      at,
      tookMs: performance.now() - at,
      stalledMs: stalls.totalMs - stalledBefore,
      status,
      staleMs: isStale ? at - (visitor.endedAt ?? at) : 0,
      isLeaving: visitor.endingAt !== undefined,
    });
  }
  const startedAt = performance.now();
  for (let n = 1; !isOver(); n++) {
    const asked = askOne();
    under.add(asked);
    void asked.finally(() => under.delete(asked));
    await delay(Math.max(0, startedAt + n * everyMs - performance.now()));
  }
  await Promise.all(under);
  stalls.stop();
}

/** How long this process came too late to its own timers, all in all. */
function watchStalls(): { readonly totalMs: number; stop(): void } {
  let totalMs = 0;
  let dueAt = performance.now() + stallEveryMs;
  const timer = setInterval(() => {
    const now = performance.now();
    if (now - dueAt > stallEveryMs) totalMs += now - dueAt;
    dueAt = now + stallEveryMs;
  }, stallEveryMs);
  return {
    get totalMs() {
      return totalMs;
    },
    stop: () => clearInterval(timer),
  };
}

async function breakOnce(fault: OutageFault, redis: RedisServer, proxy: TestProxy): Promise<OutagePhase> {
  const strikes: Readonly<Record<OutageFault, readonly [() => Promise<unknown>, () => Promise<unknown>]>> = {
    killed: [() => redis.kill(), () => redis.restart()],
    frozen: [() => redis.freeze(), () => redis.thaw()],
    'half-open': [async () => proxy.blackHole(), () => proxy.heal()],
    slow: [async () => proxy.delay(200), async () => proxy.delay(0)],
    reset: [() => proxy.refuse(), () => proxy.heal()],
  };
  const [strike, mend] = strikes[fault];
  const brokenAt = performance.now();
  await strike();
  await delay(awayMs);
  await mend();
  const mendedAt = performance.now();
  await delay(afterMs);
  return { fault, brokenAt, mendedAt, endedAt: performance.now() };
}
