/** Subscriptions that follow a cluster and a Sentinel group; and what the server is asked for, and refuses. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { askRedis, type RedisServer, type SentinelGroup, startSentinel } from '@sallyport/lab/cluster';
import { Redis } from 'ioredis';
import { createSentinel } from 'redis';
import { type ChannelGap, type Channels, createChannels, redisChannelStore } from 'sallyport/channels';
import { connectRedis, fromIoredis, fromNodeRedis, RedisUnavailableError } from 'sallyport/redis';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { collector, numbers } from '../contracts/channel-store.ts';
import { connectionsAt, dedicatedClients } from '../redis/dedicated-clients.ts';
import type { OpenedPort } from '../redis-clients.ts';
import { clusterClients, useRedisCluster } from '../redis-cluster.ts';
import { useRedisServer } from '../redis-server.ts';
import { until } from '../until.ts';

function channelsOver({ redis, close }: OpenedPort): Channels {
  const channels = createChannels(redisChannelStore(redis));
  onTestFinished(async () => {
    await channels.close();
    await redis.close();
    await close();
  });
  return channels;
}

describe('a Redis Cluster of three masters', () => {
  const cluster = useRedisCluster(); /** One channel for each node. */
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];

  async function slotOf(name: string): Promise<number> {
    return Number(
      await askRedis(['CLUSTER', 'KEYSLOT', `sallyport:channel:${name}`], { port: cluster.nodes[0]!.port }),
    );
  }

  const nodeOfSlot = (slot: number): RedisServer =>
    cluster.nodes.findLast((_node, index) => slot >= Math.floor((16_384 * index) / 3))!;

  async function move(slot: number, from: RedisServer, to: RedisServer): Promise<void> {
    const id = (node: RedisServer) => askRedis(['CLUSTER', 'MYID'], { port: node.port });
    const [source, target] = await Promise.all([id(from), id(to)]);
    const ask = (node: RedisServer, ...args: string[]) => askRedis(['CLUSTER', 'SETSLOT', String(slot), ...args], node);
    await ask(to, 'IMPORTING', source);
    await ask(from, 'MIGRATING', target);
    const keys = `return redis.call('CLUSTER', 'GETKEYSINSLOT', ${slot}, 10)[1] or ''`;
    const key = await askRedis(['EVAL', keys, '0'], from);
    if (key !== '') await askRedis(['MIGRATE', '127.0.0.1', String(to.port), key, '0', '5000'], from);
    for (const node of [to, from, ...cluster.nodes]) await ask(node, 'NODE', target);
  }

  for (const { client, open } of clusterClients) {
    it(`sharded channels of a slot that moves go on at its new node, and miss nothing when durable (${client})`, async () => {
      for (const { port } of cluster.nodes) {
        await until(async () => /cluster_state:ok/.test(await askRedis(['CLUSTER', 'INFO'], { port })), true);
      }
      const [near, far] = [channelsOver(await open(cluster)), channelsOver(await open(cluster))];
      const name = `moving-${client}`;
      const options = { sharded: true, durable: true };
      const [kept, plain] = [collector<number>(), collector<number>()];
      await far.channel<number>(name, options).subscribe(kept.handler);
      await far.channel<number>(name, { sharded: true }).subscribe(plain.handler);
      const room = near.channel<number>(name, options);
      await room.publish(0);
      await kept.count(1);
      const slot = await slotOf(name);
      const from = nodeOfSlot(slot);
      const to = cluster.nodes.find((node) => node !== from)!;
      await move(slot, from, to);
      const missed: number[] = [];
      for (const n of numbers(50, 1)) {
        if ((await room.publish(n)).receivers === 0) missed.push(n);
        await until(() => true, true);
      }
      await kept.count(51);
      expect(kept.got).toEqual(numbers(51));
      await until(() => room.count(), 1);
      await room.publish(51);
      await until(() => plain.got.at(-1), 51);
      // Those came while the subscription moved; the next one after them tells.
      expect(plain.got.length).toBeGreaterThanOrEqual(52 - missed.length);
      expect(plain.details.some(({ gap }) => gap?.reason === 'disconnected')).toBe(true);
      await move(slot, to, from);
    });

    it(`a node that is killed and started again is used again, and the others do not feel it (${client})`, async () => {
      const [near, far] = [channelsOver(await open(cluster)), channelsOver(await open(cluster))];
      const seen = collector<string>();
      const gaps: ChannelGap[] = [];
      await far.subscribe<string>(names, seen.handler, { onGap: (gap) => gaps.push(gap) });
      const places = new Map<string, RedisServer>();
      for (const name of names) places.set(name, nodeOfSlot(await slotOf(name)));
      expect(new Set(places.values()).size).toBe(3);
      const node = cluster.nodes[1]!;
      await node.kill();
      const others = names.filter((name) => places.get(name) !== node);
      for (const name of others) {
        // The nodes that are left answer as long as they have not agreed that one is gone.
        await near
          .channel(name)
          .publish(name)
          .catch((error: unknown) => expect(error).toBeInstanceOf(RedisUnavailableError));
      }
      await node.restart();
      for (const name of names) {
        await until(
          async () =>
            near
              .channel(name)
              .publish(`${name} again`)
              .then(
                ({ receivers }) => receivers >= 1,
                () => false,
              ),
          true,
        );
      }
      await until(() => names.every((name) => seen.got.includes(`${name} again`)), true);
      expect(new Set(gaps.map(({ channel }) => channel))).toEqual(
        new Set(names.filter((name) => places.get(name) === node)),
      );
    }, 40_000);
  }
});

describe('a Sentinel group', () => {
  let group: SentinelGroup;
  beforeAll(async () => {
    group = await startSentinel();
  }, 60_000);
  afterAll(() => group?.stop());

  it('is followed to its new master (URL, ioredis, node-redis)', async () => {
    const sentinels = [{ host: '127.0.0.1', port: group.sentinelPort }];
    const ioredis = new Redis({ sentinels, name: group.name });
    ioredis.on('error', () => {});
    const nodeRedis = createSentinel({ name: group.name, sentinelRootNodes: sentinels });
    nodeRedis.on('error', () => {});
    await nodeRedis.connect();
    const url = connectRedis(group.url, { deadlineMs: 1_000 });
    const opened = [
      { redis: url, close: async () => {} },
      { redis: fromIoredis(ioredis, { deadlineMs: 1_000 }), close: async () => ioredis.disconnect() },
      { redis: fromNodeRedis(nodeRedis, { deadlineMs: 1_000 }), close: async () => void (await nodeRedis.destroy()) },
    ].map(channelsOver);
    const durable = { durable: true } as const;
    const seen = [];
    for (const channels of opened) {
      const [kept, plain, shard] = [collector<number>(), collector<number>(), collector<number>()];
      await channels.channel<number>('kept', durable).subscribe(kept.handler);
      await channels.channel<number>('plain').subscribe(plain.handler);
      await channels.channel<number>('shard', { sharded: true }).subscribe(shard.handler);
      seen.push({ kept, plain, shard });
    }
    const [first] = opened;
    const kept = first!.channel<number>('kept', durable);
    expect((await kept.publish(1)).receivers).toBe(3);
    for (const each of seen) await each.kept.count(1);
    expect(await url.command(['WAIT', '1', '5000'])).toBe(1);
    await group.master.kill();
    await until(
      async () =>
        kept.publish(2).then(
          ({ receivers }) => receivers,
          () => 0,
        ),
      3,
      20_000,
    );
    for (const options of [{}, { sharded: true }]) {
      const name = 'sharded' in options ? 'shard' : 'plain';
      await until(async () => first!.channel<number>(name, options).count(), 3);
      await first!.channel<number>(name, options).publish(3);
      for (const each of seen) await until(() => each[name].got.at(-1), 3);
    }
    for (const each of seen) {
      await until(() => each.kept.got.at(-1), 2);
      expect([each.kept.got[0], each.kept.details[0]?.gap]).toEqual([1, undefined]);
    }
  }, 60_000);
});

const server = useRedisServer({
  settings: { user: 'guest on nopass ~* +@all resetchannels &sallyport:channel:open*' },
});

for (const { client, open } of dedicatedClients) {
  describe(`subscriptions of ${client}`, () => {
    it('are refused by name when the user may not hear the channel; others of the connection are not touched', async () => {
      const channels = channelsOver(await open(server.url.replace('redis://', 'redis://guest:x@')));
      const seen = collector();
      await channels.channel('open').subscribe(seen.handler);
      await expect(channels.channel('secret').subscribe(seen.handler)).rejects.toMatchObject({
        code: 'ERR_REDIS_REPLY',
        reply: 'NOPERM',
      });
      await expect(channels.subscribe(['open2', 'secret'], seen.handler)).rejects.toMatchObject({ reply: 'NOPERM' });
      await channels.channel('open').publish(1);
      await seen.count(1);
      expect([...(await channels.counts(['open', 'open2', 'secret'])).values()]).toEqual([1, 0, 0]);
    });

    it('share one connection, and leave none behind', async () => {
      const opened = await open(server.url);
      await opened.redis.command(['PING']);
      const before = await connectionsAt(server.port);
      const channels = channelsOver(opened);
      const seen = collector();
      const all = numbers(300).map((n) => `many:${n}`);
      await Promise.all(all.map((name) => channels.channel(name).subscribe(seen.handler)));
      await channels.subscribePattern('many:*', seen.handler);
      expect(await connectionsAt(server.port)).toBe(before + 1);
      expect([...(await channels.counts(all)).values()]).toEqual(all.map(() => 1));
      await channels.close();
      await until(() => connectionsAt(server.port), before);
      await expect(channels.channel('x').subscribe(seen.handler)).rejects.toMatchObject({ reason: 'closed' });
    });

    it('that are lost and come back are told by events, which hold no message', async () => {
      const told: unknown[] = [];
      const listener = (message: unknown, name: string | symbol) => told.push([name, message]);
      const events = ['lost', 'resumed', 'gap'].map((name) => `sallyport:channel.${name}`);
      for (const name of events) subscribe(name, listener);
      onTestFinished(() => {
        for (const name of events) unsubscribe(name, listener);
      });
      const channels = channelsOver(await open(server.url));
      await channels.channel('room').subscribe(() => {});
      await askRedis(['CLIENT', 'KILL', 'TYPE', 'pubsub'], { port: server.port });
      await until(() => told.length, 3);
      expect(told).toEqual([
        ['sallyport:channel.lost', { source: 'room' }],
        ['sallyport:channel.resumed', { source: 'room', afterMs: expect.any(Number) }],
        ['sallyport:channel.gap', { channel: 'room', reason: 'disconnected' }],
      ]);
    });
  });
}
