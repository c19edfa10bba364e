import { setTimeout as wait } from 'node:timers/promises';
import { askRedis } from '@sallyport/lab/cluster';
import { describe, expect, it } from 'vitest';
import { newSessionId } from '../../src/sessions/session-id.ts';
import { useRedisServer } from '../redis-server.ts';
import { newRecord, openServer, useClosing, warm } from './coherent-subject.ts';

const server = useRedisServer();
const closing = useClosing();

describe('the time of coherent sessions', () => {
  it('renews once in a tenth of the idle time, however many requests come, and keeps the session alive', async () => {
    const { store } = await openServer(server.url, closing);
    const key = newSessionId('7');
    await store.create(key, newRecord({ idleMs: 1_000 }));
    let renewals = 0;
    let last: unknown;
    const until = performance.now() + 3_000;
    while (performance.now() < until) {
      const found = await store.read(key, { renew: true });
      if (found.status !== 'live') throw new Error(`expected a live session, found ${found.status}`);
      expect(found.record.expiresAt - found.record.lastAccess).toBe(1_000);
      await wait(5);
      const stored = await askRedis(['HGET', `sallyport:session:{${key.tag}}:${key.hash}`, 'seen'], {
        port: server.port,
      });
      if (stored !== last) renewals++;
      last = stored;
    }
    expect(renewals).toBeGreaterThan(10);
    expect(renewals).toBeLessThan(35);
  });

  it('never ends a session before its idle time, and not later than a tenth after it', async () => {
    const { store } = await openServer(server.url, closing);
    await Promise.all(
      Array.from({ length: 10 }, async (_, index) => {
        const key = newSessionId('7');
        await store.create(key, newRecord({ idleMs: 1_000 }));
        // The last access falls anywhere into the gap between two renewals, which is what the time to live must cover.
        for (const pause of [100, 20 + index * 8]) {
          await wait(pause);
          expect((await store.read(key, { renew: true })).status).toBe('live');
        }
        const sinceMs = performance.now();
        await wait(960);
        const late = await store.read(key, { renew: false });
        if (performance.now() - sinceMs < 1_000) expect(late.status).toBe('live');
        await wait(1_130 - (performance.now() - sinceMs));
        expect((await store.read(key, { renew: true })).status).toBe('missing');
      }),
    );
  });

  it('a session in memory ends by itself at its time', async () => {
    const { store } = await openServer(server.url, closing);
    const key = newSessionId('7');
    const { expiresAt, createdAt } = await store.create(key, newRecord({ idleMs: undefined, absoluteMs: 700 }));
    const startedAt = performance.now();
    await warm(store, key);
    while (store.peek?.(key, { renew: true }) !== undefined) await wait(2);
    expect(performance.now() - startedAt).toBeLessThan(expiresAt - createdAt + 60);
    // The copy ends by the latest that the store's clock can say, so the store itself may be a moment behind.
    const status = async () => (await store.read(key, { renew: true })).status;
    await expect.poll(status, { timeout: 100, interval: 2 }).toBe('missing');
  });
});
