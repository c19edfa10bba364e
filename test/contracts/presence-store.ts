import { setTimeout as delay } from 'node:timers/promises';
import type { Beat, PresencePage, PresenceRecord, PresenceStore } from 'sallyport/presence';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { walkPresence } from './presence-store-walk.ts';

/** Two servers that see the same presence; in memory it is one store twice. */
export type PresenceServers = readonly [PresenceStore, PresenceStore];

export interface PresenceStoreSubject {
  /** Nobody is online there. */
  fresh(): PresenceServers;
  close(): Promise<void>;
}

/** Far longer than any test takes; ages are given, so nothing has to be waited for. */
const minuteMs = 60_000;
const offlineAfterMs = 10 * minuteMs;

const names = (count: number, prefix = 'user') => Array.from({ length: count }, (_, n) => `${prefix}-${n}`);
const beats = (users: readonly string[], ageMs = 0): Beat[] => users.map((userId) => ({ userId, ageMs }));
const idsOf = (page: Pick<PresencePage, 'users'>) => page.users.map(({ userId }) => userId);

async function allPages(
  store: PresenceStore,
  { limit = 7, status }: { limit?: number; status?: string } = {},
  between: (page: PresencePage) => Promise<unknown> = async () => {},
): Promise<PresenceRecord[]> {
  const users: PresenceRecord[] = [];
  let after: string | undefined;
  do {
    const page = await store.page({ after, limit, status }, offlineAfterMs);
    expect(page.users.length).toBeLessThanOrEqual(limit);
    users.push(...page.users);
    after = page.next;
    await between(page);
  } while (after !== undefined);
  return users;
}

/** What every presence store promises. Runs in memory and on Redis through every client and topology. */
export function describePresenceStore(name: string, make: () => Promise<PresenceStoreSubject>): void {
  describe.concurrent(`presence store contract: ${name}`, () => {
    let subject: PresenceStoreSubject;
    beforeAll(async () => {
      subject = await make();
    });
    afterAll(() => subject.close());

    it('knows nobody at first', async () => {
      const [store] = subject.fresh();
      expect(await store.find(['ada'], offlineAfterMs)).toEqual([undefined]);
      expect(await store.count(offlineAfterMs)).toBe(0);
      expect(await store.page({ limit: 10 }, offlineAfterMs)).toEqual({ users: [], next: undefined });
      expect(await store.sweep(offlineAfterMs, 10)).toEqual([]);
      expect(await store.leave('ada', offlineAfterMs)).toBe(false);
      expect(await store.beat([], offlineAfterMs)).toEqual({ online: [], returned: [], ignored: [] });
    });

    it('tells of each user who comes once, whichever servers hear of them at the same time', async () => {
      const servers = subject.fresh();
      const users = names(200);
      const outcomes = await Promise.all(
        Array.from({ length: 10 }, (_, n) => servers[n % 2]!.beat(beats(users), offlineAfterMs)),
      );
      expect(outcomes.flatMap(({ online }) => online).sort()).toEqual([...users].sort());
      expect(outcomes.flatMap(({ ignored, returned }) => [...ignored, ...returned])).toEqual([]);
      expect(await servers[1].count(offlineAfterMs)).toBe(200);
    });

    it('keeps since when, and the latest activity however late it is told', async () => {
      const [store, other] = subject.fresh();
      await store.beat(beats(['ada'], 5 * minuteMs), offlineAfterMs);
      const [first] = await other.find(['ada'], offlineAfterMs);
      expect(first?.since).toBe(first?.lastActive);
      await other.beat(beats(['ada'], 2 * minuteMs), offlineAfterMs);
      await store.beat(beats(['ada'], 4 * minuteMs), offlineAfterMs);
      const [later] = await store.find(['ada'], offlineAfterMs);
      expect(later).toMatchObject({ userId: 'ada', status: undefined, since: first?.since });
      expect(Math.abs(later!.lastActive - first!.lastActive - 3 * minuteMs)).toBeLessThan(minuteMs / 2);
    });

    it('keeps ids as they are, and answers for each in its place', async () => {
      const [store] = subject.fresh();
      const odd = ['0', 'a:b', 'Zoë 张 🚪', ' ', '{presence}', 'x'.repeat(256), '__proto__', 'a;b'];
      const told = odd.map((userId) => ({ userId, ageMs: 0, status: { name: 'away', ageMs: 0 } }));
      await store.beat(told, offlineAfterMs);
      const found = await store.find(['nobody', ...odd], offlineAfterMs);
      expect(found.map((record) => record?.userId)).toEqual([undefined, ...odd]);
      expect(idsOf({ users: await allPages(store, { limit: 3 }) })).toEqual(odd);
      expect(idsOf({ users: await allPages(store, { limit: 3, status: 'away' }) })).toEqual(odd);
    });

    it('shows nobody who is silent, swept or not', async () => {
      const [store, other] = subject.fresh();
      await store.beat(beats(names(5, 'silent'), 9 * minuteMs), offlineAfterMs);
      await store.beat(beats(['ada'], minuteMs), offlineAfterMs);
      expect(await other.count(offlineAfterMs)).toBe(6);
      const shorter = 5 * minuteMs;
      expect(await other.count(shorter)).toBe(1);
      expect(await other.find(['silent-0', 'ada'], shorter)).toMatchObject([undefined, { userId: 'ada' }]);
      expect(idsOf(await other.page({ limit: 10 }, shorter))).toEqual(['ada']);
      expect((await store.sweep(shorter, 10)).sort()).toEqual(names(5, 'silent'));
      expect(await other.count(offlineAfterMs)).toBe(1);
      expect(idsOf(await other.page({ limit: 10 }, offlineAfterMs))).toEqual(['ada']);
    });

    it('ignores a beat that is as old as silence', async () => {
      const [store] = subject.fresh();
      expect(await store.beat(beats(['ada'], offlineAfterMs), offlineAfterMs)).toEqual({
        online: [],
        returned: [],
        ignored: ['ada'],
      });
      expect(await store.count(offlineAfterMs)).toBe(0);
    });

    it('gives each silent user to one of the servers that sweep at the same time', async () => {
      const servers = subject.fresh();
      const silent = names(1_000, 'silent');
      for (let at = 0; at < 1_000; at += 250) {
        await servers[0].beat(beats(silent.slice(at, at + 250), 9 * minuteMs), offlineAfterMs);
      }
      await servers[0].beat(beats(names(10)), offlineAfterMs);
      const swept = await Promise.all(Array.from({ length: 12 }, (_, n) => servers[n % 2]!.sweep(5 * minuteMs, 100)));
      expect(swept.every((each) => each.length <= 100)).toBe(true);
      expect(swept.flat().sort()).toEqual([...silent].sort());
      expect(await servers[1].count(offlineAfterMs)).toBe(10);
    });

    it('leaves one who has fallen silent to the sweep, which tells so', async () => {
      const [store] = subject.fresh();
      await store.beat([{ userId: 'ada', ageMs: 9 * minuteMs }], offlineAfterMs);
      const shorter = 5 * minuteMs;
      expect(await store.leave('ada', shorter)).toBe(false);
      expect(await store.sweep(shorter, 10)).toEqual(['ada']);
    });

    it('tells that one who was silent and not swept went and came back', async () => {
      const [store, other] = subject.fresh();
      const status = { name: 'busy', ageMs: 9 * minuteMs };
      await store.beat([{ userId: 'ada', ageMs: 9 * minuteMs, status }], offlineAfterMs);
      await store.beat(beats(['bob']), offlineAfterMs);
      const before = (await store.find(['ada'], offlineAfterMs))[0]!.since;
      const shorter = 5 * minuteMs;
      const outcomes = await Promise.all([store.beat(beats(['ada']), shorter), other.beat(beats(['ada']), shorter)]);
      expect(outcomes.flatMap(({ returned }) => returned)).toEqual(['ada']);
      expect(outcomes.flatMap(({ online }) => online)).toEqual(['ada']);
      const [ada] = await store.find(['ada'], shorter);
      expect(ada!.status).toBeUndefined();
      expect(ada!.since - before).toBeGreaterThan(minuteMs);
      expect(await store.sweep(shorter, 10)).toEqual([]);
      // Who comes back comes last.
      expect(idsOf({ users: await allPages(other, { limit: 1 }) })).toEqual(['bob', 'ada']);
      expect(await allPages(other, { status: 'busy' })).toEqual([]);
    });

    it('takes a user off for one of those who ask at the same time', async () => {
      const servers = subject.fresh();
      await servers[0].beat(beats(['ada', 'bob']), offlineAfterMs);
      const left = await Promise.all(Array.from({ length: 6 }, (_, n) => servers[n % 2]!.leave('ada', offlineAfterMs)));
      expect(left.filter(Boolean)).toHaveLength(1);
      expect(await servers[1].find(['ada'], offlineAfterMs)).toEqual([undefined]);
      expect(idsOf({ users: await allPages(servers[1]) })).toEqual(['bob']);
      expect(await servers[1].count(offlineAfterMs)).toBe(1);
    });

    it('does not bring back who left by beats of requests that were under way, but by later ones', async () => {
      const [store, other] = subject.fresh();
      const status = { name: 'away', ageMs: 0 };
      await store.beat([{ userId: 'ada', ageMs: 0, status }], offlineAfterMs);
      await store.leave('ada', offlineAfterMs);
      // One who was not online may still have a beat under way.
      await store.leave('bob', offlineAfterMs);
      for (const ageMs of [0, 5, minuteMs]) {
        const outcome = await other.beat(beats(['ada', 'bob', 'eve'], ageMs), offlineAfterMs);
        expect(outcome.ignored).toEqual(['ada', 'bob']);
      }
      expect(idsOf({ users: await allPages(store) })).toEqual(['eve']);
      // The second of grace, which no given age can shorten.
      await delay(1_100);
      expect(await other.beat(beats(['ada'], 0), offlineAfterMs)).toMatchObject({ online: ['ada'], returned: [] });
      expect(await store.find(['ada'], offlineAfterMs)).toMatchObject([{ status: undefined }]);
    });

    it('keeps the status that was told last, in whatever order it hears of them', async () => {
      const [store, other] = subject.fresh();
      const tell = (server: PresenceStore, userId: string, name: string, ageMs: number) =>
        server.beat([{ userId, ageMs, status: { name, ageMs } }], offlineAfterMs);
      const statusOf = async (userId: string) => (await other.find([userId], offlineAfterMs))[0]?.status;
      await tell(store, 'ada', 'away', 3 * minuteMs);
      await tell(other, 'ada', 'busy', minuteMs);
      await tell(store, 'ada', 'away', 2 * minuteMs);
      expect(await statusOf('ada')).toBe('busy');
      await store.beat(beats(['ada']), offlineAfterMs);
      expect(await statusOf('ada')).toBe('busy');
      // An activity that is newer than the status does not make the status newer.
      await other.beat([{ userId: 'ada', ageMs: 0, status: { name: 'away', ageMs: 2 * minuteMs } }], offlineAfterMs);
      expect(await statusOf('ada')).toBe('busy');
      await tell(store, 'ada', 'away', 0);
      expect(await statusOf('ada')).toBe('away');
      expect(await allPages(store, { status: 'busy' })).toEqual([]);
      expect(idsOf({ users: await allPages(store, { status: 'away' }) })).toEqual(['ada']);
      await tell(store, 'bob', 'awa', 0);
      expect(idsOf({ users: await allPages(store, { status: 'awa' }) })).toEqual(['bob']);
    });

    it('has each one who stays on exactly one page, whoever comes and goes', async () => {
      const [store, other] = subject.fresh();
      const staying = names(100, 'staying');
      const leaving = names(100, 'leaving');
      const mixed = staying.flatMap((userId, n) => [userId, leaving[n]!]);
      await store.beat(beats(mixed, 9 * minuteMs), offlineAfterMs);
      let turn = 0;
      const seen = await allPages(store, { limit: 7 }, async () => {
        turn++;
        if (turn > 20) return;
        // Activity, departures and arrivals between any two pages; who is silent comes back as another.
        await other.beat(beats(staying.slice(0, 50)), offlineAfterMs);
        await other.leave(leaving[5 * turn]!, offlineAfterMs);
        await other.beat(beats([leaving[5 * turn + 1] ?? 'more', `new-${turn}`]), 5 * minuteMs);
      });
      const ids = idsOf({ users: seen });
      expect(ids.filter((userId) => userId.startsWith('staying'))).toEqual(staying);
      const arrivals = Array.from({ length: 20 }, (_, n) => `new-${n + 1}`);
      expect(ids.filter((userId) => userId.startsWith('new'))).toEqual(arrivals);
      expect(seen.every(({ since, lastActive }) => since <= lastActive)).toBe(true);
    });

    it('pages through those of one status, who keep it, while others change theirs', async () => {
      const [store, other] = subject.fresh();
      const users = names(90);
      const statuses = ['away', 'busy', undefined] as const;
      const tellAll = users.map((userId, n) => {
        const name = statuses[n % 3];
        return { userId, ageMs: 0, ...(name === undefined ? {} : { status: { name, ageMs: 0 } }) };
      });
      await store.beat(tellAll, offlineAfterMs);
      let turn = 0;
      const seen = await allPages(other, { limit: 4, status: 'away' }, async () => {
        const userId = users[3 * turn++ + 1];
        if (userId === undefined) return;
        await store.beat([{ userId, ageMs: 0, status: { name: 'away', ageMs: 0 } }], offlineAfterMs);
      });
      const ids = idsOf({ users: seen });
      expect(ids.filter((userId) => users.indexOf(userId) % 3 === 0)).toEqual(users.filter((_, n) => n % 3 === 0));
      expect(new Set(ids).size).toBe(ids.length);
      expect(seen.every(({ status }) => status === 'away')).toBe(true);
    });

    it('cuts a page short rather than pass over any number of silent ones', async () => {
      const [store] = subject.fresh();
      for (let at = 0; at < 2_500; at += 500) {
        const silent = names(2_500, 'silent').slice(at, at + 500);
        await store.beat(beats(silent, 9 * minuteMs), offlineAfterMs);
      }
      await store.beat(beats(['ada']), offlineAfterMs);
      const pages: string[][] = [];
      let after: string | undefined;
      do {
        const page = await store.page({ after, limit: 50 }, 5 * minuteMs);
        pages.push(idsOf(page));
        after = page.next;
      } while (after !== undefined);
      expect(pages.flat()).toEqual(['ada']);
      expect(pages.length).toBeGreaterThan(1);
    });

    it.each([1, 2, 3])('is as the model says after any walk (%i)', (seed) => walkPresence(subject.fresh(), seed));
  });
}
