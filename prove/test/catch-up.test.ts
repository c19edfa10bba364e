/** 10,000 messages of a durable channel to one subscriber, whose connection breaks in five ways while they are published. */
import { type BreakableLink, type RedisServer, startBreakableLink, startRedis } from '@sallyport/lab/cluster';
import type { Channel, ChannelGap } from 'sallyport/channels';
import { describe, expect, it } from 'vitest';
import { until } from '../../test/until.ts';
import { openApp } from '../src/rounds/open-app.ts';

const messages = 10_000;
const atOnce = 100;

/** Each breaks the subscriber's connection, and gives what mends it. */
const disconnects: readonly ((link: BreakableLink, redis: RedisServer) => unknown)[] = [
  (link) => link.blackHole(),
  (link) => link.halfOpen('replies'),
  // The next message is cut off, and its connection.
  (link) => link.cutBeforeReply(),
  (link) => link.reset(),
  async (link, redis) => {
    link.blackHole();
    await redis.kill();
    await redis.restart();
  },
];

describe('a durable channel', () => {
  it('catches up: 10,000 messages over five disconnects, 0 missed, 0 twice, in order', async (context) => {
    const redis = await startRedis({ persistence: 'aof-always' });
    context.onTestFinished(() => redis.stop());
    const link = await startBreakableLink(redis.port);
    context.onTestFinished(() => link.stop());
    const open = async (port: number): Promise<Channel<number>> => {
      const { app } = await openApp({ url: `redis://127.0.0.1:${port}`, deadlineMs: 2_000 });
      context.onTestFinished(() => app.close());
      return app.channel<number>('catch-up', { durable: { maxLength: messages } });
    };
    const [publisher, subscriber] = [await open(redis.port), await open(link.port)];
    const got: number[] = [];
    const gaps: ChannelGap[] = [];
    await subscriber.subscribe((n) => got.push(n), { onGap: (gap) => gaps.push(gap) });

    let next = 0;
    async function publish(count: number): Promise<void> {
      for (const end = next + count; next < end; next += atOnce) {
        await Promise.all(Array.from({ length: atOnce }, (_, n) => publisher.publish(next + n)));
      }
    }
    const caughtUpMs: number[] = [];
    const behind: number[] = [];
    const half = messages / disconnects.length / 2;
    for (const breakOff of disconnects) {
      await publish(half);
      // Only a connection that is there can be broken.
      await until(() => got.length, next);
      const traces = link.traces;
      await breakOff(link, redis);
      // A publisher that is not answered does not know whether it has published.
      await until(
        () =>
          publisher
            .lastId()
            .catch(() => undefined)
            .then((id) => id !== undefined),
        true,
      );
      await publish(half);
      // A connection that died with Redis carries nothing until the subscriber asks whether it lives.
      await until(() => link.traces > traces, true);
      behind.push(next - got.length);
      link.heal();
      const mendedAt = performance.now();
      await until(() => got.length, next);
      caughtUpMs.push(Math.round(performance.now() - mendedAt));
    }

    expect(got).toEqual(Array.from({ length: messages }, (_, n) => n));
    expect(gaps).toEqual([]);
    // Three of the five last until they are mended.
    expect(behind.filter((count) => count >= half).length).toBeGreaterThanOrEqual(3);
    await context.annotate(`behind by ${behind.join(', ')}; all there after ${caughtUpMs.join(', ')} ms`);
  }, 60_000);
});
