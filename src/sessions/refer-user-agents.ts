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
      if (found.status !== 'live') return found;
      const { userAgent: reference } = found.record;
      if (reference === undefined) return found;
      const lifeMs = lifeOf(found.record);
      // Nearly always known: then without waiting once more.
      const text = agents.known(reference, lifeMs) ?? (await agents.find(reference, lifeMs));
      return { status: 'live', record: shown(found.record, text) };
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
      const texts = await textsOf(
        sessions.map(({ record }) => record),
        agents,
      );
      return sessions.map(({ hash, record }) => ({ hash, record: shown(record, texts.get(record.userAgent)) }));
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

type Read = Omit<SessionRecord, 'data'>;

/** Each text is asked for once, for as long as the last of the sessions lives; all at the same time. */
async function textsOf(
  records: readonly Read[],
  agents: UserAgents,
): Promise<Map<string | undefined, string | undefined>> {
  const lives = new Map<string, number>();
  for (const record of records) {
    const { userAgent: reference } = record;
    if (reference !== undefined) lives.set(reference, Math.max(lifeOf(record), lives.get(reference) ?? 0));
  }
  const found = [...lives].map(
    async ([reference, lifeMs]) => [reference, await agents.find(reference, lifeMs)] as const,
  );
  return new Map(await Promise.all(found));
}

function lifeOf({ expiresAt, readAt }: Read): number {
  return expiresAt - readAt;
}

function shown<Referring extends Read>(record: Referring, text: string | undefined): Referring {
  if (text !== undefined) return { ...record, userAgent: text };
  const { userAgent: _, ...rest } = record;
  return rest as Referring;
}
