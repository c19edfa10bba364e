/** Sallyport's own layouts, used through its public API. */
import { connectRedis } from 'sallyport/redis';
import { createSessions, jsonCodec, redisSessionStore, type SessionCodec } from 'sallyport/sessions';
import { binaryCodec } from 'sallyport/sessions/binary';
import { idleTimeoutSeconds, type Layout } from './layout.ts';
import type { VisitorData } from './visitor-record.ts';

const codecs: Readonly<Record<'json' | 'binary', SessionCodec>> = { json: jsonCodec, binary: binaryCodec };

export function openStoreLayout(url: string, layout: 'hash' | 'string', codec: 'json' | 'binary'): Layout {
  // Far longer than an application's: a machine that stalls for a second must not end the measurement.
  const redis = connectRedis(url, { deadlineMs: 10_000 });
  const sessions = createSessions<VisitorData>({
    store: redisSessionStore(redis, { layout, codec: codecs[codec] }),
    idleTimeoutSeconds,
  });
  return {
    create: async (record) => (await sessions.create(record)).id,
    open: async (id) => {
      const found = await sessions.open(id);
      if (found.status !== 'live') return undefined;
      const { session } = found;
      return {
        userId: session.userId,
        data: session.data as VisitorData,
        changePage: (page) => session.set('page', page),
      };
    },
    close: async () => {
      await sessions.close();
      await redis.close();
    },
  };
}
