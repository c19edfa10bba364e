/** Random changes on two servers, and what a simple model says must be there after each. */

import type { PresenceRecord } from 'sallyport/presence';
import { expect } from 'vitest';
import { seededRandom } from '../../lab/src/experiments/seeded-random.ts';
import type { PresenceServers } from './presence-store.ts';

/** Ages are whole minutes and the limit lies between two, so that what a slow machine adds decides nothing. */
const minuteMs = 60_000;
const offlineAfterMs = 4.5 * minuteMs;

interface Known {
  /** In minutes before now, as all ages here. */
  age: number;
  status: string | undefined;
  toldAge: number;
  /** Counts those who came. */
  came: number;
}

export async function walkPresence(servers: PresenceServers, seed: number): Promise<void> {
  const random = seededRandom(seed, 'presence');
  const pick = random.pick;
  const model = new Map<string, Known>();
  const gone = new Set<string>();
  const users = Array.from({ length: 12 }, (_, n) => `user-${n}`);
  let came = 0;
  const isSilent = (known: Known) => known.age * minuteMs >= offlineAfterMs;

  for (let step = 0; step < 120; step++) {
    const store = pick(servers);
    const userId = pick(users);
    const kind = pick(['beat', 'beat', 'beat', 'beat', 'status', 'status', 'old', 'leave', 'sweep']);
    if (kind === 'leave') {
      // Each leaves once at most: the second after it is a test of its own.
      if (gone.has(userId) || gone.size > 6) continue;
      gone.add(userId);
      expect([step, await store.leave(userId, offlineAfterMs)]).toEqual([step, model.delete(userId)]);
    } else if (kind === 'sweep') {
      const silent = [...model].filter(([, known]) => isSilent(known)).map(([id]) => id);
      expect([step, (await store.sweep(offlineAfterMs, 100)).sort()]).toEqual([step, silent.sort()]);
      for (const id of silent) model.delete(id);
    } else if (kind === 'old') {
      // Accepted by a longer limit: so there are silent ones who were not swept.
      if (model.has(userId) || gone.has(userId)) continue;
      await store.beat([{ userId, ageMs: 6 * minuteMs }], 10 * minuteMs);
      model.set(userId, { age: 6, status: undefined, toldAge: Number.POSITIVE_INFINITY, came: ++came });
    } else {
      // Of one who left only older ones: those of the next second are ignored too, but a walk may take longer.
      const age = gone.has(userId) ? pick([1, 2, 3, 5]) : pick([0, 1, 2, 3, 5]);
      const status = kind === 'status' ? { name: pick(['away', 'busy']), ageMs: age * minuteMs } : undefined;
      const beat = { userId, ageMs: age * minuteMs, ...(status === undefined ? {} : { status }) };
      const outcome = await store.beat([beat], offlineAfterMs);
      const known = model.get(userId);
      const expected = { online: [] as string[], returned: [] as string[], ignored: [] as string[] };
      if (age * minuteMs >= offlineAfterMs || gone.has(userId)) {
        expected.ignored.push(userId);
      } else {
        const comes = known === undefined || isSilent(known);
        if (comes) expected.online.push(userId);
        if (comes && known !== undefined) expected.returned.push(userId);
        const next = comes ? { age, status: undefined, toldAge: Number.POSITIVE_INFINITY, came: ++came } : known;
        next.age = Math.min(next.age, age);
        // Of two that are told for the same minute the one that is heard later was told a moment later.
        if (status !== undefined && age <= next.toldAge) Object.assign(next, { status: status.name, toldAge: age });
        model.set(userId, next);
      }
      expect([step, outcome]).toEqual([step, expected]);
    }
    await check(step);
  }

  async function check(step: number): Promise<void> {
    const store = pick(servers);
    const online = [...model].filter(([, known]) => !isSilent(known)).sort(([, a], [, b]) => a.came - b.came);
    expect([step, await store.count(offlineAfterMs)]).toEqual([step, online.length]);
    const status = pick([undefined, 'away', 'busy']);
    const wanted = online.filter(([, known]) => status === undefined || known.status === status);
    const paged: PresenceRecord[] = [];
    let after: string | undefined;
    do {
      const page = await store.page({ after, limit: 5, status }, offlineAfterMs);
      paged.push(...page.users);
      after = page.next;
    } while (after !== undefined);
    const shown = (records: readonly (PresenceRecord | undefined)[]) =>
      records.map((each) => [each?.userId, each?.status]);
    expect([step, shown(paged)]).toEqual([step, wanted.map(([id, known]) => [id, known.status])]);
    const found = await store.find(users, offlineAfterMs);
    const expected = users.map((id) =>
      online.some(([other]) => other === id) ? [id, model.get(id)?.status] : [undefined, undefined],
    );
    expect([step, shown(found)]).toEqual([step, expected]);
  }
}
