/** What is kept in several keys whose names scripts make, while its slot moves from one node of a cluster to another. */
import { setTimeout as wait } from 'node:timers/promises';
import { RedisUnavailableError } from 'sallyport/redis';
import { createOnce } from 'sallyport/streams';
import { redisPairStore } from 'sallyport/tokens';
import { afterEach, describe, expect, it } from 'vitest';
import { redisQueueStore } from '../../src/queue/redis.ts';
import { clusterSlot } from '../../src/redis/cluster-slot.ts';
import { userTag } from '../../src/redis/keys.ts';
import { redisStreamStore } from '../../src/streams/redis.ts';
import { newHolder } from '../contracts/pair-store-subject.ts';
import * as queue from '../contracts/queue-store-subject.ts';
import * as stream from '../contracts/stream-store-subject.ts';
import type { OpenedPort } from '../redis-clients.ts';
import { clusterClients, useRedisCluster } from '../redis-cluster.ts';
import { moveSlot } from '../sessions/cluster-slots.ts';

const cluster = useRedisCluster();
const opened: OpenedPort[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map(({ close }) => close()));
});

/** Moves the slot to each of the nodes, and away from the last, with time for others before, between and after the keys. */
async function moveAround(slot: number): Promise<void> {
  for (const to of [...cluster.nodes, cluster.nodes[0]!]) {
    await moveSlot(
      cluster.nodes,
      slot,
      to,
      () => wait(30),
      () => wait(5),
    );
  }
}

/** Calls again and again while the slot is on its way. */
async function answered<Answer>(call: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof RedisUnavailableError)) throw error;
      await wait(10);
    }
  }
}

for (const { client, open } of clusterClients) {
  describe(`while its slot moves, over ${client}`, () => {
    async function openPort() {
      const port = await open(cluster, 5_000);
      opened.push(port);
      return port.redis;
    }

    it('a queue runs every task that was added, once', async () => {
      const name = `tasks-${client}`;
      const store = redisQueueStore(await openPort(), { name });
      const worker = new queue.TestWorker(store);
      const seen: string[] = [];
      let added = 0;
      let isMoving = true;

      async function add(): Promise<void> {
        while (isMoving) {
          const uniqueId = `t${added++}`;
          const key = added % 2 === 0 ? {} : { key: `k${added % 10}` };
          await answered(() => store.add([queue.task('', { uniqueId, ...key })], 0));
        }
      }
      async function work(): Promise<void> {
        for (;;) {
          const wasMoving = isMoving;
          const { held, tasks } = await answered(() => worker.turn({ want: 2, known: [] }));
          const taken = [...held, ...tasks];
          if (taken.length === 0 && !wasMoving) return;
          const completions = taken.map((each) => {
            const { id, key } = queue.opened(each).header;
            return { ...queue.done(each), uniqueId: id, ...(key === undefined ? {} : { key }) };
          });
          await answered(() => worker.turn({ completions }));
          seen.push(...queue.idsOf(taken));
        }
      }
      await store.add(queue.tasks(queue.numbered(20, 'before')), 0);
      const moved = moveAround(clusterSlot(`{${name}}`)).finally(() => {
        isMoving = false;
      });
      await Promise.all([moved, add(), add(), work()]);
      expect(seen.sort()).toEqual([...queue.numbered(20, 'before'), ...queue.numbered(added)].sort());
      expect(await store.state()).toMatchObject({ waiting: 0, active: 0, delayed: 0, dead: 0 });
      await store.close();
    }, 60_000);

    it('a stream gives every event to its group, once', async () => {
      const name = `events-${client}`;
      const store = redisStreamStore(await openPort(), { name });
      const consumer = new stream.TestConsumer(store);
      const seen: unknown[] = [];
      let appended = 0;
      const keyed = () => stream.entry(appended, { key: `k${appended++}` });
      let isMoving = true;

      async function append(): Promise<void> {
        while (isMoving) {
          const entry = keyed();
          await answered(() => store.append([entry], 600_000));
        }
      }
      async function consume(): Promise<void> {
        for (;;) {
          const wasMoving = isMoving;
          const { entries } = await answered(() => consumer.turn({ want: 2, known: [], joinsAfter: '0-0' }));
          if (entries.length === 0 && !wasMoving) return;
          seen.push(...stream.valuesOf(entries));
          const acknowledged = stream.idsOf(entries);
          await answered(() => consumer.turn({ acknowledged, known: acknowledged }));
        }
      }
      await store.append(Array.from({ length: 30 }, keyed), 600_000);
      const moved = moveAround(clusterSlot(`{${name}}`)).finally(() => {
        isMoving = false;
      });
      await Promise.all([moved, append(), consume()]);
      expect(seen).toEqual(stream.numbers(appended));
      expect(await store.length()).toBe(appended);
      await store.close();
    }, 60_000);

    it('an effect takes place once', async () => {
      const redis = await openPort();
      const name = `effects-${client}`;
      const once = createOnce(redis);
      const counter = `{${name}}:counter`;
      let events = 0;
      let isMoving = true;
      async function apply(): Promise<void> {
        const event = { id: `${++events}-0`, stream: name, group: 'g' };
        await answered(() => once(event, [['INCR', counter]]));
      }
      for (let n = 0; n < 20; n++) await apply();
      const moved = moveAround(clusterSlot(`{${name}}`)).finally(() => {
        isMoving = false;
      });
      async function goOn(): Promise<void> {
        while (isMoving) await apply();
      }
      await Promise.all([moved, goOn()]);
      expect(await redis.command(['GET', counter])).toBe(String(events));
    }, 60_000);

    it("a user's families of tokens are all listed, and all ended", async () => {
      const userId = `user-${client}`;
      const store = redisPairStore(await openPort());
      const holders = Array.from({ length: 20 }, () => newHolder({ userId }));
      for (const { key, family } of holders) await store.create(key, family);
      let isMoving = true;
      const moved = moveAround(clusterSlot(`{${userTag(userId)}}`)).finally(() => {
        isMoving = false;
      });
      async function list(): Promise<void> {
        while (isMoving) expect(await answered(() => store.list(userId))).toHaveLength(holders.length);
      }
      await Promise.all([moved, list()]);
      const movedAgain = moveAround(clusterSlot(`{${userTag(userId)}}`));
      async function end(): Promise<void> {
        for (const { key } of holders.slice(0, 15)) {
          await wait(20);
          expect(await answered(() => store.end(key, 'logout'))).toMatchObject({ wasAlive: true });
        }
        expect(await answered(() => store.endAll(userId, {}, 'logout'))).toHaveLength(5);
      }
      await Promise.all([movedAgain, end()]);
      expect(await store.list(userId)).toEqual([]);
      for (const { key } of holders) expect(await store.end(key, 'logout')).toMatchObject({ wasAlive: false });
    }, 60_000);
  });
}
