import {
  askRedis,
  type RedisCluster,
  type RedisServer,
  type SentinelGroup,
  startRedisCluster,
  startSentinel,
} from '@sallyport/lab/cluster';
import { Cluster, Redis } from 'ioredis';
import { createCluster, createSentinel, type RedisClusterOptions } from 'redis';
import { connectRedis, fromIoredis, fromNodeRedis, type RedisPort, RedisUnavailableError } from 'sallyport/redis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clusterSlot } from '../../src/redis/cluster-slot.ts';
import type { OpenedPort } from '../redis-clients.ts';
import { blockedClients, closedWhileConnecting, connectionsAt, settled, untilAnswered } from './dedicated-clients.ts';

describe('a Redis Cluster of three masters', () => {
  let cluster: RedisCluster;
  beforeAll(async () => {
    cluster = await startRedisCluster({ masters: 3 });
  }, 60_000);
  afterAll(() => cluster?.stop());

  /** A key of each node, in the order of the nodes. */
  async function keysOfNodes(): Promise<[string, string, string]> {
    const keys = new Map<number, string>();
    for (let n = 0; keys.size < 3; n++) {
      const slot = await askRedis(['CLUSTER', 'KEYSLOT', `{list-${n}}:waiting`], { port: cluster.nodes[0]!.port });
      keys.set(Math.floor((Number(slot) * 3) / 16_384), `{list-${n}}:waiting`);
    }
    return [keys.get(0)!, keys.get(1)!, keys.get(2)!];
  }

  async function waits({ port }: RedisServer): Promise<number> {
    const stats = await askRedis(['INFO', 'commandstats'], { port });
    return Number(/cmdstat_wait:calls=(\d+)/.exec(stats)?.[1] ?? 0);
  }

  it('has the slot of a key where Sallyport thinks it is', async () => {
    const { port } = cluster.nodes[0]!;
    for (const key of ['a', '', 'Zoë 张', '{tag}rest', 'x{tag}{b}', '{}a', 'a{}{b}', 'a{b', 'a}{b}', '{{a}}']) {
      expect([key, clusterSlot(key)]).toEqual([key, Number(await askRedis(['CLUSTER', 'KEYSLOT', key], { port }))]);
    }
  });

  async function openIoredis(
    deadlineMs: number,
    options: NonNullable<ConstructorParameters<typeof Cluster>[1]> = {},
  ): Promise<OpenedPort> {
    const client = new Cluster(
      cluster.nodes.map(({ port }) => ({ host: '127.0.0.1', port })),
      options,
    );
    client.on('error', () => {});
    const redis = fromIoredis(client, { deadlineMs });
    const close = async () => {
      await redis.close();
      client.disconnect();
    };
    return { redis, close };
  }

  async function openNodeRedis(deadlineMs: number, options: Partial<RedisClusterOptions> = {}): Promise<OpenedPort> {
    const client = createCluster({ rootNodes: cluster.nodes.map(({ url }) => ({ url })), ...options });
    client.on('error', () => {});
    await client.connect();
    const redis = fromNodeRedis(client, { deadlineMs });
    const close = async () => {
      await redis.close();
      client.destroy();
    };
    return { redis, close };
  }

  it.each([
    [
      'ioredis',
      () =>
        openIoredis(2_000, {
          clusterRetryStrategy: () => null,
          redisOptions: { commandTimeout: 150, socketTimeout: 150 },
        }),
    ],
    [
      'node-redis',
      () =>
        openNodeRedis(2_000, {
          defaults: { pingInterval: 50, socket: { socketTimeout: 150, reconnectStrategy: false } },
        }),
    ],
  ] as const)('lets dedicated connections block whatever the options of a client of %s say', async (_client, open) => {
    const { redis, close } = await open();
    const [key] = await keysOfNodes();
    expect(await redis.dedicated().command(['BLPOP', key, '0.6'])).toBeNull();
    await close();
  });

  const clients: readonly { readonly client: string; open(deadlineMs: number): Promise<OpenedPort> }[] = [
    {
      client: 'a URL',
      open: async (deadlineMs) => {
        const redis = connectRedis(cluster.url, { deadlineMs });
        return { redis, close: () => redis.close() };
      },
    },
    { client: 'ioredis', open: openIoredis },
    { client: 'node-redis', open: openNodeRedis },
  ];

  for (const { client, open } of clients) {
    describe(`dedicated connections of ${client}`, () => {
      it('block at one node while the others answer, and get their element', async () => {
        const { redis, close } = await open(2_000);
        const [key, ...others] = await keysOfNodes();
        const waiting = redis.dedicated({ deadlineMs: 10_000 });
        const popped = waiting.command(['BLPOP', key, '8']);
        await blockedClients(cluster.nodes[0]!.port, 1);
        for (const other of others) {
          expect(await waiting.command(['RPUSH', other, 'a'])).toBe(1);
          expect(await waiting.command(['BLPOP', other, '8'])).toEqual([other, 'a']);
        }
        expect(await askRedis(['RPUSH', key, 'element'], cluster.nodes[0]!)).toBe('1');
        expect(await popped).toEqual([key, 'element']);
        await close();
        await blockedClients(cluster.nodes[0]!.port, 0);
      });

      it('send WAIT to the node of its key', async () => {
        const { redis, close } = await open(2_000);
        const [, key] = await keysOfNodes();
        const waiting = redis.dedicated();
        await untilAnswered(waiting, ['SET', key, '1']);
        const before = await Promise.all(cluster.nodes.map(waits));
        for (let n = 0; n < 6; n++) expect(await waiting.command(['WAIT', '0', '10'], { key })).toBe(0);
        const after = await Promise.all(cluster.nodes.map(waits));
        expect(after.map((calls, index) => calls - before[index]!)).toEqual([0, 6, 0]);
        await waiting.command(['DEL', key]);
        await close();
      });

      it('come back to a node that was killed during a block, while others go on blocking', async () => {
        const { redis, close } = await open(2_000);
        const [key, ...others] = await keysOfNodes();
        const [node, ...otherNodes] = cluster.nodes as [RedisServer, ...RedisServer[]];
        const waiting = redis.dedicated({ deadlineMs: 20_000 });
        const blocked = settled(waiting.command(['BLPOP', key, '15']));
        const elsewhere = others.map((other) => waiting.command(['BLPOP', other, '18']));
        for (const { port } of cluster.nodes) await blockedClients(port, 1);
        const killedAt = performance.now();
        await node.kill();
        expect((await blocked).error).toMatchObject({ reason: 'disconnected' });
        expect(performance.now() - killedAt).toBeLessThan(2_000);
        expect((await settled(waiting.command(['BLPOP', key, '15']))).error).toMatchObject({ reason: 'disconnected' });
        await node.restart();
        const next = untilAnswered(waiting, ['BLPOP', key, '15']);
        await blockedClients(node.port, 1);
        await askRedis(['RPUSH', key, 'later'], node);
        expect(await next).toEqual([key, 'later']);
        for (const [index, other] of others.entries()) {
          await blockedClients(otherNodes[index]!.port, 1);
          await askRedis(['RPUSH', other, 'b'], otherNodes[index]!);
          expect(await elsewhere[index]).toEqual([other, 'b']);
        }
        await close();
      });

      it('notice a frozen node, which the other nodes do not feel, and use it again when it thaws', async () => {
        const { redis, close } = await open(2_000);
        const [key, other] = await keysOfNodes();
        const node = cluster.nodes[0]!;
        const waiting = redis.dedicated({ deadlineMs: 600 });
        await untilAnswered(waiting, ['LLEN', key]);
        const id = await waiting.command(['CLIENT', 'ID'], { key: other });
        const blocked = settled(waiting.command(['BLPOP', key, '0.4']));
        await blockedClients(node.port, 1);
        await node.freeze();
        let done = false;
        void blocked.then(() => {
          done = true;
        });
        while (!done) expect(await waiting.command(['BLPOP', other, '0.05'])).toBeNull();
        expect((await blocked).error).toMatchObject({ reason: 'deadline' });
        expect((await blocked).ms).toBeLessThan(2_000);
        expect(await waiting.command(['BLPOP', other, '0.05'])).toBeNull();
        if (client !== 'node-redis') expect(await waiting.command(['CLIENT', 'ID'], { key: other })).toBe(id);
        await node.thaw();
        expect(await untilAnswered(waiting, ['LLEN', key])).toBe(0);
        await close();
      });

      it('do not take one silent node for all of them', async () => {
        const { redis, close } = await open(2_000);
        const [key, other] = await keysOfNodes();
        const node = cluster.nodes[0]!;
        const waiting = redis.dedicated({ deadlineMs: 400 });
        for (const each of [key, other]) await untilAnswered(waiting, ['LLEN', each]);
        await node.freeze();
        for (let n = 0; n < 2; n++) {
          expect((await settled(waiting.command(['LLEN', key]))).error).toBeInstanceOf(RedisUnavailableError);
          expect(await waiting.command(['LLEN', other])).toBe(0);
        }
        await node.thaw();
        expect(await untilAnswered(waiting, ['LLEN', key])).toBe(0);
        await close();
      });

      it('end while they connect, and leave no connection behind', async () => {
        const { redis, close } = await open(2_000);
        for (const each of await keysOfNodes()) await redis.command(['LLEN', each]);
        const counts = () => Promise.all(cluster.nodes.map(({ port }) => connectionsAt(port)));
        const before = await counts();
        await closedWhileConnecting(redis);
        await expect.poll(counts, { timeout: 8_000, interval: 20 }).toEqual(before);
        await close();
      });

      it('end at once when they are closed, at all nodes', async () => {
        const { redis, close } = await open(2_000);
        const keys = await keysOfNodes();
        const waiting = redis.dedicated({ deadlineMs: 10_000 });
        const blocked = keys.map((key) => settled(waiting.command(['BLPOP', key, '8'])));
        for (const { port } of cluster.nodes) await blockedClients(port, 1);
        await redis.close();
        for (const { error } of await Promise.all(blocked)) expect(error).toMatchObject({ reason: 'closed' });
        for (const { port } of cluster.nodes) await blockedClients(port, 0);
        await close();
      });
    });
  }
});

describe('a Sentinel group', () => {
  let group: SentinelGroup;
  beforeAll(async () => {
    group = await startSentinel();
  }, 60_000);
  afterAll(() => group?.stop());

  async function open(): Promise<readonly OpenedPort[]> {
    const url = connectRedis(group.url, { deadlineMs: 1_000 });
    const sentinels = [{ host: '127.0.0.1', port: group.sentinelPort }];
    const ioredis = new Redis({ sentinels, name: group.name, sentinelRetryStrategy: () => null });
    ioredis.on('error', () => {});
    const nodeRedis = createSentinel({ name: group.name, sentinelRootNodes: sentinels, masterPoolSize: 3 });
    nodeRedis.on('error', () => {});
    await nodeRedis.connect();
    const ofIoredis = fromIoredis(ioredis, { deadlineMs: 1_000 });
    const ofNodeRedis = fromNodeRedis(nodeRedis, { deadlineMs: 1_000 });
    return [
      { redis: url, close: () => url.close() },
      {
        redis: ofIoredis,
        close: async () => {
          await ofIoredis.close();
          ioredis.disconnect();
        },
      },
      {
        redis: ofNodeRedis,
        close: async () => {
          await ofNodeRedis.close();
          await nodeRedis.destroy();
        },
      },
    ];
  }

  it('is followed to its new master by dedicated connections that block (URL, ioredis, node-redis)', async () => {
    const opened = await open();
    const [pushing] = opened.map(({ redis }) => redis) as [RedisPort];
    const waiting = opened.map(({ redis }) => redis.dedicated({ deadlineMs: 10_000 }));
    for (const port of waiting) {
      const [, replicas] = await Promise.all([port.command(['SET', 'kept', '1']), port.command(['WAIT', '1', '5000'])]);
      expect(replicas).toBe(1);
    }
    const blocked = waiting.map((port, index) => settled(port.command(['BLPOP', `list-${index}`, '8'])));
    await blockedClients(group.master.port, waiting.length);
    const killedAt = performance.now();
    await group.master.kill();
    for (const { error } of await Promise.all(blocked)) expect(error).toMatchObject({ reason: 'disconnected' });
    expect(performance.now() - killedAt).toBeLessThan(2_000);

    const next = waiting.map((port, index) => untilAnswered(port, ['BLPOP', `list-${index}`, '8']));
    await blockedClients(group.replica.port, waiting.length);
    for (const index of waiting.keys()) await untilAnswered(pushing, ['RPUSH', `list-${index}`, 'element']);
    expect(await Promise.all(next)).toEqual(waiting.map((_port, index) => [`list-${index}`, 'element']));
    for (const { close } of opened) await close();
    await blockedClients(group.replica.port, 0);
  }, 60_000);
});
