import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import {
  askRedis,
  freePort,
  type Persistence,
  PortTakenError,
  type RedisServer,
  ServerGoneError,
  ServerStartError,
  startRedis,
  temporaryFolder,
} from '@sallyport/lab/cluster';
import { afterEach, describe, expect, test } from 'vitest';
import { isAlive } from './until.ts';

const started: RedisServer[] = [];

async function start(options?: Parameters<typeof startRedis>[0]): Promise<RedisServer> {
  const redis = await startRedis(options);
  started.push(redis);
  return redis;
}

afterEach(async () => {
  for (const redis of started.splice(0)) await redis.stop();
});

test('starts on loopback, answers, and leaves nothing behind', async () => {
  const redis = await start();
  expect(await askRedis(['PING'], redis)).toBe('PONG');
  expect(redis.url).toBe(`redis://127.0.0.1:${redis.port}`);
  expect(await askRedis(['INFO', 'server'], redis)).toContain(`process_id:${redis.pid}\r`);
  expect(existsSync(redis.folder)).toBe(true);
  await redis.stop();
  expect(isAlive(redis.pid)).toBe(false);
  expect(existsSync(redis.folder)).toBe(false);
});

describe('what survives a restart', () => {
  const matrix: readonly (readonly [Persistence, 'terminate' | 'kill', boolean])[] = [
    ['none', 'terminate', false],
    ['none', 'kill', false],
    ['save-points', 'terminate', true],
    ['save-points', 'kill', false],
    ['aof-everysec', 'terminate', true],
    ['aof-always', 'terminate', true],
    ['aof-always', 'kill', true],
  ];
  test.each(matrix)('%s, %s: kept = %s', async (persistence, ending, kept) => {
    const redis = await start({ persistence });
    const before = redis.pid;
    await askRedis(['SET', 'key', 'value'], redis);
    const exit = await redis[ending]();
    expect(exit).toEqual(ending === 'kill' ? { code: null, signal: 'SIGKILL' } : { code: 0, signal: null });
    await expect(askRedis(['PING'], redis)).rejects.toThrow(/no connection/);
    await redis.restart();
    expect(redis.pid).not.toBe(before);
    expect(await askRedis(['GET', 'key'], redis)).toBe(kept ? 'value' : '');
  });
});

test('waits at a restart until the data has been loaded', async () => {
  const redis = await start({ persistence: 'save-points', settings: { 'enable-debug-command': 'yes' } });
  // Large enough for loading to take a while; PING is refused with -LOADING until it is over.
  await askRedis(['DEBUG', 'POPULATE', '300000'], { port: redis.port, deadlineMs: 10_000 });
  await redis.restart();
  expect(await askRedis(['DBSIZE'], redis)).toBe('300000');
});

test('is silent while frozen and answers once thawed', async () => {
  const redis = await start();
  await redis.freeze();
  await expect(askRedis(['PING'], { port: redis.port, deadlineMs: 100 })).rejects.toMatchObject({
    code: 'ERR_LAB_REDIS_ANSWER',
    message: expect.stringContaining('no answer within 100 ms'),
  });
  await redis.thaw();
  expect(await askRedis(['PING'], redis)).toBe('PONG');
});

test('a frozen server can be killed, restarted and stopped', async () => {
  const redis = await start();
  await redis.freeze();
  expect(await redis.kill()).toEqual({ code: null, signal: 'SIGKILL' });
  await expect(redis.freeze()).rejects.toBeInstanceOf(ServerGoneError);
  await expect(redis.thaw()).rejects.toBeInstanceOf(ServerGoneError);
  await redis.restart();
  await redis.freeze();
  await redis.restart();
  expect(await askRedis(['PING'], redis)).toBe('PONG');
  await redis.freeze();
  await redis.stop();
  expect(isAlive(redis.pid)).toBe(false);
});

test('a folder that was given stays, and its data with it', async () => {
  const folder = await temporaryFolder('redis-test');
  try {
    const first = await startRedis({ persistence: 'aof-always', folder: folder.path });
    await askRedis(['SET', 'key', 'value'], first);
    await first.stop();
    expect(existsSync(folder.path)).toBe(true);
    const second = await start({ persistence: 'aof-always', folder: folder.path });
    expect(await askRedis(['GET', 'key'], second)).toBe('value');
    await second.stop();
  } finally {
    await folder.remove();
  }
});

test('settings are honoured, and a password is part of the URL and of nothing else', async () => {
  const redis = await start({ settings: { maxmemory: '5mb', requirepass: 'p:ss/w@rd' } });
  await expect(askRedis(['PING'], redis)).rejects.toThrow(/NOAUTH/);
  const info = await askRedis(['INFO', 'memory'], { port: redis.port, password: 'p:ss/w@rd' });
  expect(info).toContain('maxmemory:5242880\r');
  expect(decodeURIComponent(new URL(redis.url).password)).toBe('p:ss/w@rd');
  await redis.restart();
  expect(await askRedis(['PING'], { port: redis.port, password: 'p:ss/w@rd' })).toBe('PONG');
});

test('a server that can not start says why, and removes its folder', async () => {
  const failure = await startRedis({ settings: { maxmemory: 'much' } }).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(ServerStartError);
  expect(failure).toMatchObject({ code: 'ERR_LAB_SERVER_START', message: expect.stringContaining('FATAL CONFIG') });
});

test('a port that was asked for and is taken is refused, never served by the stranger who has it', async () => {
  const port = await freePort();
  const stranger = createServer();
  await new Promise<void>((resolve) => stranger.listen(port, '127.0.0.1', resolve));
  try {
    await expect(startRedis({ port })).rejects.toBeInstanceOf(PortTakenError);
  } finally {
    stranger.close();
  }
  const redis = await start({ port });
  expect(redis.port).toBe(port);
  await expect(startRedis({ port })).rejects.toMatchObject({ code: 'ERR_LAB_PORT_TAKEN' });
});

test('twenty at once', async () => {
  const servers = await Promise.all(Array.from({ length: 20 }, () => start()));
  expect(new Set(servers.map(({ port }) => port)).size).toBe(20);
  expect(await Promise.all(servers.map((server) => askRedis(['PING'], server)))).toEqual(Array(20).fill('PONG'));
});
