import { type Clock, systemClock } from '../../clock.ts';
import { ExpiringMap } from '../../expiring-map.ts';
import { endedMs, type RecordEnd, type RecordFields, type RecordStore } from './record-store.ts';

/** Keeps sessions in this process. Each method runs in one turn of the event loop, which makes it atomic. */
export function memoryRecords({ clock = systemClock }: { readonly clock?: Clock } = {}): RecordStore {
  const live = new ExpiringMap<RecordFields>(clock);
  const ended = new ExpiringMap<RecordEnd>(clock);
  const users = new ExpiringMap<ExpiringMap<true>>(clock);

  return {
    read: async (name) => live.get(name)?.value,
    put: async (name, fields, ttlMs) => {
      if (ended.get(name)?.value === 'revoked') return 'ended';
      ended.delete(name);
      live.set(name, new Map(fields), clock.now() + ttlMs);
      return 'stored';
    },
    change: async (name, { set, remove, cookie, dates, ttlMs }) => {
      const entry = live.get(name);
      if (entry === undefined) return ended.get(name) === undefined ? 'missing' : 'ended';
      const fields = new Map(entry.value);
      for (const field of remove) fields.delete(field);
      for (const [field, text] of set) fields.set(field, text);
      const renewed = fields.get('cookie') === cookie;
      if (renewed) fields.set('dates', dates);
      live.set(name, fields, renewed ? clock.now() + ttlMs : entry.untilMs);
      return 'stored';
    },
    end: async (name, { as, ofUser }) => {
      const fields = live.get(name)?.value;
      const user = fields?.get('user');
      if (fields !== undefined && ofUser !== undefined && user !== ofUser) return { ended: false, user };
      live.delete(name);
      if (ended.get(name)?.value !== 'revoked') ended.set(name, as, clock.now() + endedMs);
      return { ended: fields !== undefined, user };
    },
    async *names() {
      yield [...live.keys()];
    },
    join: async (user, name, ttlMs) => {
      const untilMs = clock.now() + ttlMs;
      const listed = users.get(user);
      const names = listed?.value ?? new ExpiringMap<true>(clock);
      names.set(name, true, Math.max(untilMs, names.get(name)?.untilMs ?? 0));
      users.set(user, names, Math.max(untilMs, listed?.untilMs ?? 0));
    },
    leave: async (user, name) => users.get(user)?.value.delete(name),
    namesOf: async (user) => [...(users.get(user)?.value.keys() ?? [])],
    close: async () => {},
  };
}
