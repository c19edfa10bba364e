/** What becomes of heartbeats between a request and the store. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { SallyportEvents } from 'sallyport';
import {
  type Beat,
  createPresence,
  memoryPresenceStore,
  type Presence,
  type PresenceOptions,
  type PresenceStore,
} from 'sallyport/presence';
import { RedisUnavailableError } from 'sallyport/redis';
import { describe, expect, it, onTestFinished } from 'vitest';
import { until } from '../until.ts';

interface Watched {
  readonly presence: Presence;
  readonly store: PresenceStore;
  /** The users of each call, in their order. */
  readonly calls: Beat[][];
  /** When each was made, on the monotonic clock. */
  readonly calledAt: number[];
  /** Calls fail while it is set, after they were noted. */
  failure: Error | undefined;
}

function watched(options: PresenceOptions): Watched {
  const store = memoryPresenceStore();
  const state: Watched = {
    presence: createPresence(
      {
        ...store,
        beat: async (beats, offlineAfterMs) => {
          state.calls.push([...beats]);
          state.calledAt.push(performance.now());
          if (state.failure !== undefined) throw state.failure;
          return store.beat(beats, offlineAfterMs);
        },
      },
      options,
    ),
    store,
    calls: [],
    calledAt: [],
    failure: undefined,
  };
  onTestFinished(() => state.presence.close());
  return state;
}

/** Events are told to the whole process: those of this test's users are kept. */
function heard<Name extends keyof SallyportEvents>(name: Name, isMine: (event: SallyportEvents[Name]) => boolean) {
  const events: SallyportEvents[Name][] = [];
  const listener = (event: unknown) => {
    if (isMine(event as SallyportEvents[Name])) events.push(event as SallyportEvents[Name]);
  };
  subscribe(`sallyport:${name}`, listener);
  onTestFinished(() => void unsubscribe(`sallyport:${name}`, listener));
  return events;
}

const usersOf = (calls: readonly Beat[][]) => calls.map((beats) => beats.map(({ userId }) => userId));
const away = () => new RedisUnavailableError('disconnected', 'away');

describe('heartbeats', () => {
  it('of many users travel together, and of one user once', async () => {
    const { presence, calls } = watched({ heartbeatSeconds: 60 });
    const users = Array.from({ length: 700 }, (_, n) => `user-${n}`);
    for (let times = 0; times < 5; times++) for (const userId of users) presence.heartbeat(userId);
    await until(() => presence.count(), 700);
    for (const userId of users) presence.heartbeat(userId);
    expect(usersOf(calls)).toEqual([users.slice(0, 500), users.slice(500)]);
  });

  it('that came while a user rested are told at the end of the rest, with the time when they came', async () => {
    const { presence, calls, calledAt } = watched({ heartbeatSeconds: 0.3 });
    presence.heartbeat('ada');
    await until(() => calls.length, 1);
    presence.heartbeat('ada');
    const before = performance.now();
    presence.heartbeat('ada');
    const after = performance.now();
    await until(() => calls.length, 2);
    // No more came, so that no more is told.
    presence.heartbeat('bob');
    await until(() => calls.length, 3);
    expect(usersOf(calls)).toEqual([['ada'], ['ada'], ['bob']]);
    expect(calls[1]![0]!.ageMs).toBeLessThanOrEqual(calledAt[1]! - before);
    expect(calls[1]![0]!.ageMs).toBeGreaterThan(calledAt[1]! - after - 100);
  });

  it('with another status do not rest, and with the same one do', async () => {
    const { presence, calls } = watched({ heartbeatSeconds: 60 });
    const statusOf = async () => (await presence.get('ada'))?.status;
    presence.heartbeat('ada', { status: 'away' });
    await until(statusOf, 'away');
    presence.heartbeat('ada', { status: 'away' });
    presence.heartbeat('ada');
    presence.heartbeat('ada', { status: 'busy' });
    presence.heartbeat('ada');
    await until(statusOf, 'busy');
    expect(calls.map(([beat]) => beat?.status?.name)).toEqual(['away', 'busy']);
  });

  it('tell a status again at the end of a rest, for another server may have told another one', async () => {
    const { presence, store } = watched({ heartbeatSeconds: 0.3 });
    const statusOf = async () => (await presence.get('ada'))?.status;
    presence.heartbeat('ada', { status: 'here' });
    await until(statusOf, 'here');
    await store.beat([{ userId: 'ada', ageMs: 0, status: { name: 'away', ageMs: 0 } }], 600_000);
    expect(await statusOf()).toBe('away');
    presence.heartbeat('ada', { status: 'here' });
    await until(statusOf, 'here');
  });

  it('are kept while the store is away, and told with their age when it is back', async () => {
    const state = watched({ heartbeatSeconds: 60 });
    const { presence, calls } = state;
    const failed = heard('presence.failed', ({ error }) => error === state.failure);
    state.failure = away();
    presence.heartbeat('ada', { status: 'away' });
    presence.heartbeat('bob');
    await until(() => failed.length > 0, true);
    presence.heartbeat('ada');
    state.failure = undefined;
    await until(() => presence.count(), 2);
    expect(failed[0]).toMatchObject({ step: 'heartbeat' });
    expect(calls.at(-1)).toMatchObject([
      { userId: 'ada', status: { name: 'away' } },
      { userId: 'bob', ageMs: expect.any(Number) },
    ]);
    expect(calls.at(-1)![1]!.ageMs).toBeGreaterThan(900);
    expect(await presence.get('ada')).toMatchObject({ status: 'away' });
  });

  it('are bounded, and those of the others dropped, while the store is away', async () => {
    const state = watched({ heartbeatSeconds: 60, maxHeldUsers: 3 });
    const { presence } = state;
    const dropped = heard('presence.heartbeats.dropped', ({ heartbeats }) => heartbeats === 97);
    const failed = heard('presence.failed', ({ error }) => error === state.failure);
    state.failure = away();
    for (let n = 0; n < 100; n++) presence.heartbeat(`user-${n}`);
    await until(() => failed.length > 0, true);
    await until(() => dropped.length, 1);
    state.failure = undefined;
    await until(() => presence.count(), 3);
    // Not forgotten for good: the next request tells of them.
    presence.heartbeat('user-50');
    await until(() => presence.isOnline('user-50'), true);
  });

  it('that are as old as silence are dropped', async () => {
    const state = watched({ offlineAfterSeconds: 0.5, heartbeatSeconds: 0.25 });
    const { presence, calls } = state;
    const dropped = heard('presence.heartbeats.dropped', ({ heartbeats }) => heartbeats === 2);
    state.failure = away();
    presence.heartbeat('ada');
    presence.heartbeat('bob');
    await until(() => dropped.length, 1);
    state.failure = undefined;
    const before = calls.length;
    presence.heartbeat('eve');
    await until(() => calls.length > before, true);
    expect(usersOf(calls.slice(before))).toEqual([['eve']]);
  });

  it('remember no more users than they may, which costs a command more and loses nothing', async () => {
    const { presence, calls } = watched({ heartbeatSeconds: 60, maxHeldUsers: 2 });
    for (const userId of ['a', 'b', 'c']) {
      presence.heartbeat(userId);
      await until(() => presence.isOnline(userId), true);
    }
    presence.heartbeat('b');
    presence.heartbeat('a');
    await until(() => calls.length, 5);
    // The rest of `b` ended for that of `a`, and with it what it had noted is told.
    expect(usersOf(calls)).toEqual([['a'], ['b'], ['c'], ['a'], ['b']]);
  });

  it('of one who left are not told, and later ones are not held up by a rest', async () => {
    const { presence, calls } = watched({ heartbeatSeconds: 60 });
    const offline = heard('presence.offline', ({ userId }) => userId === 'leaver');
    presence.heartbeat('leaver');
    await until(() => presence.isOnline('leaver'), true);
    presence.heartbeat('leaver');
    expect(await presence.offline('leaver')).toBe(true);
    expect(await presence.offline('leaver')).toBe(false);
    expect(offline).toEqual([{ userId: 'leaver', reason: 'left' }]);
    // Ignored within the second after it; each is asked about all the same, until one counts.
    await until(async () => {
      presence.heartbeat('leaver');
      return presence.isOnline('leaver');
    }, true);
    expect(calls.length).toBeGreaterThan(2);
  });

  it('that were not told are told when it is closed, and none afterwards', async () => {
    const { presence, store, calls } = watched({ heartbeatSeconds: 60 });
    presence.heartbeat('ada');
    await until(() => calls.length, 1);
    presence.heartbeat('ada');
    presence.heartbeat('bob');
    await presence.close();
    expect(usersOf(calls)).toEqual([['ada'], ['bob', 'ada']]);
    presence.heartbeat('eve');
    await presence.close();
    expect(await store.find(['eve'], 600_000)).toEqual([undefined]);
    expect(calls).toHaveLength(2);
  });

  it('are closed within one attempt when the store is away', async () => {
    const state = watched({ heartbeatSeconds: 60 });
    state.failure = away();
    for (let n = 0; n < 2_000; n++) state.presence.heartbeat(`user-${n}`);
    await state.presence.close();
    expect(state.calls).toHaveLength(1);
  });
});

describe('presence options', () => {
  it.each([
    [{ offlineAfterSeconds: 0 }, 'presence.offlineAfterSeconds'],
    [{ offlineAfterSeconds: 86_401 }, 'presence.offlineAfterSeconds'],
    [{ heartbeatSeconds: 301 }, 'presence.heartbeatSeconds'],
    [{ heartbeatSeconds: Number.NaN }, 'presence.heartbeatSeconds'],
    [{ maxHeldUsers: 0 }, 'presence.maxHeldUsers'],
  ])('refuses %o', (options, option) => {
    expect(() => createPresence(memoryPresenceStore(), options)).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_OPTION', option }),
    );
  });

  it('refuses ids, statuses, cursors and limits that cannot be', async () => {
    const { presence } = watched({});
    for (const userId of ['', 'x'.repeat(257), 7, undefined] as string[]) {
      expect(() => presence.heartbeat(userId)).toThrow(expect.objectContaining({ option: 'userId' }));
      await expect(presence.get(userId)).rejects.toMatchObject({ option: 'userId' });
      await expect(presence.offline(userId)).rejects.toMatchObject({ option: 'userId' });
    }
    for (const status of ['', 'a:b', 'not here', 'x'.repeat(33)]) {
      expect(() => presence.heartbeat('ada', { status })).toThrow(expect.objectContaining({ option: 'status' }));
      await expect(presence.list({ status })).rejects.toMatchObject({ option: 'status' });
    }
    await expect(presence.list({ cursor: 'x' })).rejects.toMatchObject({ option: 'cursor' });
    await expect(presence.list({ limit: 1_001 })).rejects.toMatchObject({ option: 'limit' });
    await expect(presence.getMany(Array(1_001).fill('ada'))).rejects.toMatchObject({ option: 'userIds' });
  });
});
