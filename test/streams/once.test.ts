/** Effects that take place once, in Redis and in a database. */
import { PGlite } from '@electric-sql/pglite';
import { startRedisCluster } from '@sallyport/lab/cluster';
import { connectRedis, type RedisPort } from 'sallyport/redis';
import { createOnce, createStream, type DeliveredEvent, memoryStreamStore, redisStreamStore } from 'sallyport/streams';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startProxy } from '../proxy.ts';
import { useRedisServer } from '../redis-server.ts';

const server = useRedisServer();
const event = (id: string, group = 'inventory') => ({ id, stream: 'orders', group });

describe('createOnce', () => {
  let redis: RedisPort;
  beforeEach(() => {
    redis = connectRedis(server.url, { deadlineMs: 2_000 });
  });
  afterEach(async () => {
    await redis.close();
    await server.flush();
  });

  it('carries out commands once for each event and group', async () => {
    const once = createOnce(redis, { retainSeconds: 60 });
    const effect = [
      ['HINCRBY', 'stock', 'apple', '-1'],
      ['LPUSH', 'log', 'é'],
    ] as const;
    expect(await once(event('1-0'), effect)).toEqual({ applied: true, reply: [-1, 1] });
    expect(await once(event('1-0'), effect)).toEqual({ applied: false });
    const all = await Promise.all(Array.from({ length: 20 }, () => once(event('1-1'), effect)));
    expect(all.filter(({ applied }) => applied)).toHaveLength(1);
    expect((await once(event('1-0', 'invoices'), effect)).applied).toBe(true);
    expect(await redis.command(['HGET', 'stock', 'apple'])).toBe('-3');
    const ttl = await redis.command(['PTTL', 'sallyport:once:{orders}:orders:inventory:1-0']);
    expect(Number(ttl)).toBeGreaterThan(50_000);
  });

  it('runs a script of the application in the same step', async () => {
    const once = createOnce(redis);
    const effect = {
      script: `if tonumber(redis.call('GET', KEYS[1]) or '0') < tonumber(ARGV[1]) then return redis.error_reply('SOLDOUT no more') end
return redis.call('DECRBY', KEYS[1], ARGV[1])`,
      keys: ['stock'],
      args: ['2'],
    };
    await redis.command(['SET', 'stock', '3']);
    expect(await once(event('1-0'), effect)).toEqual({ applied: true, reply: 1 });
    expect(await once(event('1-0'), effect)).toEqual({ applied: false });
    await redis.command(['SET', 'stock', '5']);
    const failing = { ...effect, script: "return redis.call('LPUSH', KEYS[1], ARGV[1])" };
    await expect(once(event('1-1'), failing)).rejects.toMatchObject({ code: 'ERR_REDIS_REPLY', reply: 'WRONGTYPE' });
    expect(await once(event('1-1'), effect)).toEqual({ applied: true, reply: 3 });
  });

  it('leaves no marker when nothing was applied, and one when a part was', async () => {
    const once = createOnce(redis);
    await redis.command(['SET', 'text', 'x']);
    await expect(once(event('1-0'), [['INCR', 'text']])).rejects.toMatchObject({
      code: 'ERR_REDIS_REPLY',
      reply: 'ERR',
    });
    expect(await once(event('1-0'), [['INCR', 'n']])).toEqual({ applied: true, reply: [1] });
    const half = [
      ['INCR', 'n'],
      ['INCR', 'text'],
    ] as const;
    await expect(once(event('1-1'), half)).rejects.toMatchObject({ code: 'ERR_EFFECT_PARTIAL', applied: 1 });
    expect(await once(event('1-1'), half)).toEqual({ applied: false });
    expect(await redis.command(['GET', 'n'])).toBe('2');
    await expect(once(event('1-2'), [])).rejects.toMatchObject({ option: 'effect' });
    await expect(once(event('nonsense'), half)).rejects.toMatchObject({ option: 'event.id' });
  });

  it('counts every event once, although links are cut between effect and acknowledgement', async () => {
    const proxy = await startProxy({ targetPort: server.port });
    const behind = connectRedis(`redis://127.0.0.1:${proxy.port}`, { deadlineMs: 300 });
    const direct = createStream<{ n: number }>('orders', redisStreamStore(redis, { name: 'orders' }));
    await direct.appendMany(Array.from({ length: 600 }, (_, n) => ({ n })));
    const stream = createStream<{ n: number }>('orders', redisStreamStore(behind, { name: 'orders' }));
    const once = createOnce(behind);
    const group = stream.group('inventory');
    let runs = 0;
    const options = {
      concurrency: 8,
      claimAfterMs: 400,
      claimEveryMs: 100,
      maxDeliveries: 100,
      backOff: { delayMs: 5 },
    };
    const consumer = group.consume(async (delivered) => {
      runs++;
      await once(delivered, [['INCR', 'counted']]);
      // The effect took place, and the handler fails all the same.
      if (delivered.event.n % 10 === 0 && delivered.deliveries === 1) throw new Error('after the effect');
    }, options);
    for (let cut = 0; cut < 6; cut++) {
      await expect.poll(() => runs, { interval: 1, timeout: 10_000 }).toBeGreaterThan(cut * 80);
      if (cut % 2 === 0) proxy.cut();
      else {
        proxy.blackHole();
        await new Promise((resolve) => setTimeout(resolve, 50));
        await proxy.heal();
      }
    }
    const untouched = direct.group('inventory');
    await expect
      .poll(async () => untouched.info().then((info) => [info?.pending, info?.lag]), { timeout: 15_000 })
      .toEqual([0, 0]);
    expect(await redis.command(['GET', 'counted'])).toBe('600');
    expect(runs).toBeGreaterThan(600);
    expect((await untouched.info())?.deadLetters).toBe(0);
    await consumer.close({ deadlineMs: 0 });
    await Promise.all([stream.close(), direct.close()]);
    await behind.close();
    await proxy.stop();
  }, 40_000);

  it('lies with the keys that it changes on a cluster', async () => {
    const cluster = await startRedisCluster({ masters: 3 });
    const port = connectRedis(cluster.url, { deadlineMs: 5_000 });
    try {
      for (const tag of ['a', 'b', 'c', 'd']) {
        const once = createOnce(port, { hashTag: tag });
        expect((await once(event('1-0'), [['INCR', `{${tag}}:n`]])).applied).toBe(true);
        expect(
          (await once(event('1-0'), { script: "return redis.call('INCR', KEYS[1])", keys: [`{${tag}}:n`] })).applied,
        ).toBe(false);
      }
    } finally {
      await port.close();
      await cluster.stop();
    }
  }, 60_000);
});

describe('the recipe for SQL in docs/streams.md', () => {
  it('applies an effect and remembers its event in one transaction', async () => {
    const db = new PGlite();
    await db.exec(`
      CREATE TABLE handled_events (stream text, consumer_group text, event_id text, PRIMARY KEY (stream, consumer_group, event_id));
      CREATE TABLE stock (product text PRIMARY KEY, pieces int NOT NULL CHECK (pieces >= 0));
      INSERT INTO stock VALUES ('apple', 10);
    `);

    async function reserve({ stream, group, id, event: order }: DeliveredEvent<{ pieces: number }>): Promise<boolean> {
      return db.transaction(async (transaction) => {
        const { affectedRows } = await transaction.query(
          'INSERT INTO handled_events VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
          [stream, group, id],
        );
        if (affectedRows === 0) return false;
        await transaction.query('UPDATE stock SET pieces = pieces - $1 WHERE product = $2', [order.pieces, 'apple']);
        return true;
      });
    }

    const stream = createStream<{ pieces: number }>('orders', memoryStreamStore({ name: 'orders' }));
    const applied: boolean[] = [];
    const group = stream.group('inventory');
    const consumer = group.consume(
      async (delivered) => {
        applied.push(await reserve(delivered));
        // The transaction is committed, and the acknowledgement never comes.
        if (delivered.deliveries === 1) throw new Error('lost');
      },
      { backOff: { delayMs: 1 } },
    );
    await stream.appendMany([{ pieces: 3 }, { pieces: 4 }]);
    await expect.poll(() => applied.length).toBe(4);
    expect(applied.filter((each) => each)).toHaveLength(2);
    expect((await db.query('SELECT pieces FROM stock')).rows).toEqual([{ pieces: 3 }]);
    // What the database refuses leaves no trace of the event.
    await stream.append({ pieces: 4 });
    await expect.poll(async () => (await group.deadLetters.list()).length).toBe(1);
    expect((await group.deadLetters.list())[0]).toMatchObject({ reason: 'exhausted', deliveries: 5 });
    expect((await db.query('SELECT count(*)::int AS n FROM handled_events')).rows).toEqual([{ n: 2 }]);
    await consumer.close({ deadlineMs: 0 });
    await stream.close();
    await db.close();
  });
});
