import type { Announcement, AnnouncingRevocationStore } from 'sallyport/tokens';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cutOffMark, denialMark, keyMark } from '../../src/tokens/pushed/marks.ts';
import { until } from '../until.ts';

/** Two servers' stores over the same place. */
export interface RevocationFeedSubject {
  readonly one: AnnouncingRevocationStore;
  readonly other: AnnouncingRevocationStore;
  now(): number;
  close(): Promise<void>;
}

/** What a follower was told. */
export class Follower {
  readonly heard: Announcement[] = [];
  provenMs: number = Number.NEGATIVE_INFINITY;
  readonly #following: { close(): Promise<void> };

  constructor(store: AnnouncingRevocationStore, proofMs = 50) {
    this.#following = store.follow(
      {
        announced: (announcements) => this.heard.push(...announcements),
        proven: ({ monotonicMs }) => {
          this.provenMs = monotonicMs;
        },
      },
      proofMs,
    );
  }

  /** Resolves when all that was answered before the call is heard. */
  async caughtUp(): Promise<void> {
    const calledAt = performance.now();
    await until(() => this.provenMs >= calledAt, true);
  }

  marks(): string[] {
    return this.heard.map(({ mark }) => mark);
  }

  close(): Promise<void> {
    return this.#following.close();
  }
}

let users = 0;
const newUser = () => `fed-${++users}`;

/** What every store that announces revocations promises. */
export function describeRevocationFeed(name: string, make: () => Promise<RevocationFeedSubject>): void {
  describe(`revocation feed contract: ${name}`, () => {
    let subject: RevocationFeedSubject;
    const followers: Follower[] = [];
    const inAnHour = () => subject.now() + 3_600_000;
    const follow = (store: AnnouncingRevocationStore) => {
      const follower = new Follower(store);
      followers.push(follower);
      return follower;
    };

    beforeAll(async () => {
      subject = await make();
    }, 30_000);
    afterAll(async () => {
      for (const follower of followers) await follower.close();
      await subject?.close();
    });

    it('announces tokens, families, users, devices and keys to other servers, in order and with their times', async () => {
      const { one, other } = subject;
      const follower = follow(other);
      await follower.caughtUp();
      const userId = newUser();
      const untilMs = inAnHour();
      const familyId = 'F'.repeat(24);
      await one.deny({ userId, jti: 'token' }, untilMs);
      await one.deny({ userId, jti: familyId }, untilMs + 1);
      await one.cutOff({ userId }, 5_000, untilMs + 2);
      await one.cutOff({ userId, deviceId: 'phone' }, 6_000, untilMs + 3);
      await one.denyKey(`key of ${userId}`, untilMs + 4);
      await follower.caughtUp();
      const expected = [
        { mark: denialMark({ userId, jti: 'token' }), untilMs },
        { mark: denialMark({ userId, jti: familyId }), untilMs: untilMs + 1 },
        { mark: cutOffMark({ userId }), untilMs: untilMs + 2, beforeMs: 5_000 },
        { mark: cutOffMark({ userId, deviceId: 'phone' }), untilMs: untilMs + 3, beforeMs: 6_000 },
        { mark: keyMark(`key of ${userId}`), untilMs: untilMs + 4 },
      ];
      const marks = expected.map(({ mark }) => mark);
      const firsts = new Map<string, Announcement>();
      for (const { mark, untilMs: end, beforeMs } of follower.heard) {
        if (!marks.includes(mark) || firsts.has(mark)) continue;
        firsts.set(mark, { mark, untilMs: end, ...(beforeMs === undefined ? {} : { beforeMs }) });
      }
      // A key is also told with each proof, so it may come sooner.
      const inOrder = (list: readonly Announcement[]) => list.filter(({ mark }) => mark !== marks[4]);
      expect(inOrder([...firsts.values()])).toEqual(inOrder(expected));
      expect(firsts.get(marks[4] ?? '')).toEqual(expected[4]);
    });

    it('announces to a server that comes late what is in force', async () => {
      const { one, other } = subject;
      const userId = newUser();
      await one.deny({ userId, jti: 'token' }, inAnHour());
      await one.cutOff({ userId }, 5_000, inAnHour());
      await one.denyKey(`key of ${userId}`, inAnHour());
      const late = follow(other);
      await late.caughtUp();
      expect(late.marks()).toEqual(
        expect.arrayContaining([
          denialMark({ userId, jti: 'token' }),
          cutOffMark({ userId }),
          keyMark(`key of ${userId}`),
        ]),
      );
    });

    it('keeps what can be asked for as the store without the feed does', async () => {
      const { one, other } = subject;
      const token = { userId: newUser(), jti: 'token', deviceId: 'phone' };
      await one.deny(token, inAnHour());
      await one.cutOff(token, 5_000, inAnHour());
      expect(await other.check(token)).toEqual({ denied: true, allowed: false, revokedBeforeMs: 5_000 });
      const sibling = { ...token, jti: 'sibling' };
      expect(await other.check(sibling)).toEqual({ denied: false, allowed: false, revokedBeforeMs: 5_000 });
    });

    it('knows revoked keys when it is asked for them', async () => {
      const { one, other } = subject;
      const token = { userId: newUser(), jti: 'token' };
      const keyId = `key of ${token.userId}`;
      await one.denyKey(keyId, inAnHour());
      await one.denyKey(keyId, inAnHour() - 3_000_000);
      expect(await other.check({ ...token, keyId })).toMatchObject({ denied: true });
      expect(await other.check({ ...token, keyId: `${keyId}'` })).toMatchObject({ denied: false });
      expect(await other.check(token)).toMatchObject({ denied: false });
    });

    it('announces nothing that has ended already', async () => {
      const { one, other } = subject;
      const follower = follow(other);
      const userId = newUser();
      await one.deny({ userId, jti: 'past' }, subject.now() - 1_000);
      await one.deny({ userId, jti: 'token' }, inAnHour());
      await follower.caughtUp();
      const inForce = follower.heard.filter(({ untilMs }) => untilMs > subject.now()).map(({ mark }) => mark);
      expect(inForce).toContain(denialMark({ userId, jti: 'token' }));
      expect(inForce).not.toContain(denialMark({ userId, jti: 'past' }));
    });

    it('loses none of many at once, from both servers', async () => {
      const { one, other } = subject;
      const follower = follow(one);
      const userId = newUser();
      const tokens = Array.from({ length: 1_200 }, (_, index) => ({ userId, jti: `token ${index}` }));
      // So many at once that the feed is read while it grows, and so few that a busy machine answers them in time.
      for (let begun = 0; begun < tokens.length; begun += 100) {
        const some = tokens.slice(begun, begun + 100);
        await Promise.all(some.map((token, index) => (index % 2 === 0 ? one : other).deny(token, inAnHour())));
      }
      await follower.caughtUp();
      const heard = new Set(follower.marks());
      expect(tokens.filter((token) => !heard.has(denialMark(token)))).toEqual([]);
    });

    it('tells nothing after it was closed', async () => {
      const { one, other } = subject;
      const follower = follow(other);
      await follower.caughtUp();
      await follower.close();
      const { length } = follower.heard;
      await one.deny({ userId: newUser(), jti: 'token' }, inAnHour());
      const next = follow(other);
      await next.caughtUp();
      expect(follower.heard).toHaveLength(length);
    });
  });
}
