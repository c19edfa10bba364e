import { createSallyport, InvalidOptionError } from 'sallyport';
import { byActivity, createSessions, memorySessionStore, redisSessionStore, type Sessions } from 'sallyport/sessions';
import { describe, expect, it } from 'vitest';
import { manualClock } from '../manual-clock.ts';
import { redisClients } from '../redis-clients.ts';
import { useRedisServer } from '../redis-server.ts';
import { until } from '../until.ts';
import { heard } from './coherent-subject.ts';

declare global {
  namespace Sallyport {
    interface SessionData {
      clicks: number;
    }
  }
}

const server = useRedisServer();

describe('an idle timeout that is a function', () => {
  const stay = ({ expiresAt, lastAccess }: { expiresAt: Date; lastAccess: Date }) =>
    (expiresAt.getTime() - lastAccess.getTime()) / 1_000;
  const reopen = async (sessions: Sessions, id: string) => {
    const opened = await sessions.open(id);
    if (opened.status !== 'live') throw new Error(`found ${opened.status}`);
    return opened.session;
  };

  for (const where of ['memory', 'hash', 'string', 'coherent'] as const) {
    it(`gives each session its own, by activity, and another when that changes: ${where}`, async () => {
      const sallyport = createSallyport({
        redis: where === 'memory' ? 'memory' : server.url,
        namespace: where,
        environment: {},
        deadlineMs: 5_000,
        session: {
          coherent: where === 'coherent',
          layout: where === 'string' ? 'string' : 'hash',
          idleTimeoutSeconds: byActivity((session) => {
            if (session.role === 'admin') return 'low';
            return (session.get('clicks') ?? 0) > 10 ? 'high' : 'normal';
          }),
        },
      });
      const { sessions } = sallyport;
      const user = await sessions.login(undefined, { userId: 'ada' });
      const admin = await sessions.login(undefined, { userId: 'bea', role: 'admin' });
      expect([stay(user), stay(admin)]).toEqual([1_800, 900]);
      await user.set('clicks', 11);
      expect(stay(await reopen(sessions, user.id))).toBe(3_600);
      expect(stay(await reopen(sessions, user.id))).toBe(3_600);
      await user.set('clicks', 1);
      expect(stay(await reopen(sessions, user.id))).toBe(1_800);
      if (sallyport.redis !== undefined) {
        const [tag] = user.id.split('.');
        const [key = ''] = (await sallyport.redis.command(['KEYS', `${where}:session:{${tag}}:*`])) as string[];
        const restMs = Number(await sallyport.redis.command(['PTTL', key]));
        expect(restMs).toBeGreaterThan(1_700_000);
        expect(restMs).toBeLessThanOrEqual(where === 'coherent' ? 1_980_000 : 1_800_000);
      }
      await sallyport.close();
    });
  }

  it('ends the session at the time it gave', async () => {
    const clock = manualClock();
    const sessions = createSessions({
      store: memorySessionStore({ clock }),
      idleTimeoutSeconds: ({ role }) => (role === 'guest' ? 10 : 100),
    });
    const guest = await sessions.login(undefined, { userId: '1', role: 'guest' });
    const member = await sessions.login(undefined, { userId: '1', role: 'member' });
    clock.advance(11_000);
    expect((await sessions.open(guest.id)).status).toBe('missing');
    expect((await sessions.open(member.id)).status).toBe('live');
    clock.advance(99_000);
    expect((await sessions.open(member.id)).status).toBe('live');
    await sessions.close();
  });

  it('is refused by name when it gives what cannot be a time', async () => {
    const sessions = createSessions({ idleTimeoutSeconds: () => Number.NaN });
    await expect(sessions.create()).rejects.toMatchObject({ option: 'session.idleTimeoutSeconds' });
    expect(() => byActivity(() => 'low', { low: 0 })).toThrow(InvalidOptionError);
    await sessions.close();
  });

  for (const where of ['memory', 'redis'] as const) {
    it(`is asked before anything is stored or anybody signed out: ${where}`, async () => {
      const opened = where === 'memory' ? undefined : await redisClients[0]!.open(server.url);
      const store =
        opened === undefined
          ? memorySessionStore()
          : redisSessionStore(opened.redis, { namespace: 'asked', userIndex: true });
      const stays: Record<string, number | Error> = {
        user: 600,
        odd: Number.NaN,
        late: new Error('a bug of the application'),
      };
      const sessions = createSessions({
        store: { ...store, retime: () => Promise.reject(new Error('a login needs no other idle time')) },
        devices: { perUser: 1 },
        idleTimeoutSeconds: (session) => {
          const stay = stays[session.role ?? '']!;
          if (stay instanceof Error) throw stay;
          return session.device?.type === 'tv' ? stay * 2 : stay + (session.get('clicks') ?? 0);
        },
      });
      const visitor = await createSessions({ store }).create({ data: { clicks: 1 } });
      const user = await sessions.login(undefined, { userId: 'ada', role: 'user' });
      await expect(sessions.login(visitor, { userId: 'ada', role: 'odd' })).rejects.toThrow(InvalidOptionError);
      await expect(sessions.login(visitor, { userId: 'ada', role: 'late' })).rejects.toThrow('a bug');
      expect((await sessions.open(visitor.id, { renew: false })).status).toBe('live');
      expect((await sessions.open(user.id, { renew: false })).status).toBe('live');
      expect((await store.users!.list(user.id.split('.')[0]!)).map(({ record }) => record.role)).toEqual(['user']);
      expect(stay(await sessions.login(visitor, { userId: 'ada', role: 'user' }))).toBe(601);
      const tv = await sessions.login(undefined, { userId: 'ada', role: 'user' }, { device: { type: 'tv' } });
      expect(stay(tv)).toBe(1_200);
      await sessions.close();
      await opened?.close();
    });
  }
});

describe('events of expiry', () => {
  it('tell once over all servers that the time of a session ran out, and nothing of one that was ended', async () => {
    const servers = Array.from({ length: 3 }, () =>
      createSallyport({
        redis: server.url,
        namespace: 'expiring',
        environment: {},
        deadlineMs: 5_000,
        session: { idleTimeoutSeconds: 1.5, expiryEvents: true, devices: true },
      }),
    );
    const keysOf = async (pattern: string) => (await servers[1]!.redis?.command(['KEYS', pattern])) as string[];
    const told = await heard('session.expired', async () => {
      const { sessions } = servers[0]!;
      await sessions.login(undefined, { userId: 'ada' }, { device: { type: 'tv' } });
      const ended = await sessions.login(undefined, { userId: 'ada' });
      expect(await keysOf('expiring:user:*')).toHaveLength(1);
      await ended.end();
      // Nothing is left in any index, and nobody is looked after in vain.
      await until(() => keysOf('expiring:user:*'), []);
      await until(() => keysOf('expiring:session-expiry:*'), []);
    });
    expect(told).toEqual([{ userId: 'ada', session: expect.stringMatching(/^\w+$/), deviceType: 'tv' }]);
    for (const each of servers) await each.close();
  });

  it('tell of renewals, not of reads that renew nothing', async () => {
    const { redis, close } = await redisClients[0]!.open(server.url);
    const sessions = createSessions({ store: redisSessionStore(redis) });
    const session = await sessions.login(undefined, { userId: 'ada' });
    const told = await heard('session.renewed', async () => {
      await sessions.open(session.id);
      await sessions.open(session.id, { renew: false });
    });
    expect(told).toEqual([{ userId: 'ada' }]);
    const lasting = createSessions({ store: memorySessionStore(), idleTimeoutSeconds: null });
    const { id } = await lasting.login(undefined, { userId: 'bea' });
    expect(await heard('session.renewed', async () => void (await lasting.open(id)))).toEqual([]);
    await lasting.close();
    await close();
  });
});
