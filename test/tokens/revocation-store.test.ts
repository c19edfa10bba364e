import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { connectRedis, type RedisPort } from 'sallyport/redis';
import { memoryRevocationStore, type RevocationStore, redisRevocationStore } from 'sallyport/tokens';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { revocationKeys } from '../../src/tokens/keys.ts';
import { describeRevocationStore } from '../contracts/revocation-store.ts';
import { manualClock } from '../manual-clock.ts';
import { redisClients } from '../redis-clients.ts';
import { useRedisServer } from '../redis-server.ts';

/** With the feed of mode `pushed`, or without. */
const kinds: readonly (readonly [string, (store: RevocationStore) => RevocationStore])[] = [
  ['', (store) => store],
  [' with a feed', (store) => store.announcing?.(7_200_000) ?? expect.unreachable()],
];

for (const [kind, of] of kinds) {
  describeRevocationStore(`memory${kind}`, async () => {
    const clock = manualClock();
    return {
      store: of(memoryRevocationStore({ clock })),
      now: () => clock.now(),
      advance: async (ms) => clock.advance(ms),
      close: async () => {},
    };
  });
}

const server = useRedisServer();

for (const [kind, of] of kinds) {
  for (const { client, open } of redisClients) {
    describeRevocationStore(
      client + kind,
      async () => {
        const { redis, close } = await open(server.url);
        const store = of(redisRevocationStore(redis, { namespace: client }));
        return { store, now: () => Date.now(), advance: (ms) => wait(ms), close };
      },
      { realTime: true },
    );
  }
}

describe('Redis keys of revocation', () => {
  let redis: RedisPort;
  beforeAll(() => {
    redis = connectRedis(server.url);
  });
  afterAll(() => redis.close());

  it('live exactly as long as they are needed, all in one slot', async () => {
    await server.flush();
    const store = redisRevocationStore(redis);
    const token = { userId: 'user-1', jti: 'token-1', deviceId: 'phone' };
    const endMs = Date.now() + 7_200_000;
    await store.deny(token, endMs);
    await store.allow(token, endMs + 1);
    await store.cutOff({ userId: 'user-1' }, 1_000, endMs + 2);
    await store.cutOff(token, 2_000, endMs + 3);

    const keys = revocationKeys('sallyport');
    const expected = [
      [keys.denied(token), endMs],
      [keys.allowed(token), endMs + 1],
      [keys.before({ userId: 'user-1' }), endMs + 2],
      [keys.before(token), endMs + 3],
    ] as const;
    for (const [key, untilMs] of expected) expect(await redis.command(['PEXPIRETIME', key])).toBe(untilMs);
    const all = (await redis.command(['KEYS', '*'])) as string[];
    expect(all.toSorted()).toEqual(expected.map(([key]) => key).toSorted());
    const [tag] = new Set(all.map((key) => /\{(.+)\}/.exec(key)?.[1]));
    expect(all.every((key) => key.startsWith(`sallyport:token:{${tag}}:`))).toBe(true);
  });

  it('have the names that docs/redis-keys.md tells', () => {
    const keys = revocationKeys('sallyport');
    const token = { userId: 'user-1', jti: 'token-1', deviceId: 'phone' };
    const hash = (text: string, bytes: number) =>
      createHash('sha256').update(text).digest().subarray(0, bytes).toString('base64url');
    const tag = hash('user-1', 8);
    expect(keys.denied(token)).toBe(`sallyport:token:{${tag}}:denied:token-1`);
    const own = { ...token, jti: '019c0000-0000-7000-8000-00000000000f' };
    expect(keys.denied(own)).toBe(`sallyport:token:{${tag}}:denied:AZwAAAAAcACAAAAAAAAADw`);
    expect(keys.allowed(own)).toBe(`sallyport:token:{${tag}}:allowed:AZwAAAAAcACAAAAAAAAADw`);
    expect(keys.allowed(token)).toBe(`sallyport:token:{${tag}}:allowed:token-1`);
    expect(keys.before({ userId: 'user-1' })).toBe(`sallyport:token:{${tag}}:before`);
    expect(keys.before(token)).toBe(`sallyport:token:{${tag}}:before:${hash('phone', 16)}`);
  });

  it('differ for ids that differ, whatever their form', () => {
    const own = '019c0000-0000-7000-8000-00000000000f';
    const short = 'AZwAAAAAcACAAAAAAAAADw';
    const ids = [
      own,
      own.toUpperCase(),
      own.replace('-7', '-4'),
      own.replaceAll('-', ''),
      short,
      `${short}.`,
      `${short}..`,
    ];
    const names = ids.map((jti) => revocationKeys('sallyport').denied({ userId: 'user-1', jti }));
    expect(new Set(names).size).toBe(ids.length);
  });

  it('cost one command per check', async () => {
    const commands: string[] = [];
    const counting: RedisPort = {
      ...redis,
      command: (args, options) => {
        commands.push(String(args[0]));
        return redis.command(args, options);
      },
      run: () => Promise.reject(new Error('check needs no script')),
    };
    const token = { userId: 'user-1', jti: 'token-1', deviceId: 'phone', familyId: 'family-1' };
    await redisRevocationStore(counting).check(token);
    expect(commands).toEqual(['MGET']);
  });

  it('refuses a namespace that would break them', () => {
    expect(() => redisRevocationStore(redis, { namespace: 'a{b}' })).toThrow('namespace');
  });
});
