/** A steady 200 requests a second while Redis is killed, frozen, cut off and slow: who is told what, and when. */
import { Agent, createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { createClient } from 'redis';
import { createSallyport } from 'sallyport';
import { withSession } from 'sallyport/node';
import { fromNodeRedis } from 'sallyport/redis';
import { describe, expect, it } from 'vitest';
import { startProxy } from '../proxy.ts';
import { type OpenedPort, redisClients } from '../redis-clients.ts';
import { useRedisServer } from '../redis-server.ts';
import { useClosing } from './coherent-subject.ts';

const server = useRedisServer({ persistence: 'aof-always' });
const closing = useClosing();
const leaseMs = 1_000;
const deadlineMs = 300;
const everyMs = 5;

/** One session as those know it who open and end sessions. */
interface Visitor {
  readonly cookie: string;
  end(): Promise<void>;
  /** From the call on, nobody can say; it stays so when the answer never comes. */
  endingAt: number | undefined;
  endedAt: number | undefined;
}

interface Answer {
  readonly at: number;
  readonly tookMs: number;
  readonly status: number;
}

interface Phase {
  readonly name: string;
  begin(): Promise<unknown>;
  end(): Promise<unknown>;
}

function statusOf(port: number, agent: Agent, cookie: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = get({ port, host: '127.0.0.1', agent, headers: { cookie } }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
    });
    request.on('error', reject);
  });
}

/** How fast a client of the application comes back is up to its options: these try as often as a client of ours. */
async function openNodeRedis(url: string): Promise<OpenedPort> {
  const socket = { reconnectStrategy: () => 200 };
  const client = createClient({ url, socket });
  client.on('error', () => {});
  await client.connect();
  return { redis: fromNodeRedis(client, { deadlineMs }), close: async () => client.destroy() };
}

const openIoredis = (url: string) => redisClients[0]!.open(url, deadlineMs);

describe('sessions while Redis is away', () => {
  it.each([
    { mode: 'coherent, ioredis', coherent: { leaseMs }, open: openIoredis },
    { mode: 'coherent, node-redis', coherent: { leaseMs }, open: openNodeRedis },
    { mode: 'from Redis, ioredis', coherent: false, open: openIoredis },
  ])(
    '$mode: no 401, no request over a second, nothing older than the lease, and everybody is still there',
    async ({ coherent, open }) => {
      const proxy = await startProxy({ targetPort: server.port });
      const opened = await open(`redis://127.0.0.1:${proxy.port}`);
      const environment = {};
      const cookie = { allowInsecure: true };
      const sallyport = createSallyport({ redis: opened.redis, session: { coherent, cookie }, environment });
      // Another server, with a link of its own that stays well.
      const other = createSallyport({ redis: server.url, session: { coherent, cookie }, environment });
      const http = createServer(
        withSession(sallyport, (request, response) => {
          response.writeHead(request.session.isAuthenticated ? 200 : 401).end();
        }),
      );
      await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
      const agent = new Agent({ keepAlive: true });
      const { port } = http.address() as AddressInfo;
      closing.push(async () => {
        agent.destroy();
        http.close();
        await Promise.all([sallyport.close(), other.close()]);
        await opened.close();
        await proxy.stop();
      });

      const visitors: Visitor[] = [];
      async function signIn(): Promise<void> {
        const session = await other.sessions.login(undefined, { userId: '7' });
        visitors.push({
          cookie: `session=${session.id}`,
          end: () => session.end(),
          endingAt: undefined,
          endedAt: undefined,
        });
      }
      await Promise.all(Array.from({ length: 60 }, signIn));

      const answers: Answer[] = [];
      const wrong: string[] = [];
      let oldestMs = 0;
      let isOver = false;
      const under = new Set<Promise<void>>();
      async function ask(): Promise<void> {
        const visitor = visitors[Math.floor(Math.random() * visitors.length)]!;
        const at = performance.now();
        const status = await statusOf(port, agent, visitor.cookie);
        answers.push({ at, tookMs: performance.now() - at, status });
        if (status === 200 && visitor.endedAt !== undefined && at > visitor.endedAt) {
          oldestMs = Math.max(oldestMs, at - visitor.endedAt);
        }
        if (status === 401 && visitor.endingAt === undefined) wrong.push('a visitor who never left was sent away');
        if (![200, 401, 503].includes(status)) wrong.push(`status ${status}`);
      }
      async function asking(): Promise<void> {
        const startedAt = performance.now();
        for (let n = 1; !isOver; n++) {
          const asked = ask();
          under.add(asked);
          void asked.finally(() => under.delete(asked));
          await wait(Math.max(0, startedAt + n * everyMs - performance.now()));
        }
        await Promise.all(under);
      }
      async function leaving(): Promise<void> {
        while (!isOver) {
          await wait(50);
          await signIn().catch(() => {});
          const staying = visitors.filter(({ endingAt }) => endingAt === undefined);
          const leaver = staying.length > 40 ? staying[0] : undefined;
          if (leaver === undefined) continue;
          leaver.endingAt = performance.now();
          const noteEnd = () => {
            leaver.endedAt = performance.now();
          };
          await leaver.end().then(noteEnd, () => {});
          // Who left long ago is asked about no more.
          const gone = visitors.findIndex(
            ({ endedAt }) => endedAt !== undefined && performance.now() - endedAt > 2_500,
          );
          if (gone >= 0) visitors.splice(gone, 1);
        }
      }

      const running = Promise.all([asking(), leaving()]);
      const phases: Phase[] = [
        { name: 'killed', begin: () => server.kill(), end: () => server.restart() },
        { name: 'frozen', begin: () => server.freeze(), end: () => server.thaw() },
        { name: 'half-open', begin: async () => proxy.blackHole(), end: () => proxy.heal() },
        { name: 'slow', begin: async () => proxy.delay(200), end: async () => proxy.delay(0) },
        { name: 'reset', begin: () => proxy.refuse(), end: () => proxy.heal() },
      ];
      const recoveries: Record<string, number> = {};
      await wait(1_000);
      for (const phase of phases) {
        await phase.begin();
        await wait(1_400);
        await phase.end();
        const backAt = performance.now();
        await wait(1_200);
        const served = answers.filter(({ at, status }) => at >= backAt && status !== 503);
        recoveries[phase.name] = Math.min(...served.map(({ at }) => at)) - backAt;
      }
      isOver = true;
      await running;

      const counts = [200, 401, 503].map((status) => answers.filter((answer) => answer.status === status).length);
      const slowestMs = Math.max(...answers.map(({ tookMs }) => tookMs));
      expect(wrong).toEqual([]);
      expect(slowestMs).toBeLessThan(1_000);
      expect(oldestMs).toBeLessThanOrEqual(leaseMs);
      expect(Object.entries(recoveries).filter(([, ms]) => ms >= 1_000)).toEqual([]);
      // There was an outage, and life before and after it.
      expect(counts[0]).toBeGreaterThan(500);
      expect(counts[2]).toBeGreaterThan(200);
      for (const { cookie: sent, endingAt } of visitors) {
        if (endingAt === undefined) expect(await statusOf(port, agent, sent)).toBe(200);
      }
    },
    60_000,
  );
});
