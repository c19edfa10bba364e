import { askRedis, startSentinel } from '@sallyport/lab/cluster';
import { expect, test } from 'vitest';
import { isAlive, until } from './until.ts';

test('the replica takes over when the master is killed', async () => {
  const group = await startSentinel({ name: 'sessions' });
  const pids = [group.master.pid, group.replica.pid, group.sentinel.pid];
  try {
    expect(group.url).toBe(`redis+sentinel://127.0.0.1:${group.sentinelPort}?name=sessions`);
    expect(await group.masterPort()).toBe(group.master.port);
    await askRedis(['SET', 'key', 'value'], group.master);
    await until(async () => (await askRedis(['GET', 'key'], group.replica)) === 'value', 'the replica has the key');
    await group.master.kill();
    await until(async () => (await group.masterPort()) === group.replica.port, 'the replica is the master', 15_000);
    await until(
      async () => (await askRedis(['INFO', 'replication'], group.replica)).includes('role:master'),
      'the replica says so itself',
    );
    expect(await askRedis(['GET', 'key'], group.replica)).toBe('value');
    expect(await askRedis(['SET', 'key', 'other'], group.replica)).toBe('OK');
  } finally {
    await group.stop();
  }
  expect(pids.some(isAlive)).toBe(false);
});
