/** Coherent sessions on a Redis Cluster whose slots move, whose masters change and whose nodes freeze. */
import { setTimeout as wait } from 'node:timers/promises';
import {
  askRedis,
  freePort,
  type RedisCluster,
  type RedisServer,
  startRedis,
  startRedisCluster,
} from '@sallyport/lab/cluster';
import { createCluster } from 'redis';
import { connectRedis, fromNodeRedis } from 'sallyport/redis';
import { coherentSessionStore, type SessionStore } from 'sallyport/sessions';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clusterSlot } from '../../src/redis/cluster-slot.ts';
import { newSessionId } from '../../src/sessions/session-id.ts';
import { describeSessionStore } from '../contracts/session-store.ts';
import { until } from '../until.ts';
import { moveSlot } from './cluster-slots.ts';
import { modelUsers, runModel } from './coherent-model.ts';
import { heard, newRecord, tombstoneMs, useClosing, warm } from './coherent-subject.ts';

const leaseMs = 400;
/** Longer than a busy machine keeps a node waiting: no node is to be given up here. */
const nodeTimeoutMs = 15_000;
/** A node that has given its last slot away stays a master. */
const settings = { 'cluster-allow-replica-migration': 'no' };
const closing = useClosing();
let cluster: RedisCluster;
/** In the cluster, and without a slot or a master of its own. */
let spare: RedisServer;

beforeAll(async () => {
  cluster = await startRedisCluster({ masters: 3, nodeTimeoutMs, settings });
  spare = await startRedis({
    port: await freePort(),
    settings: { ...settings, 'cluster-enabled': 'yes', 'cluster-node-timeout': String(nodeTimeoutMs) },
  });
  await askRedis(['CLUSTER', 'MEET', '127.0.0.1', String(cluster.nodes[0]!.port)], { port: spare.port });
  const known = async () => {
    const info = await askRedis(['CLUSTER', 'INFO'], { port: spare.port });
    return info.includes('cluster_state:ok') && info.includes('cluster_known_nodes:4');
  };
  await until(known, true, 30_000);
}, 60_000);
afterAll(async () => {
  await Promise.all([cluster?.stop(), spare?.stop()]);
});

function openServer(deadlineMs = 2_000): SessionStore {
  const redis = connectRedis(cluster.url, { deadlineMs });
  const store = coherentSessionStore(redis, { coherent: { leaseMs } });
  closing.push(async () => {
    await store.close();
    await redis.close();
  });
  return store;
}

const slotsOfUsers = modelUsers.map((user) => clusterSlot(`{${newSessionId(user).tag}}`));

describeSessionStore(
  'coherent, ioredis on a cluster',
  async () => {
    const redis = connectRedis(cluster.url, { deadlineMs: 2_000 });
    const store = coherentSessionStore(redis, {});
    return {
      store,
      advance: (ms) => wait(ms),
      close: async () => {
        await store.close();
        await redis.close();
      },
    };
  },
  { realTime: true },
);

describe('coherent sessions on a cluster', () => {
  it('are served from memory, and every master tells of its own', async () => {
    const [one, two] = [openServer(), openServer()];
    const keys = Array.from({ length: 24 }, (_, index) => newSessionId(`user-${index}`));
    for (const key of keys) await one.create(key, newRecord());
    for (const key of keys) await warm(two, key);
    const told = await heard('session.coherence.unavailable', async () => {
      for (const key of keys) {
        await one.end(key, { reason: 'logout', tombstoneMs });
        await expect.poll(() => two.peek?.(key, { renew: false }), { interval: 2, timeout: 300 }).toBeUndefined();
        expect((await two.read(key, { renew: true })).status).toBe('ended');
      }
    });
    expect(told).toEqual([]);
  });

  it('while all is well, what is read is milliseconds old at most', async () => {
    const servers = [openServer(), openServer(), openServer()].map((store) => ({ store }));
    const outcome = await runModel({ servers, seed: 1, durationMs: 2_000 });
    expect(outcome).toMatchObject({ refused: 0 });
    expect(outcome.fromMemory).toBeGreaterThan(500);
    expect(outcome.ends).toBeGreaterThan(5);
    expect(outcome.oldestMs).toBeLessThan(leaseMs / 2);
  });

  it.each([3])(
    'while slots move, also to a node that had none, nothing is older than the lease (seed %i)',
    async (seed) => {
      const servers = [openServer(), openServer(), openServer()].map((store) => ({ store }));
      const nodes = [...cluster.nodes, spare];
      let moves = 0;
      const outcome = await runModel({
        servers,
        seed,
        durationMs: 6_000,
        breaking: async (random, going) => {
          while (going()) {
            const slot = slotsOfUsers[random(slotsOfUsers.length)]!;
            await moveSlot(nodes, slot, nodes[random(nodes.length)]!, () => wait(random(leaseMs)));
            moves++;
            await wait(random(2_000));
          }
        },
      });
      expect(moves).toBeGreaterThan(1);
      expect(outcome.changes).toBeGreaterThan(50);
      expect(outcome.fromMemory).toBeGreaterThan(100);
      expect(outcome.oldestMs).toBeLessThanOrEqual(leaseMs);
    },
    30_000,
  );

  it('end with the lease of the node that froze, and come back with it', async () => {
    const [one, two] = [openServer(500), openServer(500)];
    const keys = Array.from({ length: 12 }, (_, index) => newSessionId(`frozen-${index}`));
    for (const key of keys) await one.create(key, newRecord());
    for (const key of keys) await warm(two, key);
    const [frozen] = cluster.nodes as [RedisServer];
    await frozen.freeze();
    const at = performance.now();
    try {
      // The others might not hear of it: all copies end.
      const known = () => keys.filter((key) => two.peek?.(key, { renew: false }) !== undefined).length;
      await expect.poll(known, { interval: 5, timeout: 3_000 }).toBe(0);
      expect(performance.now() - at).toBeLessThan(3 * leaseMs);
    } finally {
      await frozen.thaw();
    }
    for (const key of keys) {
      const read = () =>
        two.read(key, { renew: true }).then(
          ({ status }) => status,
          () => 'refused',
        );
      await expect.poll(read, { interval: 20, timeout: 10_000 }).toBe('live');
    }
    for (const key of keys) await warm(two, key);
  }, 30_000);

  it('pass to the replica that takes its master’s place', async () => {
    const [one, two] = [openServer(), openServer()];
    const master = cluster.nodes[1]!;
    const masterId = await askRedis(['CLUSTER', 'MYID'], { port: master.port });
    await emptied(spare);
    await askRedis(['CLUSTER', 'REPLICATE', masterId], { port: spare.port });
    const inStep = async () =>
      /master_link_status:up/.test(await askRedis(['INFO', 'replication'], { port: spare.port }));
    await expect.poll(inStep, { timeout: 15_000 }).toBe(true);
    const servers = [{ store: one }, { store: two }];
    const outcome = await runModel({
      servers,
      seed: 5,
      durationMs: 6_000,
      breaking: async () => {
        await wait(1_000);
        await askRedis(['CLUSTER', 'FAILOVER'], { port: spare.port });
        const role = async () => /role:master/.test(await askRedis(['INFO', 'replication'], { port: spare.port }));
        await expect.poll(role, { timeout: 5_000 }).toBe(true);
      },
    });
    expect(outcome.changes).toBeGreaterThan(30);
    expect(outcome.oldestMs).toBeLessThanOrEqual(leaseMs);
    const key = newSessionId('after');
    await one.create(key, newRecord());
    await warm(two, key);
  }, 40_000);

  it('are read from Redis through a cluster client of node-redis, which says so once', async () => {
    const client = createCluster({ rootNodes: cluster.nodes.map(({ url }) => ({ url })) });
    client.on('error', () => {});
    await client.connect();
    const told = await heard('session.coherence.unavailable', async () => {
      const store = coherentSessionStore(fromNodeRedis(client), { coherent: { leaseMs } });
      const key = newSessionId('7');
      await store.create(key, newRecord());
      for (let n = 0; n < 4; n++) {
        expect((await store.read(key, { renew: true })).status).toBe('live');
        await wait(leaseMs / 2);
      }
      await store.close();
    });
    client.destroy();
    expect(told).toEqual([{ reason: 'node-redis-cluster' }]);
  });

  /** Whatever slots the tests before have left with it go back. */
  async function emptied(node: RedisServer): Promise<void> {
    for (const slot of new Set(slotsOfUsers)) {
      await moveSlot([...cluster.nodes, spare], slot, cluster.nodes[0]!, async () => {});
    }
    expect(await askRedis(['DBSIZE'], { port: node.port })).toBe('0');
  }
});
