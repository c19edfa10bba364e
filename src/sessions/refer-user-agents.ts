/** A store that keeps references in the place of user agents, as its users see it: with the texts. */
import type { NewSessionRecord, SessionRecord, SessionStore } from './store.ts';
import type { UserAgents } from './user-agents.ts';
import type { UserSessions } from './user-sessions.ts';

export function referUserAgents(store: SessionStore, agents: UserAgents): SessionStore {
  return {
    ...store,
    users: store.users && referredUsers(store.users, agents),
    create: (key, record) => stored(record, agents, (referring) => store.create(key, referring), withText(record)),
    read: async (key, options) => {
      const found = await store.read(key, options);
      if (found.status !== 'live' || found.record.userAgent === undefined) return found;
      return { status: 'live', record: await resolved(found.record, agents) };
    },
  };
}

function referredUsers(users: UserSessions, agents: UserAgents): UserSessions {
  return {
    ...users,
    admit: (key, record, admission) =>
      stored(
        record,
        agents,
        (referring) => users.admit(key, referring, admission),
        (result) => (result.status === 'full' ? result : { ...result, record: withText(record)(result.record) }),
      ),
    list: async (tag) => {
      const sessions = await users.list(tag);
      return Promise.all(sessions.map(async ({ hash, record }) => ({ hash, record: await resolved(record, agents) })));
    },
  };
}

/** The text goes out before the session does, in the same write; who dies in between leaves a text that ends by itself. */
async function stored<Result>(
  record: NewSessionRecord,
  agents: UserAgents,
  store: (referring: NewSessionRecord) => Promise<Result>,
  seen: (result: Result) => Result,
): Promise<Result> {
  const { userAgent, idleMs, absoluteMs } = record;
  if (userAgent === undefined) return store(record);
  const reference = agents.referenceOf(userAgent);
  const keeping = agents.keep(reference, userAgent, Math.min(idleMs ?? Infinity, absoluteMs ?? Infinity));
  const result = await store({ ...record, userAgent: reference });
  await keeping;
  return seen(result);
}

function withText({ userAgent }: NewSessionRecord): (record: SessionRecord) => SessionRecord {
  return (record) => (userAgent === undefined ? record : { ...record, userAgent });
}

async function resolved<Read extends Omit<SessionRecord, 'data'>>(record: Read, agents: UserAgents): Promise<Read> {
  const { userAgent: reference, expiresAt, readAt } = record;
  if (reference === undefined) return record;
  const lifeMs = expiresAt - readAt;
  const text = agents.known(reference, lifeMs) ?? (await agents.find(reference, lifeMs));
  if (text !== undefined) return { ...record, userAgent: text };
  const { userAgent: _, ...rest } = record;
  return rest as Read;
}
