/** Several servers over one Redis: events, silence, and what an outage shows. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { startRedis } from '@sallyport/lab/cluster';
import { createPresence, type Presence, type PresenceOptions, redisPresenceStore } from 'sallyport/presence';
import { describe, expect, it, onTestFinished } from 'vitest';
import { redisClients } from '../redis-clients.ts';
import { useRedisServer } from '../redis-server.ts';
import { until } from '../until.ts';

const server = useRedisServer();

async function open(
  { url = server.url, namespace, deadlineMs }: { url?: string; namespace: string; deadlineMs?: number },
  options: PresenceOptions,
  client: (typeof redisClients)[number],
): Promise<Presence> {
  const { redis, close } = await client.open(url, deadlineMs);
  const presence = createPresence(redisPresenceStore(redis, { namespace }), options);
  onTestFinished(async () => {
    await presence.close();
    await close();
  });
  return presence;
}

/** What happened to the users of this test, told to any server of this process. */
function happenings(prefix: string): string[] {
  const seen: string[] = [];
  const listen = (name: string, word: string) => {
    const listener = (event: unknown) => {
      const { userId, reason } = event as { userId: string; reason?: string };
      if (userId.startsWith(prefix)) seen.push([userId, word, reason].filter(Boolean).join(' '));
    };
    subscribe(name, listener);
    onTestFinished(() => void unsubscribe(name, listener));
  };
  listen('sallyport:presence.online', 'online');
  listen('sallyport:presence.offline', 'offline');
  return seen;
}

for (const client of redisClients) {
  describe(`presence on several servers: ${client.client}`, () => {
    it('each user comes and goes once, whichever servers hear of it', async () => {
      const namespace = `events-${client.client}`;
      const prefix = `${namespace}:`;
      const seen = happenings(prefix);
      const options = { offlineAfterSeconds: 4, heartbeatSeconds: 0.5 };
      const servers = await Promise.all([1, 2, 3].map(() => open({ namespace }, options, client)));
      const users = Array.from({ length: 50 }, (_, n) => `${prefix}${n}`);
      for (const presence of servers) for (const userId of users) presence.heartbeat(userId);
      await until(() => seen.length, 50);
      const leaver = users.shift()!;
      expect((await Promise.all(servers.map((presence) => presence.offline(leaver)))).filter(Boolean)).toEqual([true]);
      // All fall silent, and all servers sweep.
      await until(() => seen.length, 2 * 50);
      const expected = [...users.flatMap((userId) => [`${userId} online`, `${userId} offline silent`])];
      expect(seen.sort()).toEqual([...expected, `${leaver} offline left`, `${leaver} online`].sort());
      expect(await servers[1]!.count()).toBe(0);
      expect(await servers[1]!.list()).toEqual({ users: [] });
    });

    it('shows on one server who is active on another, with status, since when and the last activity', async () => {
      const namespace = `shows-${client.client}`;
      const [one, other] = [await open({ namespace }, {}, client), await open({ namespace }, {}, client)];
      const before = Date.now();
      one.heartbeat('ada', { status: 'busy' });
      other.heartbeat('bob');
      await until(() => other.count(), 2);
      const ada = await other.get('ada');
      expect(ada).toMatchObject({ userId: 'ada', status: 'busy' });
      expect(ada!.since.getTime()).toBe(ada!.lastActive.getTime());
      expect(Math.abs(ada!.since.getTime() - before)).toBeLessThan(10_000);
      expect((await one.getMany(['bob', 'nobody', 'ada'])).map(({ userId }) => userId)).toEqual(['bob', 'ada']);
      const { users, cursor } = await one.list({ limit: 1 });
      const rest = await other.list({ limit: 1, cursor });
      expect([...users, ...rest.users].map(({ userId }) => userId).sort()).toEqual(['ada', 'bob']);
      expect((await one.list({ status: 'busy' })).users).toEqual([ada]);
      expect((await one.list({ status: 'away' })).users).toEqual([]);
    });

    it('an outage shows in what is asked, and not in a request that tells; what was told meanwhile is made good', async () => {
      const redis = await startRedis();
      onTestFinished(() => redis.stop());
      const place = { url: redis.url, namespace: 'outage', deadlineMs: 200 };
      const presence = await open(place, { heartbeatSeconds: 0.2 }, client);
      presence.heartbeat('ada');
      await until(() => presence.count(), 1);
      for (const [strike, mend] of [
        [() => redis.freeze(), () => redis.thaw()],
        [() => redis.kill(), () => redis.restart()],
      ] as const) {
        await strike();
        presence.heartbeat('bob', { status: 'away' });
        const unavailable = { code: 'ERR_REDIS_UNAVAILABLE' };
        await expect(presence.isOnline('ada')).rejects.toMatchObject(unavailable);
        await expect(presence.count()).rejects.toMatchObject(unavailable);
        await expect(presence.list()).rejects.toMatchObject(unavailable);
        await expect(presence.offline('ada')).rejects.toMatchObject(unavailable);
        await mend();
        await until(async () => (await presence.get('bob').catch(() => undefined))?.status, 'away');
      }
    });
  });
}
