/** Adds that wait for replicas or the disk. */
import { startRedis } from '@sallyport/lab/cluster';
import type { RedisPort, RedisReply } from 'sallyport/redis';
import { describe, expect, it } from 'vitest';
import { redisQueueStore } from '../../src/queue/redis.ts';
import type { QueueStore } from '../../src/queue/store.ts';
import { numbered, task } from '../contracts/queue-store-subject.ts';
import { redisClients } from '../redis-clients.ts';
import { useRedisServer } from '../redis-server.ts';

const server = useRedisServer({ persistence: 'aof-always', settings: { 'repl-diskless-sync-delay': '0' } });

for (const { client, open } of redisClients) {
  /** A queue of its own over connections of its own. */
  async function withStore(
    url: string,
    use: (store: QueueStore, redis: RedisPort, base: string) => Promise<void>,
    wrap: (redis: RedisPort) => RedisPort = (redis) => redis,
  ): Promise<void> {
    const { redis, close } = await open(url, 5_000);
    const name = `tasks-${client}-${Math.random().toString(36).slice(2)}`;
    const store = redisQueueStore(wrap(redis), { name });
    try {
      await use(store, redis, `sallyport:queue:{${name}}`);
    } finally {
      await store.close();
      await redis.close();
      await close();
    }
  }

  describe(`adds that wait, through ${client}`, () => {
    it('are durable when the replicas have them, and say so when they have not', async () => {
      const replica = await startRedis({
        settings: { replicaof: `127.0.0.1 ${server.port}`, 'repl-diskless-sync-delay': '0' },
      });
      try {
        await withStore(server.url, async (store, redis, base) => {
          await expect
            .poll(async () => String(await redis.command(['INFO', 'replication'])), { interval: 20, timeout: 10_000 })
            .toMatch(/state=online/);
          const adds = numbered(20).map((id) => store.add([task(id)], 0, { replicas: 1, timeoutMs: 5_000 }));
          for (const added of await Promise.all(adds)) expect(added).toEqual({ outcomes: ['added'], durable: true });
          await replica.freeze();
          const waiting = store.add([task('', { uniqueId: 'u' })], 0, { replicas: 1, timeoutMs: 600 });
          const startedAt = performance.now();
          // Others go on meanwhile.
          await store.add([task('other')], 0);
          expect(performance.now() - startedAt).toBeLessThan(400);
          expect(await waiting).toEqual({ outcomes: ['added'], durable: false });
          expect(performance.now() - startedAt).toBeGreaterThan(590);
          await replica.thaw();
          // Adding it again with the same id is how its producer makes sure of it.
          expect(await store.add([task('', { uniqueId: 'u' })], 0, { replicas: 1, timeoutMs: 5_000 })).toEqual({
            outcomes: ['duplicate'],
            durable: true,
          });
          expect(await store.add([task('x')], 0, { replicas: 2, timeoutMs: 20 })).toMatchObject({ durable: false });
          const marks = () => redis.command(['KEYS', `${base}:durable:*`]);
          await expect.poll(marks, { interval: 5 }).toEqual([]);
        });
      } finally {
        await replica.stop();
      }
    });

    it('are not called durable by a server that no longer has them', async () => {
      let after: () => Promise<unknown> = async () => {};
      /** As if the connection had been lost after the add, and made anew to a replica that never got it. */
      const wrap = (redis: RedisPort): RedisPort => ({
        ...redis,
        dedicated: (options) => {
          const own = redis.dedicated(options);
          return {
            ...own,
            run: async (...call) => {
              const reply = await own.run(...call);
              await after();
              return reply;
            },
          };
        },
      });
      await withStore(
        server.url,
        async (store, redis, base) => {
          const durability = { replicas: 0, timeoutMs: 1_000 };
          expect(await store.add([task('a')], 0, durability)).toEqual({ outcomes: ['added'], durable: true });
          after = async () => {
            const keys = (await redis.command(['KEYS', `${base}:*`])) as string[];
            await redis.command(['DEL', ...keys]);
          };
          expect(await store.add([task('b')], 0, durability)).toEqual({ outcomes: ['added'], durable: false });
        },
        wrap,
      );
    });

    it('are never called durable when their server was killed while they waited', async () => {
      const forgetful = await startRedis();
      try {
        await withStore(forgetful.url, async (store) => {
          const durability = { replicas: 1, timeoutMs: 2_500 };
          const add = store.add([task('b')], 0, durability).catch((error: unknown) => error);
          await expect.poll(async () => (await store.state()).waiting, { interval: 5 }).toBe(1);
          await forgetful.kill();
          await forgetful.restart();
          const outcome = await add;
          // The link broke while it waited, or it asked again and was told that the tasks are not there.
          if (outcome instanceof Error) expect(outcome).toMatchObject({ code: 'ERR_REDIS_UNAVAILABLE' });
          else expect(outcome).toMatchObject({ durable: false });
        });
      } finally {
        await forgetful.stop();
      }
    });

    it('ask WAITAOF for the disk, at the node that has the tasks', async () => {
      const asked: unknown[] = [];
      let answer: RedisReply = [1, 0];
      const wrap = (redis: RedisPort): RedisPort => ({
        ...redis,
        dedicated: (options) => {
          const own = redis.dedicated(options);
          return {
            ...own,
            // As Redis 7.2 answers: how many local, and how many replicas' disks have it.
            command: async (args, how) => {
              if (args[0] !== 'WAITAOF') return own.command(args, how);
              asked.push([...args.slice(0, 3), how?.key]);
              return answer;
            },
          };
        },
      });
      await withStore(
        server.url,
        async (store, _, base) => {
          const add = (replicas: number) => store.add([task('a')], 0, { fsync: true, replicas, timeoutMs: 5 });
          expect(await add(0)).toEqual({ outcomes: ['added'], durable: true });
          expect(await add(1)).toMatchObject({ durable: false });
          answer = [0, 1];
          expect(await add(1)).toMatchObject({ durable: false });
          expect(asked.slice(0, 3)).toEqual([
            // Once, before anything is stored, to see whether the server knows it.
            ['WAITAOF', '1', '0', base],
            ['WAITAOF', '1', '0', base],
            ['WAITAOF', '1', '1', base],
          ]);
        },
        wrap,
      );
    });

    it('are refused where the server cannot tell that they are on the disk, and nothing is stored', async () => {
      await withStore(server.url, async (store, redis) => {
        const [known] = (await redis.command(['COMMAND', 'INFO', 'WAITAOF'])) as RedisReply[];
        const add = store.add([task('a')], 0, { fsync: true, timeoutMs: 1_000 });
        if (known !== null) {
          expect(await add).toEqual({ outcomes: ['added'], durable: true });
          return;
        }
        await expect(add).rejects.toMatchObject({ code: 'ERR_QUEUE_DURABILITY_UNSUPPORTED' });
        await expect(add).rejects.toThrow(/7\.2/);
        expect((await store.state()).waiting).toBe(0);
      });
    });
  });
}
