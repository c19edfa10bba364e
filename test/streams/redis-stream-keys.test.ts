/** What lies in Redis for a stream, beside docs/redis-keys.md. */
import { readFileSync } from 'node:fs';
import { connectRedis } from 'sallyport/redis';
import { createOnce } from 'sallyport/streams';
import { expect, it } from 'vitest';
import { openRedisStreamStore } from '../../src/streams/redis.ts';
import { append, deathOf, entry, TestConsumer } from '../contracts/stream-store-subject.ts';
import { useRedisServer } from '../redis-server.ts';

const base = 'sallyport:stream:{events}';
const server = useRedisServer();

it('is what docs/redis-keys.md describes, in one slot, and goes with its group', async () => {
  const page = readFileSync(new URL('../../docs/redis-keys.md', import.meta.url), 'utf8').split('## Streams')[1] ?? '';
  const patterns = [...page.matchAll(/^\| `(:[^`]+)`/gm)].map(
    ([, key = '']) => new RegExp(`^${key.replaceAll(/<\w+>/g, '[\\w.-]+')}$`),
  );
  expect(patterns).toHaveLength(4);
  const redis = connectRedis(server.url, { deadlineMs: 5_000 });
  const store = openRedisStreamStore(redis, { name: 'events' }, { plainFrom: 1 });
  const [id] = await append(store, 1, 2, 3);
  await store.append([entry(4, { key: 'k', trace: 't' })], 60_000);
  const [consumer, leaver] = [new TestConsumer(store), new TestConsumer(store)];
  await consumer.take(1);
  await consumer.take(1);
  await consumer.turn({ buried: [deathOf(id!)] });
  await leaver.take(2);
  await leaver.leave();
  await createOnce(redis)({ id: id!, stream: 'events', group: 'g' }, [['SET', 'x', '1']]);
  const keys = ((await redis.command(['KEYS', 'sallyport:*'])) as string[]).toSorted();
  expect(keys.filter((key) => key.includes(':once:'))).toEqual([`sallyport:once:{events}:events:g:${id}`]);
  const own = keys.filter((key) => key.startsWith(base)).map((key) => key.slice(base.length));
  expect(own.length).toBe(5);
  expect(own.filter((key) => key !== '' && !patterns.some((pattern) => pattern.test(key)))).toEqual([]);
  const fields = (await redis.command(['HKEYS', `${base}:group:g`])) as string[];
  expect(fields.map((field) => field.split(':')[0]).toSorted()).toEqual(['claims', 'gate', 'released', 'turn']);
  expect(await redis.command(['XINFO', 'CONSUMERS', base, 'g'], { key: base })).toHaveLength(2);
  await consumer.take(5);
  await consumer.leave();
  await store.removeGroup('g');
  await store.deadLetters('g').trim({ maxCount: 0 });
  const left = ((await redis.command(['KEYS', `${base}*`])) as string[]).map((key) => key.slice(base.length));
  expect(left.toSorted()).toEqual(['', ':dead:g', ':key:k']);
  expect(await redis.command(['XLEN', `${base}:dead:g`])).toBe(0);
  await store.close();
  await redis.close();
});
