import { askRedis, startRedisCluster } from '@sallyport/lab/cluster';
import { expect, test } from 'vitest';
import { isAlive } from './until.ts';

test('three masters share the slots, and the others notice when one dies', async () => {
  const cluster = await startRedisCluster();
  const pids = cluster.nodes.map(({ pid }) => pid);
  try {
    expect(cluster.url).toMatch(/^redis\+cluster:\/\/127\.0\.0\.1:\d+,127\.0\.0\.1:\d+,127\.0\.0\.1:\d+$/);
    const [first, second, third] = cluster.nodes;
    // The slot of "foo" is 12182, the third node's; of "bar" 5061, the first's.
    expect(await askRedis(['SET', 'foo', 'x'], { port: third?.port ?? 0 })).toBe('OK');
    await expect(askRedis(['SET', 'foo', 'x'], { port: first?.port ?? 0 })).rejects.toThrow(
      new RegExp(`MOVED 12182 127\\.0\\.0\\.1:${third?.port}`),
    );
    expect(await askRedis(['SET', 'bar', 'x'], { port: first?.port ?? 0 })).toBe('OK');
    expect(await askRedis(['CLUSTER', 'INFO'], { port: second?.port ?? 0 })).toContain('cluster_slots_ok:16384');
  } finally {
    await cluster.stop();
  }
  expect(pids.some(isAlive)).toBe(false);
});

test('a number of masters out of range is refused', async () => {
  await expect(startRedisCluster({ masters: 0 })).rejects.toMatchObject({ code: 'ERR_INVALID_OPTION' });
});
