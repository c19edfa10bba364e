/** What becomes of subscriptions when the server, its memory or the link to it fails. Each test breaks a server of its own. */
import { setTimeout as delay } from 'node:timers/promises';
import { askRedis, type RedisOptions, startRedis } from '@sallyport/lab/cluster';
import { type ChannelGap, type Channels, createChannels, redisChannelStore } from 'sallyport/channels';
import { RedisUnavailableError } from 'sallyport/redis';
import { describe, expect, it, type TestContext } from 'vitest';
import { collector, numbers } from '../contracts/channel-store.ts';
import { startProxy } from '../proxy.ts';
import { dedicatedClients, untilAnswered } from '../redis/dedicated-clients.ts';
import { until } from '../until.ts';

const durable = { durable: true } as const;

for (const { client, open } of dedicatedClients) {
  describe.concurrent(`channels through failures: ${client}`, () => {
    /** `near` is connected to the server, `far` through a proxy. */
    async function setUp({ onTestFinished }: TestContext, options: RedisOptions = {}) {
      const server = await startRedis(options);
      onTestFinished(() => server.stop());
      const proxy = await startProxy({ targetPort: server.port });
      onTestFinished(() => proxy.stop());
      const connect = async (port: number): Promise<Channels> => {
        const { redis, close } = await open(`redis://127.0.0.1:${port}`, 1_000);
        await untilAnswered(redis, ['PING']);
        const channels = createChannels(redisChannelStore(redis));
        onTestFinished(async () => {
          await channels.close();
          await redis.close();
          await close();
        });
        return channels;
      };
      const [near, far] = await Promise.all([connect(server.port), connect(proxy.port)]);
      const ask = (...args: string[]) => askRedis(args, { port: server.port });
      return { server, proxy, near, far, ask };
    }

    it('a durable channel: 2,000 messages over five disconnects, none missed, none twice, in order', async (context) => {
      const { proxy, near, far } = await setUp(context);
      const seen = collector<number>();
      const gaps: ChannelGap[] = [];
      await far.channel<number>('room', durable).subscribe(seen.handler, { onGap: (gap) => gaps.push(gap) });
      const room = near.channel<number>('room', durable);
      let isDone = false;
      const breaking = (async () => {
        let broken = 0;
        for (; !isDone && broken < 5; broken++) {
          await until(() => isDone || seen.got.length >= 300 * broken, true);
          if (broken % 2 === 0) {
            proxy.cut();
          } else {
            await proxy.refuse();
            await delay(50);
            await proxy.heal();
          }
        }
        return broken;
      })();
      for (const n of numbers(2_000)) {
        await room.publish(n);
        if (n % 10 === 0) await delay(1);
      }
      isDone = true;
      await breaking;
      proxy.cut();
      await seen.count(2_000);
      expect(seen.got).toEqual(numbers(2_000));
      expect(gaps).toEqual([]);
    });

    it('a durable channel: a server that is killed and started again with its file', async (context) => {
      const { server, near, far } = await setUp(context, { persistence: 'aof-always' });
      const seen = collector<number>();
      const { handler } = seen;
      await far.channel<number>('room', durable).subscribe(handler, { bufferSize: 10 });
      const room = near.channel<number>('room', durable);
      const acknowledged: string[] = [];
      for (const n of numbers(600)) {
        if (n === 200 || n === 400) await server.kill();
        if (n === 210 || n === 410) {
          await server.restart();
          await untilPublished(room, n);
          continue;
        }
        try {
          const { id } = await room.publish(n);
          acknowledged.push(id!);
        } catch (error) {
          expect(error).toBeInstanceOf(RedisUnavailableError);
          // While the server is away it is refused at once, and all would be over before it comes back.
          await delay(5);
        }
      }
      expect(acknowledged.length).toBeGreaterThan(400);
      await until(() => seen.details.at(-1)?.id, acknowledged.at(-1));
      const ids = seen.details.map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      expect(seen.got).toEqual(seen.got.toSorted((a, b) => a - b));
      expect(acknowledged.filter((id) => !ids.includes(id))).toEqual([]);
    });

    it('a durable channel: a server that has lost everything is told, and does not hold anybody up', async (context) => {
      const { server, near, far, ask } = await setUp(context);
      const [seen, fresh] = [collector<number>(), collector<number>()];
      const gaps: ChannelGap[] = [];
      const theirs = far.channel<number>('room', durable);
      await theirs.subscribe(seen.handler, { onGap: (gap) => gaps.push(gap) });
      const room = near.channel<number>('room', durable);
      // An id that the next server's clock will not reach: its ids go backward.
      await ask('XADD', 'sallyport:channel:room', '99999999999999-0', 'previous', '0-0', 'payload', '0');
      const { id } = await room.publish(1);
      await seen.count(2);
      expect(id).toBe('99999999999999-1');
      await server.kill();
      await server.restart();
      await until(() => gaps.length, 1);
      for (const n of [2, 3]) await untilPublished(room, n);
      await seen.count(4);
      expect(seen.got).toEqual([0, 1, 2, 3]);
      expect(gaps).toEqual([{ channel: 'room', reason: 'reset', after: id }]);
      expect(seen.details[2]?.gap).toEqual(gaps[0]);
      // Who comes with an id of the past gets what there is.
      await theirs.subscribe(fresh.handler, { after: id! });
      await theirs.publish(4);
      await fresh.count(1);
      expect([fresh.got, fresh.details[0]?.gap?.reason]).toEqual([[4], 'reset']);
    });

    it('a durable channel: messages after a loss come, and the loss is told', async (context) => {
      const { server, proxy, near, far } = await setUp(context);
      const seen = collector<number>();
      await far.channel<number>('room', durable).subscribe(seen.handler);
      const room = near.channel<number>('room', durable);
      const { id } = await room.publish(1);
      await seen.count(1);
      await proxy.refuse();
      await room.publish(2);
      await server.kill();
      await server.restart();
      await untilPublished(room, 3);
      await proxy.heal();
      await seen.count(2);
      expect(seen.got).toEqual([1, 3]);
      expect(seen.details[1]?.gap).toEqual({ channel: 'room', reason: 'reset', after: id });
    });

    it('finds out that a link has died without a word', async (context) => {
      const { proxy, near, far } = await setUp(context);
      const [plain, kept] = [collector<number>(), collector<number>()];
      const gaps: ChannelGap[] = [];
      await far.channel<number>('plain').subscribe(plain.handler, { onGap: (gap) => gaps.push(gap) });
      await far.channel<number>('kept', durable).subscribe(kept.handler);
      const before = proxy.connections;
      proxy.blackHole();
      const startedAt = performance.now();
      for (const name of ['plain', 'kept']) await near.channel<number>(name, { durable: name === 'kept' }).publish(1);
      await until(() => proxy.connections > before, true);
      // A second of silence, two more for an answer, and what the machine takes.
      expect(performance.now() - startedAt).toBeLessThan(6_000);
      await proxy.heal();
      await kept.count(1);
      await until(() => gaps, [{ channel: 'plain', reason: 'disconnected' } as ChannelGap]);
      await near.channel<number>('plain').publish(2);
      await plain.count(1);
      expect([plain.got, plain.details[0]?.gap]).toEqual([[2], gaps[0]]);
    });

    it('outlives a server that is frozen for longer than any deadline', async (context) => {
      const { server, near, far } = await setUp(context);
      const seen = collector<number>();
      await far.channel<number>('room', durable).subscribe(seen.handler);
      const room = near.channel<number>('room', durable);
      await room.publish(1);
      await server.freeze();
      await delay(4_000);
      await server.thaw();
      await untilPublished(room, 2);
      await until(() => seen.got.at(-1), 2);
      expect(seen.got).toEqual([...new Set(seen.got)]);
    });

    it('a subscription that begins while Redis is away is refused in time, and none is left', async (context) => {
      const { server, near, ask } = await setUp(context);
      const [early, late] = [collector(), collector()];
      await near.channel('room').subscribe(early.handler);
      await server.kill();
      for (const name of ['room', 'other']) {
        const startedAt = performance.now();
        await expect(near.channel(name).subscribe(late.handler)).rejects.toBeInstanceOf(RedisUnavailableError);
        await expect(near.channel(name, durable).subscribe(late.handler)).rejects.toBeInstanceOf(RedisUnavailableError);
        expect(performance.now() - startedAt).toBeLessThan(6_000);
      }
      await server.restart();
      const names = `return table.concat(redis.call('PUBSUB', 'CHANNELS', '*'), ' ')`;
      await until(() => ask('EVAL', names, '0'), 'sallyport:channel:room');
      await untilPublished(near.channel('room'), 1);
      await until(() => early.got.length > 0, true);
      expect(late.got).toEqual([]);
      const again = await near.channel('other').subscribe(late.handler);
      await near.channel('other').publish(2);
      await late.count(1);
      await again.close();
    });
  });
}

async function untilPublished(channel: { publish(message: number): Promise<unknown> }, message: number): Promise<void> {
  for (;;) {
    try {
      await channel.publish(message);
      return;
    } catch (error) {
      expect(error).toBeInstanceOf(RedisUnavailableError);
      await delay(10);
    }
  }
}
