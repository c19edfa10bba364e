/** What every session store that lists users' sessions promises. Runs on memory and on Redis through every client and layout. */
import type { SessionDevice, SessionStore, UserSessions } from 'sallyport/sessions';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newSessionId, type SessionId } from '../../src/sessions/session-id.ts';
import type { NewSessionRecord } from '../../src/sessions/store.ts';
import type { SessionAdmission } from '../../src/sessions/user-sessions.ts';
import { until } from '../until.ts';
import type { SessionStoreSubject } from './session-store.ts';

export type MakeIndexedStore = (options: { readonly expiryEvents: boolean }) => Promise<SessionStoreSubject>;

const tombstoneMs = 60_000;

interface Opened {
  readonly id: SessionId;
  readonly status: 'admitted' | 'full';
  readonly createdAt: number;
  readonly evicted: readonly string[];
}

export function describeUserSessions(
  name: string,
  make: MakeIndexedStore,
  { realTime = false }: { readonly realTime?: boolean } = {},
): void {
  const suite = realTime ? describe.concurrent : describe;
  suite(`user sessions contract: ${name}`, () => {
    let subject: SessionStoreSubject;
    let store: SessionStore;
    let users: UserSessions;

    beforeAll(async () => {
      subject = await make({ expiryEvents: false });
      store = subject.store;
      users = store.users!;
    });
    afterAll(() => subject?.close());

    const open = (
      userId: string,
      device: SessionDevice | undefined = undefined,
      admission: Partial<SessionAdmission> = {},
      record: Partial<NewSessionRecord> = {},
    ) => admit(users, userId, device, admission, record);
    const statusOf = async ({ id }: Opened) => {
      const found = await store.read(id, { renew: false });
      return found.status === 'ended' ? found.reason : found.status;
    };
    const listOf = async ({ id }: Opened) => (await users.list(id.tag)).map(({ hash }) => hash);

    it('lists what is known of each session, the newest first', async () => {
      const first = await open('ada', { type: 'phone', id: 'p-1', name: 'Zoë’s phone', place: 'Oslo' }, {}, client);
      const second = await open('ada');
      await open('bob');
      const sessions = await users.list(first.id.tag);
      expect(sessions.map(({ hash }) => hash)).toEqual([second.id.hash, first.id.hash]);
      expect(sessions[1]?.record).toMatchObject({
        ...client,
        userId: 'ada',
        createdAt: first.createdAt,
        loginTime: first.createdAt,
        device: { type: 'phone', id: 'p-1', name: 'Zoë’s phone', place: 'Oslo' },
      });
      expect(sessions[0]?.record.device).toBeUndefined();
    });

    it('gives sessions of one moment beginnings of their own', async () => {
      const opened = await Promise.all(Array.from({ length: 20 }, () => open('twins')));
      expect(new Set(opened.map(({ createdAt }) => createdAt)).size).toBe(20);
      const listed = await users.list(opened[0]!.id.tag);
      expect(listed.map(({ record }) => record.createdAt)).toEqual(
        opened.map(({ createdAt }) => createdAt).sort((one, other) => other - one),
      );
    });

    it('ends the oldest of the type when there is one too many of it', async () => {
      const limits = { perDeviceType: 1 };
      const desktop = await open('cem', { type: 'desktop' }, limits);
      const phone = await open('cem', { type: 'phone' }, limits);
      const other = await open('cem', { type: 'phone' }, limits);
      expect(other.evicted).toEqual([phone.id.hash]);
      expect(await statusOf(phone)).toBe('evicted');
      expect(await Promise.all([statusOf(desktop), statusOf(other)])).toEqual(['live', 'live']);
      expect(await listOf(phone)).toEqual([other.id.hash, desktop.id.hash]);
    });

    it('ends the oldest of all when the user has one too many, after those of the type', async () => {
      const limits = { perUser: 3, perDeviceType: 2 };
      const opened: Opened[] = [];
      for (const type of ['phone', 'tv', 'tv', 'desktop']) opened.push(await open('dee', { type }, limits));
      expect(opened[3]?.evicted).toEqual([opened[0]?.id.hash]);
      const last = await open('dee', { type: 'tv' }, limits);
      expect(last.evicted).toEqual([opened[1]?.id.hash]);
      const lowered = await open('dee', { type: 'phone' }, { perUser: 1 });
      expect(new Set(lowered.evicted)).toEqual(new Set([opened[2], opened[3], last].map((each) => each?.id.hash)));
      expect(await listOf(last)).toEqual([lowered.id.hash]);
    });

    it('refuses one too many, whole, when it is to', async () => {
      const limits = { perDeviceType: 1, whenFull: 'reject' } as const;
      const first = await open('eva', { type: 'tv' }, limits);
      const refused = await open('eva', { type: 'tv' }, limits);
      expect(refused.status).toBe('full');
      expect(await statusOf(refused)).toBe('missing');
      expect(await statusOf(first)).toBe('live');
      expect((await open('eva', { type: 'phone' }, limits)).status).toBe('admitted');
      expect((await open('eva', { type: 'desktop' }, { perUser: 2, whenFull: 'reject' })).status).toBe('full');
    });

    it('only tells that a limit is met, when it is to', async () => {
      const first = await open('fay', undefined, { perUser: 1, whenFull: 'allow' });
      const key = newSessionId('fay');
      const result = await users.admit(key, record('fay'), { ...admission, perUser: 1, whenFull: 'allow' });
      expect(result).toMatchObject({ status: 'admitted', met: 'user', evicted: [] });
      expect(await statusOf(first)).toBe('live');
    });

    it('ends the session that the same device had before, and counts it for nothing', async () => {
      const limits = { perUser: 1, whenFull: 'reject' } as const;
      const before = await open('gil', { type: 'phone', id: 'a' }, limits);
      const again = await open('gil', { type: 'phone', id: 'a' }, limits);
      expect([again.status, again.evicted]).toEqual(['admitted', [before.id.hash]]);
      expect((await open('gil', { type: 'phone', id: 'b' }, limits)).status).toBe('full');
      expect(await statusOf(again)).toBe('live');
    });

    it('puts a session in the place of the one it replaces', async () => {
      const limits = { perUser: 1, whenFull: 'reject' } as const;
      const before = await open('hal', undefined, limits);
      const again = await open('hal', undefined, { ...limits, replaces: before.id });
      expect([again.status, again.evicted]).toEqual(['admitted', []]);
      expect(await statusOf(before)).toBe('rotated');
      expect(await listOf(again)).toEqual([again.id.hash]);
    });

    it('gives what the replaced session held, and nothing when it was over before', async () => {
      const raw = (value: unknown) => store.codec.encode(value);
      const before = await open('han', undefined, {}, { data: new Map([['cart', raw(['a'])]]) });
      const late = { set: new Map([['note', raw('late')]]), remove: [], maxDataBytes: 4_096 };
      expect(await store.change(before.id, late)).toEqual({ status: 'changed' });
      const again = () =>
        users.admit(newSessionId('han'), record('han'), { ...admission, replaces: before.id }).then((result) => {
          if (result.status === 'full') throw new Error('was refused');
          return result.replaced;
        });
      expect(await again()).toEqual({ data: new Map([...late.set, ['cart', raw(['a'])]]) });
      expect(await again()).toBeUndefined();
    });

    it('never counts or shows a session that is gone', async () => {
      const limits = { perUser: 2, whenFull: 'reject' } as const;
      const brief = await open('ida', undefined, limits, { idleMs: 1_500 });
      const lasting = await open('ida', undefined, limits);
      await store.end((await open('ida')).id, { reason: 'logout', tombstoneMs });
      expect((await open('ida', undefined, limits)).status).toBe('full');
      await subject.advance(1_700);
      expect(await listOf(brief)).toEqual([lasting.id.hash]);
      expect((await open('ida', undefined, limits)).status).toBe('admitted');
    });

    it('keeps a session listed in its place through a new id, and renewals', async () => {
      const first = await open('joe', { type: 'phone' }, {}, { idleMs: 1_600 });
      await open('joe', { type: 'desktop' }, {}, { idleMs: 150 });
      const next = { ...newSessionId('joe'), tag: first.id.tag };
      await store.rotate(first.id, next, { tombstoneMs });
      for (let access = 0; access < 3; access++) {
        await subject.advance(800);
        expect((await store.read(next, { renew: true })).status).toBe('live');
      }
      expect(await listOf(first)).toEqual([next.hash]);
      const last = await open('joe', { type: 'phone' }, { perDeviceType: 1 });
      expect(last.evicted).toEqual([next.hash]);
    });

    it('tells the evicted why as long as they would have lived', async () => {
      const before = await open('kim', undefined, {}, { idleMs: 3_000 });
      await open('kim', undefined, { perUser: 1, tombstoneMs: 50 });
      await subject.advance(200);
      expect(await statusOf(before)).toBe('evicted');
    });

    it('ends one, the others, or all, and tells which', async () => {
      const [one, two, three] = [await open('lea'), await open('lea', { type: 'tv' }), await open('lea')];
      const ending = { reason: 'revoked', tombstoneMs };
      expect(await users.end(one.id.tag, { only: [two.createdAt, 1] }, ending)).toEqual([
        { hash: two.id.hash, createdAt: two.createdAt, deviceType: 'tv' },
      ]);
      expect(await statusOf(two)).toBe('revoked');
      expect((await users.end(one.id.tag, { except: three.createdAt }, ending))?.map(({ hash }) => hash)).toEqual([
        one.id.hash,
      ]);
      expect(await users.end(one.id.tag, { except: one.createdAt }, ending)).toBeUndefined();
      expect(await statusOf(three)).toBe('live');
      expect(await users.end(one.id.tag, 'all', ending)).toHaveLength(1);
      expect(await users.end(one.id.tag, 'all', ending)).toEqual([]);
      expect(await users.list(one.id.tag)).toEqual([]);
    });

    it('leaves exactly one of fifty simultaneous logins', async () => {
      const limits = { perDeviceType: 1 };
      const opened = await Promise.all(Array.from({ length: 50 }, () => open('max', { type: 'phone' }, limits)));
      const statuses = await Promise.all(opened.map(statusOf));
      expect(statuses.filter((status) => status === 'live')).toHaveLength(1);
      expect(statuses.filter((status) => status === 'evicted')).toHaveLength(49);
      expect(await listOf(opened[0]!)).toEqual([opened[statuses.indexOf('live')]?.id.hash]);
    });

    it('lets exactly one of fifty simultaneous logins in, when the others are to be refused', async () => {
      const limits = { perUser: 1, whenFull: 'reject' } as const;
      const opened = await Promise.all(Array.from({ length: 50 }, () => open('mia', undefined, limits)));
      expect(opened.filter(({ status }) => status === 'admitted')).toHaveLength(1);
      expect(await users.list(opened[0]!.id.tag)).toHaveLength(1);
    });

    it('ends all that was opened before, among parallel logins', async () => {
      const before = await Promise.all(Array.from({ length: 10 }, () => open('ned')));
      const during = Array.from({ length: 10 }, () => open('ned'));
      const ended = await users.end(before[0]!.id.tag, 'all', { reason: 'revoked', tombstoneMs });
      const opened = [...before, ...(await Promise.all(during))];
      const live = [];
      for (const each of opened) if ((await statusOf(each)) === 'live') live.push(each.id.hash);
      expect(ended).toHaveLength(opened.length - live.length);
      expect((await Promise.all(before.map(statusOf))).filter((status) => status !== 'revoked')).toEqual([]);
      expect(new Set(await listOf(before[0]!))).toEqual(new Set(live));
    });

    it('leaves one of two sessions that end each other', async () => {
      const [one, other] = [await open('oda'), await open('oda')];
      const ends = await Promise.all(
        [one, other].map(({ createdAt }) =>
          users.end(one.id.tag, { except: createdAt }, { reason: 'revoked', tombstoneMs }),
        ),
      );
      expect(ends.filter((ended) => ended === undefined)).toHaveLength(1);
      expect((await Promise.all([one, other].map(statusOf))).sort()).toEqual(['live', 'revoked']);
    });

    it('gives a session another idle time, never beyond its absolute end', async () => {
      const opened = await open('pia', undefined, {}, { idleMs: 1_500, absoluteMs: 10_000 });
      expect(await store.retime(opened.id, { idleMs: 4_000, userId: 'pia' })).toMatchObject({ status: 'changed' });
      await subject.advance(1_800);
      const found = await store.read(opened.id, { renew: true });
      if (found.status !== 'live') throw new Error(`found ${found.status}`);
      expect(found.record).toMatchObject({ idleMs: 4_000, expiresAt: found.record.lastAccess + 4_000 });
      expect(await listOf(opened)).toEqual([opened.id.hash]);
      await store.retime(opened.id, { idleMs: 60_000 });
      const capped = await store.read(opened.id, { renew: true });
      if (capped.status !== 'live') throw new Error(`found ${capped.status}`);
      expect(capped.record.expiresAt).toBe(capped.record.absoluteAt);
      await store.end(opened.id, { reason: 'logout', tombstoneMs });
      expect(await store.retime(opened.id, { idleMs: 4_000 })).toEqual({ status: 'ended' });
      expect(await store.retime(newSessionId('pia'), { idleMs: 4_000 })).toEqual({ status: 'missing' });
    });
  });

  suite(`expired sessions: ${name}`, () => {
    let subject: SessionStoreSubject;
    let other: SessionStoreSubject;
    beforeAll(async () => {
      subject = await make({ expiryEvents: true });
      other = realTime ? await make({ expiryEvents: true }) : subject;
    });
    afterAll(async () => {
      await subject?.close();
      if (other !== subject) await other?.close();
    });

    it('are told once, by one of the servers, and nothing else is', async () => {
      const users = subject.store.users!;
      const brief = { idleMs: 1_200 };
      const expired = [
        await admit(users, 'quin', { type: 'tv' }, {}, brief),
        await admit(users, 'rosa', undefined, {}, brief),
      ];
      const ended = await admit(users, 'quin', undefined, {}, brief);
      const renewed = await admit(users, 'quin', undefined, {}, { idleMs: 3_000 });
      const shortened = await admit(users, 'sven');
      await subject.store.end(ended.id, { reason: 'logout', tombstoneMs });
      await subject.store.retime(shortened.id, { idleMs: 150, userId: 'sven' });
      await subject.advance(1_600);
      await subject.store.read(renewed.id, { renew: true });
      const told: unknown[] = [];
      const take = async () => {
        const taken = await Promise.all([subject, other].map(({ store }) => store.users!.takeExpired!()));
        told.push(...taken.flat());
        return told.length;
      };
      await until(take, 3);
      expect(new Set(told)).toEqual(
        new Set([
          { userId: 'quin', createdAt: expired[0]?.createdAt, deviceType: 'tv' },
          { userId: 'rosa', createdAt: expired[1]?.createdAt, deviceType: 'other' },
          { userId: 'sven', createdAt: shortened.createdAt, deviceType: 'other' },
        ]),
      );
      expect((await subject.store.read(renewed.id, { renew: false })).status).toBe('live');
      await subject.advance(3_300);
      await until(take, 4);
      expect(told.at(-1)).toEqual({ userId: 'quin', createdAt: renewed.createdAt, deviceType: 'other' });
      // All parts were looked at by now, and once more.
      for (let turn = 0; turn < 8; turn++) await take();
      expect(told).toHaveLength(4);
    });
  });
}

const client = { ipAddress: '192.0.2.7', userAgent: 'a browser' };
const admission: SessionAdmission = {
  perUser: undefined,
  perDeviceType: undefined,
  whenFull: 'evict-oldest',
  replaces: undefined,
  tombstoneMs,
};

function record(userId: string, over: Partial<NewSessionRecord> = {}): NewSessionRecord {
  return { userId, idleMs: 60_000, absoluteMs: undefined, data: new Map(), ...over };
}

async function admit(
  users: UserSessions,
  userId: string,
  device?: SessionDevice,
  over: Partial<SessionAdmission> = {},
  recordOver: Partial<NewSessionRecord> = {},
): Promise<Opened> {
  const id = newSessionId(userId);
  const fresh = record(userId, device === undefined ? recordOver : { ...recordOver, device });
  const result = await users.admit(id, fresh, { ...admission, ...over });
  if (result.status === 'full') return { id, status: 'full', createdAt: 0, evicted: [] };
  const { createdAt } = result.record;
  return { id, status: 'admitted', createdAt, evicted: result.evicted.map(({ hash }) => hash) };
}
