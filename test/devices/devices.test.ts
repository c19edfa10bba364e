import { createSallyport, type ForceLogoutMessage, InvalidOptionError, type Sallyport } from 'sallyport';
import { createDevices } from 'sallyport/devices';
import { createSessions, redisSessionStore, type Session, SessionLimitError } from 'sallyport/sessions';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { redisClients } from '../redis-clients.ts';
import { useRedisServer } from '../redis-server.ts';
import { heard } from '../sessions/coherent-subject.ts';
import { until } from '../until.ts';

const server = useRedisServer();

for (const where of ['memory', 'Redis', 'Redis, coherent']) {
  describe(`devices in ${where}`, () => {
    let sallyport: Sallyport;
    beforeAll(() => {
      sallyport = createSallyport({
        redis: where === 'memory' ? 'memory' : server.url,
        namespace: where.replace(', ', '-'),
        deadlineMs: 2_000,
        environment: {},
        session: {
          coherent: where.endsWith('coherent'),
          devices: {
            perDeviceType: { phone: 1 },
            describe: ({ userAgent }) =>
              userAgent?.includes('Phone') ? { type: 'phone', name: 'A phone' } : undefined,
          },
        },
      });
    });
    afterAll(() => sallyport.close());

    const login = (userId: string, device = {}, client = {}) =>
      sallyport.sessions.login(undefined, { userId }, { ...client, device });
    const statusOf = async ({ id }: Session) => {
      const opened = await sallyport.sessions.open(id);
      return opened.status === 'ended' ? opened.reason : opened.status;
    };

    it('shows where a user is signed in, without anything to sign in with', async () => {
      const laptop = await login('ada', { type: 'desktop', id: 'l', name: 'Laptop', place: 'Oslo' });
      const phone = await login('ada', { name: 'Mine' }, { ipAddress: '192.0.2.7', userAgent: 'Phone' });
      const devices = await sallyport.devices.list('ada', { current: phone });
      expect(
        devices.map(({ type, name, place, isCurrent, ipAddress }) => [type, name, place, isCurrent, ipAddress]),
      ).toEqual([
        ['phone', 'Mine', undefined, true, '192.0.2.7'],
        ['desktop', 'Laptop', 'Oslo', false, undefined],
      ]);
      expect(devices[0]).toMatchObject({ since: phone.loginTime, handle: phone.handle });
      const shown = JSON.stringify(devices);
      for (const { id } of [laptop, phone]) for (const part of id.split('.')) expect(shown).not.toContain(part);
      expect(
        (await sallyport.devices.list('ada', { current: { userId: 'bob', handle: phone.handle } }))[0],
      ).toMatchObject({
        isCurrent: false,
      });
      expect(await sallyport.devices.list('nobody')).toEqual([]);
    });

    it('keeps the handle of a session that gets a new id', async () => {
      const session = await login('bea');
      const { handle } = session;
      await session.rotate({ role: 'admin' });
      expect(session.handle).toBe(handle);
      expect(await sallyport.devices.revoke('bea', handle)).toBe(1);
      expect(await statusOf(session)).toBe('revoked');
    });

    it('ends one by its handle or its device, and only of this user', async () => {
      const [one, other] = [await login('cem', { id: 'tv-1' }), await login('cem')];
      const stranger = await login('dora', { id: 'tv-1' });
      expect(await sallyport.devices.revoke('dora', other.handle)).toBe(other.handle === stranger.handle ? 1 : 0);
      expect(await sallyport.devices.revoke('cem', 'no handle')).toBe(0);
      expect(await sallyport.devices.revoke('cem', { deviceId: 'tv-1' })).toBe(1);
      expect(await sallyport.devices.revoke('cem', { deviceId: 'tv-1' })).toBe(0);
      expect([await statusOf(one), await statusOf(other)]).toEqual(['revoked', 'live']);
      expect(await sallyport.devices.revoke('cem', other.handle)).toBe(1);
    });

    it('ends all others, or all, and nothing for a session that is over', async () => {
      const [one, two, three] = [await login('eli'), await login('eli'), await login('eli')];
      expect(await sallyport.devices.revokeOthers(two)).toBe(2);
      expect([await statusOf(one), await statusOf(two), await statusOf(three)]).toEqual(['revoked', 'live', 'revoked']);
      await expect(sallyport.devices.revokeOthers(one)).rejects.toMatchObject({ code: 'ERR_SESSION_NOT_FOUND' });
      expect(await statusOf(two)).toBe('live');
      expect(await sallyport.devices.revokeAll('eli')).toBe(1);
      expect(await statusOf(two)).toBe('revoked');
      const told = { code: 'ERR_SESSION_EVICTED', reason: 'revoked' };
      await expect(two.set({ note: 'late' })).rejects.toMatchObject(told);
      await expect(two.rotate({ role: 'admin' })).rejects.toMatchObject(told);
    });

    it('says what it is to be given', async () => {
      for (const which of [undefined, null, {}, 7]) {
        await expect(sallyport.devices.revoke('eli', which as never)).rejects.toBeInstanceOf(InvalidOptionError);
      }
      const none = { code: 'ERR_SESSION_NOT_FOUND' };
      await expect(sallyport.devices.revokeOthers(undefined as never)).rejects.toMatchObject(none);
    });

    it('publishes force_logout with who came and who went', async () => {
      const messages: ForceLogoutMessage[] = [];
      const subscription = await sallyport
        .channel<ForceLogoutMessage>('user_events:fay')
        .subscribe((message) => void messages.push(message));
      const first = await login('fay', { type: 'phone' });
      let second: Session | undefined;
      const ended = await heard('session.ended', async () => {
        second = await login('fay', { type: 'phone', place: 'Rome', id: 'known to that phone alone' });
      });
      await until(() => messages.length, 1);
      expect(messages[0]).toEqual({
        type: 'force_logout',
        reason: 'evicted',
        sessions: [{ handle: first.handle, deviceType: 'phone' }],
        by: { type: 'phone', place: 'Rome' },
      });
      expect(ended).toEqual([{ userId: 'fay', reason: 'evicted', session: first.handle }]);
      await sallyport.devices.revokeAll('fay');
      await until(() => messages.length, 2);
      expect(messages[1]).toEqual({
        type: 'force_logout',
        reason: 'revoked',
        sessions: [{ handle: second?.handle, deviceType: 'phone' }],
      });
      await subscription.close();
    });

    it('signs out all the same when the user cannot be told', async () => {
      const session = await login('a name with spaces');
      const failures = await heard('session.notice.failed', async () => {
        expect(await sallyport.devices.revokeAll('a name with spaces')).toBe(1);
        await until(() => statusOf(session), 'revoked');
      });
      expect(failures).toMatchObject([{ userId: 'a name with spaces', error: expect.any(InvalidOptionError) }]);
    });

    it('is a new session, and not one more, when the same browser signs in again', async () => {
      const first = await login('gil', { type: 'phone' });
      const ended = await heard('session.ended', async () => {
        const again = await sallyport.sessions.login(first, { userId: 'gil' }, { device: { type: 'phone' } });
        expect(await statusOf(again)).toBe('live');
      });
      expect(ended).toEqual([{ userId: 'gil', reason: 'rotated' }]);
      expect(await statusOf(first)).toBe('rotated');
    });

    it('refuses a device that cannot be one, and signs nobody in', async () => {
      await expect(login('hal', { type: 'A phone' })).rejects.toMatchObject({
        code: 'ERR_SESSION_IDENTITY_INVALID',
        member: 'device.type',
      });
      await expect(login('hal', { id: '' })).rejects.toMatchObject({ member: 'device.id' });
      expect(await sallyport.devices.list('hal')).toEqual([]);
      await expect(sallyport.devices.list('')).rejects.toThrow(InvalidOptionError);
    });
  });
}

describe('limits that refuse', () => {
  it('say which limit, and keep the visitor’s session', async () => {
    const sallyport = createSallyport({ environment: {}, session: { devices: { perUser: 1, whenFull: 'reject' } } });
    await sallyport.sessions.login(undefined, { userId: 'ada' });
    const visitor = await sallyport.sessions.create();
    const met = await heard('session.limit.met', async () => {
      const refused = sallyport.sessions.login(visitor, { userId: 'ada' });
      await expect(refused).rejects.toThrow(SessionLimitError);
      await expect(refused).rejects.toMatchObject({ code: 'ERR_SESSION_LIMIT', scope: 'user' });
    });
    expect(met).toEqual([{ userId: 'ada', scope: 'user', whenFull: 'reject' }]);
    expect((await sallyport.sessions.open(visitor.id)).status).toBe('live');
    await sallyport.close();
  });
});

describe('the options of devices', () => {
  it.each([
    [{ devices: { perUser: 0 } }, 'session.devices.perUser'],
    [{ devices: { perDeviceType: { 'a b': 1 } } }, 'session.devices.perDeviceType.a b'],
    [{ devices: { perDeviceType: { tv: 1.5 } } }, 'session.devices.perDeviceType.tv'],
    [{ devices: { whenFull: 'evict' as 'allow' } }, 'session.devices.whenFull'],
    [{ devices: 5 as unknown as true }, 'session.devices'],
  ])('%j are refused by name', (session, option) => {
    expect(() => createSallyport({ environment: {}, session })).toThrow(expect.objectContaining({ option }));
  });

  it('are needed before there are devices', async () => {
    const sallyport = createSallyport({ environment: {} });
    expect(() => sallyport.devices).toThrow(expect.objectContaining({ option: 'session.devices' }));
    await sallyport.close();
  });

  it('need a store that lists', async () => {
    const { redis, close } = await redisClients[0]!.open(server.url);
    const store = redisSessionStore(redis);
    expect(() => createSessions({ store, devices: true })).toThrow(
      expect.objectContaining({ option: 'session.store' }),
    );
    expect(() => createDevices({ store })).toThrow(InvalidOptionError);
    await close();
  });
});
