import type { FamilyRecord } from 'sallyport/tokens';
import { expect, it } from 'vitest';
import { hourMs, newHolder, type PairStoreUnderTest } from './pair-store-subject.ts';

const idsOf = (records: readonly FamilyRecord[]) => records.map(({ id }) => id);

/** How families begin, live, end and are found. */
export function testFamilies(subject: () => PairStoreUnderTest): void {
  it('knows nothing of a family it was never told of', async () => {
    const { key, family, use } = newHolder();
    expect(await subject().store.rotate(key, use(0))).toEqual({ status: 'missing' });
    expect(await subject().store.end(key, 'logout')).toBeUndefined();
    expect(await subject().store.endAll(family.userId, {}, 'logout')).toEqual([]);
    expect(await subject().store.list(family.userId)).toEqual([]);
  });

  it('each rotation starts the life of the token anew, up to the end of the family', async () => {
    const { key, family, use } = await subject().begin({ absoluteMs: hourMs + 300 });
    const { userId } = family;
    const [before] = await subject().store.list(userId);
    await subject().advance(100);
    const first = await subject().store.rotate(key, use(0));
    expect(first).toHaveProperty('expiresAt');
    const [after] = await subject().store.list(userId);
    expect(after?.expiresAt).toBeGreaterThanOrEqual((before?.expiresAt ?? 0) + 95);
    expect(after?.lastUsedAt).toBeGreaterThanOrEqual((before?.lastUsedAt ?? 0) + 95);
    expect(after?.createdAt).toBe(before?.createdAt);
    await subject().advance(400);
    await subject().store.rotate(key, use(1));
    const [last] = await subject().store.list(userId);
    expect([last?.expiresAt, last?.endsAt]).toEqual([before?.endsAt, before?.endsAt]);
  });

  it('ends a family once; the first reason stays, and the owner is told again', async () => {
    const { key, family, use } = await subject().begin({ deviceId: 'phone' });
    const owner = { userId: family.userId, deviceId: 'phone' };
    expect(await subject().store.end(key, 'logout', 'somebody else')).toBeUndefined();
    expect(await subject().store.end(key, 'logout', family.userId)).toEqual({ owner, wasAlive: true });
    expect(await subject().store.end(key, 'reused')).toEqual({ owner, wasAlive: false });
    await subject().advance(30);
    const ended = await subject().store.rotate(key, use(0));
    expect(ended).toMatchObject({ status: 'ended', owner, reason: 'logout' });
    expect(ended.status === 'ended' && ended.sinceMs).toBeGreaterThanOrEqual(25);
    expect(await subject().store.list(family.userId)).toEqual([]);
  });

  it('forgets a family when its token expires, and one that was ended at the same time', async () => {
    const short = { refreshMs: 300 };
    const { key, family, use } = await subject().begin(short);
    const ended = await subject().begin({ ...short, userId: family.userId });
    const lasting = await subject().begin({ userId: family.userId });
    await subject().store.end(ended.key, 'logout');
    expect(idsOf(await subject().store.list(family.userId)).toSorted()).toEqual([key.id, lasting.key.id].toSorted());
    await subject().advance(330);
    for (const each of [use(0), ended.use(0)]) {
      const of = each.hash === family.hash ? key : ended.key;
      expect(await subject().store.rotate(of, each)).toEqual({ status: 'missing' });
      expect(await subject().store.end(of, 'logout')).toBeUndefined();
    }
    expect(idsOf(await subject().store.list(family.userId))).toEqual([lasting.key.id]);
  });

  it('lists the families of a user, the oldest first, and nobody else’s', async () => {
    const first = await subject().begin({ deviceId: 'phone' });
    const { userId } = first.family;
    await subject().advance(5);
    const second = await subject().begin({ userId });
    await subject().begin({ userId: `${userId} and more` });
    const listed = await subject().other.list(userId);
    expect(idsOf(listed)).toEqual([first.key.id, second.key.id]);
    expect(listed[0]).toEqual({
      id: first.key.id,
      userId,
      deviceId: 'phone',
      createdAt: expect.any(Number),
      lastUsedAt: listed[0]?.createdAt,
      expiresAt: (listed[0]?.createdAt ?? 0) + hourMs,
      endsAt: (listed[0]?.createdAt ?? 0) + 2 * hourMs,
    });
    expect(listed[1]).not.toHaveProperty('deviceId');
  });

  it('ends all families of a user, of a device, or those that began before a time', async () => {
    const phone = await subject().begin({ deviceId: 'phone' });
    const { userId } = phone.family;
    const tablet = await subject().begin({ userId, deviceId: 'tablet' });
    const stranger = await subject().begin();
    await subject().advance(5);
    const late = await subject().begin({ userId, deviceId: 'tablet' });
    const createdBefore = (await subject().store.list(userId)).at(-1)?.createdAt ?? 0;
    expect(idsOf(await subject().store.endAll(userId, { deviceId: 'tablet', createdBefore }, 'logout'))).toEqual([
      tablet.key.id,
    ]);
    expect(idsOf(await subject().store.list(userId))).toEqual([phone.key.id, late.key.id]);
    expect(idsOf(await subject().store.endAll(userId, { deviceId: 'tablet' }, 'logout'))).toEqual([late.key.id]);
    expect(idsOf(await subject().store.endAll(userId, {}, 'logout'))).toEqual([phone.key.id]);
    expect(await subject().store.endAll(userId, {}, 'logout')).toEqual([]);
    for (const { key, use } of [phone, tablet, late]) {
      expect(await subject().store.rotate(key, use(0))).toMatchObject({
        status: 'ended',
        reason: 'logout',
        owner: { userId },
      });
    }
    expect(await subject().store.rotate(stranger.key, stranger.use(0))).toMatchObject({ status: 'rotated' });
  });

  it('keeps users apart whose tags are the same', async () => {
    const one = await subject().begin();
    const other = newHolder();
    const key = { ...other.key, tag: one.key.tag };
    await subject().store.create(key, other.family);
    expect(idsOf(await subject().store.list(one.family.userId))).toEqual([one.key.id]);
    expect(idsOf(await subject().store.endAll(one.family.userId, {}, 'logout'))).toEqual([one.key.id]);
    expect(await subject().store.rotate(key, other.use(0))).toMatchObject({ status: 'rotated' });
  });

  it('no rotation succeeds once the end was answered', async () => {
    for (let round = 0; round < 20; round += 1) {
      const { key, family, use } = await subject().begin();
      const racing = subject().other.rotate(key, use(0));
      await (round % 2 ? subject().store.end(key, 'logout') : subject().store.endAll(family.userId, {}, 'logout'));
      expect(await subject().other.rotate(key, use(0))).toMatchObject({ status: 'ended' });
      expect(await subject().store.rotate(key, use(1))).toMatchObject({ status: 'ended' });
      expect((await racing).status).toMatch(/rotated|ended/);
      expect(await subject().store.list(family.userId)).toEqual([]);
    }
  });

  it('takes ids and claims of any form', async () => {
    for (const id of ['a:b', '{x}', '*', ' ', 'Zoë 张', '\u0000\r\n', '["family"]', 'x'.repeat(512)]) {
      const claims = JSON.stringify({ note: id, nested: [{ of: id }], empty: [] });
      const userId = `any form ${id}`;
      const { key, use } = await subject().begin({ userId, deviceId: id, claims });
      const owner = { userId, deviceId: id };
      expect(await subject().store.rotate(key, use(0))).toMatchObject({ status: 'rotated', owner, claims });
      expect(await subject().store.list(userId)).toMatchObject([{ id: key.id, ...owner }]);
      expect(await subject().store.end(key, 'logout', userId)).toEqual({ owner, wasAlive: true });
    }
  });
}
