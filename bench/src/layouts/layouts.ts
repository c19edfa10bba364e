/** What a session costs as a hash, as one string, and as one key per field. */
import { startRedis } from '@sallyport/lab/cluster';
import type { Benchmark, Metric } from '../benchmark.ts';
import { observeRedis } from '../redis-counters.ts';
import { openKeyPerField } from './key-per-field.ts';
import type { Layout } from './layout.ts';
import { measureLayout } from './measure-layout.ts';
import { openStoreLayout } from './store-layout.ts';

const subjects: Readonly<Record<string, (url: string) => Layout>> = {
  'hash/json': (url) => openStoreLayout(url, 'hash', 'json'),
  'string/json': (url) => openStoreLayout(url, 'string', 'json'),
  'hash/binary': (url) => openStoreLayout(url, 'hash', 'binary'),
  'string/binary': (url) => openStoreLayout(url, 'string', 'binary'),
  'key-per-field': openKeyPerField,
};

const compared = { better: 'lower', baseline: 'hash/json' } as const;

export const layouts = {
  name: 'layouts',
  title: 'Sessions as a hash, as one string, as one key per field: memory, CPU and round trips',
  subjects: Object.keys(subjects),
  metrics: [
    { name: 'bytesPerSession', unit: 'bytes', ...compared },
    { name: 'bytesPerSmallSession', unit: 'bytes', ...compared },
    { name: 'readMicros', unit: 'µs', ...compared },
    { name: 'changeOneFieldMicros', unit: 'µs', ...compared },
    { name: 'roundTripsRead', unit: 'round trips', ...compared },
    { name: 'roundTripsChange', unit: 'round trips', ...compared },
    { name: 'commandsRead', unit: 'commands', ...compared },
    { name: 'commandsChange', unit: 'commands', ...compared },
  ] satisfies Metric[],
  rounds: { quick: 3, full: 9 },
  timeoutMs: 120_000,
  programs: ['redis-server'],
  packages: ['ioredis', '@msgpack/msgpack'],
  measure: async (subject, _round, { quick, afterwards }) => {
    const open = subjects[subject];
    if (open === undefined) throw new RangeError(`There is no subject ${subject}.`);
    const redis = await startRedis();
    afterwards(() => redis.stop());
    const observer = observeRedis(redis.url);
    afterwards(() => observer.close());
    const layout = open(redis.url);
    afterwards(() => layout.close());
    return { ...(await measureLayout(layout, observer, { sessions: quick ? 1_000 : 10_000 })) };
  },
} satisfies Benchmark;
