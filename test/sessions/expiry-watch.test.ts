import { createSallyport } from 'sallyport';
import { RedisReplyError, RedisUnavailableError } from 'sallyport/redis';
import {
  createSessions,
  type ExpiredSession,
  memorySessionStore,
  type SessionStore,
  type UserSessions,
} from 'sallyport/sessions';
import { describe, expect, it, vi } from 'vitest';
import { until } from '../until.ts';
import { heard } from './coherent-subject.ts';

/** Users as an application's own store may keep them: an instance, whose methods need their object. */
class OwnUsers implements UserSessions {
  readonly #answers: (() => Promise<readonly ExpiredSession[]>)[];
  asked = 0;

  constructor(...answers: (() => Promise<readonly ExpiredSession[]>)[]) {
    this.#answers = answers;
  }

  async admit(): Promise<never> {
    throw new Error('not asked for here');
  }

  async list(): Promise<[]> {
    return [];
  }

  async end(): Promise<[]> {
    return [];
  }

  takeExpired(): Promise<readonly ExpiredSession[]> {
    return this.#answers[this.asked++]?.() ?? Promise.resolve([]);
  }
}

const storeOf = (users: UserSessions): SessionStore => ({ ...memorySessionStore(), users });
const expired: ExpiredSession = { userId: 'ada', createdAt: 1, deviceType: 'tv' };

describe('the watch for expired sessions', () => {
  it('asks a store of one’s own that is a class', async () => {
    const users = new OwnUsers(async () => [expired]);
    const told = await heard('session.expired', async () => {
      const sessions = createSessions({ store: storeOf(users) });
      await until(() => users.asked > 1, true);
      await sessions.close();
    });
    expect(told).toMatchObject([{ userId: 'ada', deviceType: 'tv' }]);
  });

  it('tells once what keeps it from finding any, and again after it has succeeded; not that Redis is away', async () => {
    const refused = new RedisReplyError('NOPERM', 'Redis answered: NOPERM');
    const failing = () => Promise.reject(refused);
    const away = () => Promise.reject(new RedisUnavailableError('disconnected', 'away'));
    const users = new OwnUsers(away, failing, failing, away, failing, async () => [], failing);
    const told = await heard('session.expiry.failed', async () => {
      const sessions = createSessions({ store: storeOf(users) });
      await until(() => users.asked > 7, true);
      await sessions.close();
    });
    expect(told).toEqual([{ error: refused }, { error: refused }]);
  });

  it('tells what it has taken before it is closed', async () => {
    let give = (_: readonly ExpiredSession[]): void => {};
    const users = new OwnUsers(
      () =>
        new Promise((resolve) => {
          give = resolve;
        }),
    );
    const closed = vi.fn();
    const told = await heard('session.expired', async () => {
      const sessions = createSessions({ store: storeOf(users) });
      await until(() => users.asked, 1);
      const closing = sessions.close().then(closed);
      await new Promise(setImmediate);
      expect(closed).not.toHaveBeenCalled();
      give([expired]);
      await closing;
    });
    expect(told).toHaveLength(1);
  });

  it('is refused by name where it could not be kept: with a store of one’s own', () => {
    const options = { redis: 'memory', environment: {} } as const;
    expect(() => createSallyport({ ...options, session: { store: memorySessionStore(), expiryEvents: true } })).toThrow(
      expect.objectContaining({ option: 'session.expiryEvents' }),
    );
  });
});
