/** A server of its own process, which a test stops and continues: answers each message with what it finds. */
import { connectRedis } from 'sallyport/redis';
import { coherentSessionStore } from 'sallyport/sessions';
import type { SessionId } from '../../src/sessions/session-id.ts';

const [url = '', leaseMs = ''] = process.argv.slice(2);
const store = coherentSessionStore(connectRedis(url), { coherent: { leaseMs: Number(leaseMs) } });
process.on('message', async (key: SessionId) => {
  const known = store.peek?.(key, { renew: true });
  const found = known ?? (await store.read(key, { renew: true }));
  process.send?.({ fromMemory: known !== undefined, status: found.status });
});
