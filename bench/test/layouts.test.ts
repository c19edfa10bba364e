import { startRedis } from '@sallyport/lab/cluster';
import { expect, onTestFinished, test } from 'vitest';
import { openKeyPerField } from '../src/layouts/key-per-field.ts';
import type { Layout } from '../src/layouts/layout.ts';
import { measureLayout } from '../src/layouts/measure-layout.ts';
import { openStoreLayout } from '../src/layouts/store-layout.ts';
import { observeRedis } from '../src/redis-counters.ts';

const sessions = 100;

async function measured(open: (url: string) => Layout) {
  const redis = await startRedis();
  onTestFinished(() => redis.stop());
  const observer = observeRedis(redis.url);
  onTestFinished(() => observer.close());
  const layout = open(redis.url);
  onTestFinished(() => layout.close());
  return measureLayout(layout, observer, { sessions });
}

test.each([
  ['hash/json', (url: string) => openStoreLayout(url, 'hash', 'json'), { read: 1, change: 1 }],
  ['hash/binary', (url: string) => openStoreLayout(url, 'hash', 'binary'), { read: 1, change: 1 }],
  // A string is read, changed here, and put back if nobody was faster.
  ['string/json', (url: string) => openStoreLayout(url, 'string', 'json'), { read: 1, change: 2 }],
  ['string/binary', (url: string) => openStoreLayout(url, 'string', 'binary'), { read: 1, change: 2 }],
  ['key-per-field', openKeyPerField, { read: 1, change: 1 }],
])(
  '%s: counts are exact, sizes and times are there, and every session comes back whole',
  async (_name, open, trips) => {
    const figures = await measured(open);
    expect(figures.roundTripsRead).toBe(trips.read);
    expect(figures.roundTripsChange).toBe(trips.change);
    expect(figures.commandsRead).toBeGreaterThanOrEqual(2);
    expect(Number.isInteger(figures.commandsChange)).toBe(true);
    // The values alone: 111 of the user agent, 40 of its other texts, and some 150 of the cart.
    expect(figures.bytesPerSession).toBeGreaterThan(300);
    expect(figures.bytesPerSession).toBeGreaterThan(figures.bytesPerSmallSession);
    expect(figures.bytesPerSmallSession).toBeGreaterThan(150);
    expect(figures.readMicros).toBeGreaterThan(0);
    expect(figures.changeOneFieldMicros).toBeGreaterThan(0);
  },
);

test('a layout that loses changes is not measured but reported', async () => {
  const forgetful = (url: string): Layout => {
    const layout = openStoreLayout(url, 'hash', 'json');
    return {
      ...layout,
      open: async (id) => {
        const visitor = await layout.open(id);
        return visitor === undefined ? undefined : { ...visitor, changePage: async () => {} };
      },
    };
  };
  await expect(measured(forgetful)).rejects.toThrow(/other than it was stored/);
});
