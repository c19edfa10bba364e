import { expect, it } from 'vitest';
import { maxSteps } from '../../src/tokens/pairs/store.ts';
import { graceMs, hourMs, newHolder, type PairStoreUnderTest, stepsOf, text } from './pair-store-subject.ts';

/** What becomes of a refresh token that is used once, twice, by several, or by a stranger. */
export function testRotation(subject: () => PairStoreUnderTest): void {
  it('rotates the newest token, and tells what the next access token needs', async () => {
    const { key, family, use } = newHolder({ deviceId: 'phone' });
    const times = await subject().store.create(key, family);
    expect(times.expiresAt).toBe(times.createdAt + hourMs);
    expect(times.endsAt).toBe(times.createdAt + 2 * hourMs);
    const attempt = use(0);
    const rotation = await subject().store.rotate(key, attempt);
    expect(rotation).toMatchObject({
      status: 'rotated',
      owner: { userId: family.userId, deviceId: 'phone' },
      claims: '{"role":"admin"}',
      generation: 1,
      steps: [attempt.step],
    });
    expect(await subject().store.rotate(key, use(1))).toMatchObject({ status: 'rotated', generation: 2 });
  });

  it('repeats the same step for a token that was spent a moment ago, on every server', async () => {
    const { key, use } = await subject().begin();
    const [step] = stepsOf(await subject().store.rotate(key, use(0)));
    for (const each of [subject().store, subject().other]) {
      expect(await each.rotate(key, use(0))).toMatchObject({ status: 'repeated', generation: 1, steps: [step] });
    }
    expect(await subject().store.rotate(key, use(1))).toMatchObject({ status: 'rotated', generation: 2 });
  });

  it('leads an old tab to the newest token when its successor has been spent too', async () => {
    const { key, use } = await subject().begin();
    const steps = [];
    for (const generation of [0, 1, 2]) steps.push(...stepsOf(await subject().store.rotate(key, use(generation))));
    expect(await subject().store.rotate(key, use(0))).toMatchObject({ status: 'repeated', generation: 3, steps });
    expect(await subject().store.rotate(key, use(1))).toMatchObject({
      status: 'repeated',
      generation: 3,
      steps: steps.slice(1),
    });
  });

  it('finds a token replayed after the grace window, and ends the family for everybody', async () => {
    const { key, family, use } = await subject().begin({ deviceId: 'phone' });
    await subject().store.rotate(key, use(0));
    await subject().advance(graceMs + 20);
    const owner = { userId: family.userId, deviceId: 'phone' };
    expect(await subject().store.rotate(key, use(0))).toEqual({ status: 'replayed', owner });
    const ended = { status: 'ended', owner, reason: 'reused' };
    expect(await subject().store.rotate(key, use(0))).toMatchObject(ended);
    expect(await subject().other.rotate(key, use(1))).toMatchObject(ended);
    expect(await subject().store.list(family.userId)).toEqual([]);
  });

  it('a later rotation does not lengthen the grace of an earlier one', async () => {
    const { key, use } = await subject().begin();
    await subject().store.rotate(key, use(0));
    await subject().advance(graceMs * 0.7);
    await subject().store.rotate(key, use(1));
    await subject().advance(graceMs * 0.5);
    expect(await subject().store.rotate(key, use(1))).toMatchObject({ status: 'repeated', generation: 2 });
    expect(await subject().store.rotate(key, use(0))).toMatchObject({ status: 'replayed' });
  });

  it('without a grace window the second use is a replay', async () => {
    const { key, use } = await subject().begin();
    await subject().store.rotate(key, use(0, { graceMs: 0 }));
    expect(await subject().store.rotate(key, use(1, { graceMs: 0 }))).toMatchObject({ status: 'rotated' });
    expect(await subject().store.rotate(key, use(0, { graceMs: 0 }))).toMatchObject({ status: 'replayed' });
  });

  it('rotates no more often within the window than it can remember', async () => {
    const { key, use } = await subject().begin();
    const wide = { graceMs: 60_000 };
    for (let generation = 0; generation < maxSteps; generation += 1) {
      expect(await subject().store.rotate(key, use(generation, wide))).toMatchObject({ status: 'rotated' });
    }
    const kept = await subject().store.rotate(key, use(maxSteps, wide));
    expect(kept).toMatchObject({ status: 'repeated', generation: maxSteps, steps: [] });
    expect(stepsOf(await subject().store.rotate(key, use(0, wide)))).toHaveLength(maxSteps);
    expect(await subject().store.rotate(key, use(maxSteps))).toMatchObject({
      status: expect.stringMatching(/rotated|repeated/),
    });
  });

  it('rotates on once the window of the first of many has passed', async () => {
    const { key, use } = await subject().begin();
    for (let generation = 0; generation < maxSteps; generation += 1) await subject().store.rotate(key, use(generation));
    await subject().advance(graceMs + 20);
    expect(await subject().store.rotate(key, use(maxSteps))).toMatchObject({
      status: 'rotated',
      generation: maxSteps + 1,
    });
    expect(await subject().store.rotate(key, use(maxSteps))).toMatchObject({ status: 'repeated' });
    expect(await subject().store.rotate(key, use(maxSteps - 1))).toMatchObject({ status: 'replayed' });
  });

  it('a secret or a generation that never was ends nothing', async () => {
    const { key, family, use } = await subject().begin();
    const owner = { userId: family.userId };
    await subject().store.rotate(key, use(0));
    const strangers = [use(1, { hash: text(32) }), use(0, { hash: text(32) }), use(2), use(4_294_967_295)];
    for (const stranger of strangers)
      expect(await subject().store.rotate(key, stranger)).toEqual({ status: 'unknown', owner });
    // The hash of one generation is not good for another.
    expect(await subject().store.rotate(key, { ...use(0), generation: 1 })).toEqual({ status: 'unknown', owner });
    expect(await subject().store.rotate(key, use(1))).toMatchObject({ status: 'rotated' });
  });

  it('refuses another device, and ends the family when told to', async () => {
    const { key, use } = await subject().begin({ deviceId: 'phone' });
    const elsewhere = { deviceId: 'tablet', endOnWrongDevice: false };
    const { deviceId: _, ...nowhere } = use(0);
    expect(await subject().store.rotate(key, use(0, elsewhere))).toMatchObject({
      status: 'wrong-device',
      ended: false,
    });
    expect(await subject().store.rotate(key, { ...nowhere, endOnWrongDevice: false })).toMatchObject({
      status: 'wrong-device',
    });
    expect(await subject().store.rotate(key, use(0))).toMatchObject({ status: 'rotated' });
    expect(await subject().store.rotate(key, use(0, elsewhere))).toMatchObject({ status: 'wrong-device' });
    expect(await subject().store.rotate(key, use(1, { deviceId: 'tablet' }))).toMatchObject({
      status: 'wrong-device',
      ended: true,
    });
    expect(await subject().store.rotate(key, use(1))).toMatchObject({ status: 'ended', reason: 'wrong-device' });
  });

  it('a family without a device is not bound to one', async () => {
    const { key, use } = await subject().begin();
    const rotation = await subject().store.rotate(key, use(0, { deviceId: 'phone' }));
    expect(rotation).toMatchObject({ status: 'rotated' });
    expect(rotation).not.toHaveProperty('owner.deviceId');
    expect(await subject().store.rotate(key, use(1, { deviceId: 'tablet' }))).toMatchObject({ status: 'rotated' });
  });

  it('a wrong secret from a wrong device is unknown, not a wrong device', async () => {
    const { key, use } = await subject().begin({ deviceId: 'phone' });
    expect(await subject().store.rotate(key, use(0, { deviceId: 'tablet', hash: text(32) }))).toMatchObject({
      status: 'unknown',
    });
    expect(await subject().store.rotate(key, use(0))).toMatchObject({ status: 'rotated' });
  });

  it.each([2, 5, 20])('%i uses of the newest token at once: one rotates it, all get the same', async (uses) => {
    for (let round = 0; round < 20; round += 1) {
      const { key, use } = await subject().begin();
      const each = Array.from({ length: uses }, (_, n) => (n % 2 ? subject().store : subject().other));
      // Each server draws a successor of its own.
      const rotations = await Promise.all(each.map((one) => one.rotate(key, use(0, { nextHash: text(32) }))));
      expect(rotations.filter(({ status }) => status === 'rotated')).toHaveLength(1);
      expect(rotations.filter(({ status }) => status === 'repeated')).toHaveLength(uses - 1);
      expect(new Set(rotations.flatMap(stepsOf)).size).toBe(1);
    }
  });

  it('of replays at once one ends the family, and the others find it ended', async () => {
    const { key, use } = await subject().begin();
    await subject().store.rotate(key, use(0, { graceMs: 0 }));
    const replays = Array.from({ length: 10 }, (_, n) =>
      (n % 2 ? subject().store : subject().other).rotate(key, use(0, { graceMs: 0 })),
    );
    const found = (await Promise.all(replays)).map(({ status }) => status).toSorted();
    expect(found).toEqual([...Array.from({ length: 9 }, () => 'ended'), 'replayed']);
  });
}
