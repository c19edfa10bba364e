import type { RevocableToken, RevocationStore } from 'sallyport/tokens';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { uuidV7 } from '../../src/uuid-v7.ts';

/** A store under test together with its time. */
export interface RevocationStoreSubject {
  readonly store: RevocationStore;
  now(): number;
  /** Lets time pass on the store's clock: at once on a replaceable clock, really on a server's. */
  advance(ms: number): Promise<void>;
  close(): Promise<void>;
}

let users = 0;

function newToken(over: Partial<RevocableToken> = {}): RevocableToken {
  users += 1;
  return { userId: `user-${users}`, jti: uuidV7(Date.now()), ...over };
}

const nothing = { denied: false, allowed: false };

/** What every revocation store promises. Runs on memory and on Redis through every client. */
export function describeRevocationStore(
  name: string,
  make: () => Promise<RevocationStoreSubject>,
  { realTime = false }: { readonly realTime?: boolean } = {},
): void {
  // On a server's own clock the waits of the tests overlap; on a replaceable clock they would move each other's time.
  const suite = realTime ? describe.concurrent : describe;
  suite(`revocation store contract: ${name}`, () => {
    let subject: RevocationStoreSubject;
    let store: RevocationStore;
    const inAnHour = () => subject.now() + 3_600_000;

    beforeAll(async () => {
      subject = await make();
      store = subject.store;
    });
    afterAll(() => subject.close());

    it('knows nothing of a token it was never told of', async () => {
      expect(await store.check(newToken())).toEqual(nothing);
      expect(await store.check(newToken({ deviceId: 'phone' }))).toEqual(nothing);
    });

    it('denies one token and no other', async () => {
      const token = newToken();
      await store.deny(token, inAnHour());
      await store.deny(token, inAnHour());
      expect(await store.check(token)).toEqual({ denied: true, allowed: false });
      expect(await store.check({ ...token, jti: uuidV7(1) })).toEqual(nothing);
      expect(await store.check({ ...token, userId: 'somebody else' })).toEqual(nothing);
    });

    it('denies all tokens of a family, by its id in place of that of a token, and no others', async () => {
      const familyId = 'A'.repeat(24);
      const [one, two] = [newToken({ familyId }), newToken({ familyId })];
      const sibling = { ...one, jti: uuidV7(3), deviceId: 'phone' };
      await store.deny({ userId: one.userId, jti: familyId }, inAnHour());
      expect(await store.check(one)).toEqual({ denied: true, allowed: false });
      expect(await store.check(sibling)).toEqual({ denied: true, allowed: false });
      expect(await store.check({ userId: one.userId, jti: one.jti })).toEqual(nothing);
      expect(await store.check({ ...one, familyId: 'B'.repeat(24) })).toEqual(nothing);
      // The same id of another user's family says nothing.
      expect(await store.check(two)).toEqual(nothing);
      await store.allow(one, inAnHour());
      await store.cutOff({ userId: one.userId, deviceId: 'phone' }, 5_000, inAnHour());
      expect(await store.check(one)).toEqual({ denied: true, allowed: true });
      expect(await store.check(sibling)).toEqual({ denied: true, allowed: false, revokedBeforeMs: 5_000 });
    });

    it('allows one token until it is taken off the list', async () => {
      const token = newToken();
      const other = { ...token, jti: uuidV7(2) };
      await store.allow(token, inAnHour());
      await store.allow(other, inAnHour());
      expect(await store.check(token)).toEqual({ denied: false, allowed: true });
      await store.disallow(token);
      await store.disallow(token);
      expect(await store.check(token)).toEqual(nothing);
      expect(await store.check(other)).toEqual({ denied: false, allowed: true });
    });

    it('keeps the two lists apart', async () => {
      const token = newToken();
      await store.allow(token, inAnHour());
      await store.deny(token, inAnHour());
      expect(await store.check(token)).toEqual({ denied: true, allowed: true });
      await store.disallow(token);
      expect(await store.check(token)).toEqual({ denied: true, allowed: false });
    });

    it('forgets every kind of entry when its time has come', async () => {
      const token = newToken({ deviceId: 'phone' });
      const untilMs = subject.now() + 1_000;
      await store.deny(token, untilMs);
      await store.allow(token, untilMs);
      await store.cutOff({ userId: token.userId }, 5_000, untilMs);
      await store.cutOff({ userId: token.userId, deviceId: 'phone' }, 6_000, untilMs);
      expect(await store.check(token)).toEqual({ denied: true, allowed: true, revokedBeforeMs: 6_000 });
      await subject.advance(untilMs - subject.now() + 20);
      expect(await store.check(token)).toEqual(nothing);
    });

    it('stores nothing that has ended already', async () => {
      const token = newToken({ deviceId: 'phone' });
      const past = subject.now() - 1_000;
      await store.deny(token, past);
      await store.allow(token, past);
      await store.cutOff({ userId: token.userId }, 5_000, past);
      expect(await store.check(token)).toEqual(nothing);
    });

    it('cuts off a user with all devices', async () => {
      const token = newToken({ deviceId: 'phone' });
      await store.cutOff({ userId: token.userId }, 1_234_567_890_123, inAnHour());
      expect(await store.check(token)).toEqual({ ...nothing, revokedBeforeMs: 1_234_567_890_123 });
      expect(await store.check({ userId: token.userId, jti: 'another' })).toMatchObject({
        revokedBeforeMs: 1_234_567_890_123,
      });
      expect(await store.check({ ...token, userId: `${token.userId}0` })).toEqual(nothing);
    });

    it('cuts off one device and no other', async () => {
      const { userId, jti } = newToken();
      await store.cutOff({ userId, deviceId: 'phone' }, 5_000, inAnHour());
      expect(await store.check({ userId, jti, deviceId: 'phone' })).toEqual({ ...nothing, revokedBeforeMs: 5_000 });
      expect(await store.check({ userId, jti, deviceId: 'tablet' })).toEqual(nothing);
      expect(await store.check({ userId, jti })).toEqual(nothing);
    });

    it('reports the later of the cut-offs of user and device', async () => {
      const { userId, jti } = newToken();
      await store.cutOff({ userId }, 7_000, inAnHour());
      await store.cutOff({ userId, deviceId: 'phone' }, 8_000, inAnHour());
      await store.cutOff({ userId, deviceId: 'tablet' }, 6_000, inAnHour());
      const cutOffOf = async (deviceId: string) => (await store.check({ userId, jti, deviceId })).revokedBeforeMs;
      expect([await cutOffOf('phone'), await cutOffOf('tablet')]).toEqual([8_000, 7_000]);
    });

    it('moves a cut-off forward only', async () => {
      const token = newToken();
      await store.cutOff(token, 9_000, inAnHour());
      await store.cutOff(token, 4_000, inAnHour());
      expect((await store.check(token)).revokedBeforeMs).toBe(9_000);
      await store.cutOff(token, 9_001, inAnHour());
      expect((await store.check(token)).revokedBeforeMs).toBe(9_001);
    });

    it('moves the end of a cut-off forward only', async () => {
      const long = newToken();
      const soonMs = subject.now() + 1_000;
      await store.cutOff(long, 4_000, inAnHour());
      await store.cutOff(long, 9_000, soonMs);
      const extended = newToken();
      await store.cutOff(extended, 9_000, soonMs);
      await store.cutOff(extended, 4_000, inAnHour());
      await subject.advance(soonMs - subject.now() + 20);
      expect((await store.check(long)).revokedBeforeMs).toBe(9_000);
      expect((await store.check(extended)).revokedBeforeMs).toBe(9_000);
    });

    it('keeps the latest of many concurrent cut-offs', async () => {
      const token = newToken();
      const times = Array.from({ length: 50 }, (_, index) => 1_000 + ((index * 37) % 50));
      await Promise.all(times.map((beforeMs) => store.cutOff(token, beforeMs, inAnHour())));
      expect((await store.check(token)).revokedBeforeMs).toBe(1_049);
    });

    it('takes ids of any form', async () => {
      for (const id of ['a:b', '{x}', '*', ' ', 'Zoë 张', '\u0000\r\n', '["before"]', 'x'.repeat(512)]) {
        const token = { userId: `any form ${id}`, jti: id, deviceId: id };
        await store.deny(token, inAnHour());
        await store.cutOff(token, 5_000, inAnHour());
        expect(await store.check(token)).toEqual({ denied: true, allowed: false, revokedBeforeMs: 5_000 });
        expect(await store.check({ ...token, jti: `${id}'`, deviceId: `${id}'` })).toEqual(nothing);
      }
    });
  });
}
