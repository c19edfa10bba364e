import { expect, test } from 'vitest';
import { summariseLatency } from '../../src/measure/latency-summary.ts';
import { measureSerial } from '../../src/measure/serial-latency.ts';
import { useMeasuredServer } from './measured-server.ts';

const server = useMeasuredServer();
const visits = async () =>
  (await (await fetch(`${server().url}/visitors`)).json()) as { visitors: Record<string, number>; connections: number };

test('one request after the other, over one connection, as each visitor in turn', async () => {
  const before = (await visits()).connections;
  const visitors = [{ cookie: 'id=a', 'x-forwarded-for': '198.51.100.1' }, { cookie: 'id=b' }];
  const result = await measureSerial({ url: `${server().url}/visit`, visitors, requests: 101 });
  expect(result).toMatchObject({ complete: true, failures: { non2xx: 0, timeouts: 0, errors: 0 } });
  expect(result.durationsMs).toHaveLength(101);
  const after = await visits();
  expect(after.visitors).toMatchObject({ 'id=a 198.51.100.1': 51, 'id=b ': 50 });
  expect(after.connections - before).toBeLessThanOrEqual(1);
});

test('the durations are those of the server, and add up to no more than the whole', async () => {
  const result = await measureSerial({ url: `${server().url}/burn?ms=5`, requests: 20 });
  const { minMs = 0 } = summariseLatency(result.durationsMs) ?? {};
  expect(minMs).toBeGreaterThanOrEqual(5);
  const sum = result.durationsMs.reduce((total, ms) => total + ms, 0);
  expect(sum).toBeLessThanOrEqual(result.elapsedMs);
  // The generator waits while the server burns.
  expect(result.generator.cpuMs).toBeLessThan(result.elapsedMs);
});

test('failures are counted by kind and have no duration', async () => {
  const refused = await measureSerial({ url: `${server().url}/status?code=401`, requests: 3 });
  expect(refused).toMatchObject({ durationsMs: [], failures: { non2xx: 3, timeouts: 0, errors: 0 }, complete: true });
  const dropped = await measureSerial({ url: `${server().url}/drop`, requests: 3 });
  expect(dropped).toMatchObject({ durationsMs: [], failures: { non2xx: 0, timeouts: 0, errors: 3 } });
  const silent = await measureSerial({ url: `${server().url}/hang`, requests: 1, requestTimeoutMs: 50 });
  expect(silent).toMatchObject({ durationsMs: [], failures: { non2xx: 0, timeouts: 1, errors: 0 } });
});

test('the time limit ends a run, and what was measured until then is kept', async () => {
  const result = await measureSerial({ url: `${server().url}/burn?ms=20`, requests: 100_000, timeLimitMs: 300 });
  expect(result).toMatchObject({ complete: false, failures: { non2xx: 0, timeouts: 0, errors: 0 } });
  expect(result.durationsMs.length).toBeGreaterThan(0);
  expect(result.elapsedMs).toBeLessThan(2000);
});

test('an abort ends it with its reason, also while a request hangs', async () => {
  const abort = new AbortController();
  const run = measureSerial({ url: `${server().url}/hang`, requests: 1 }, abort.signal);
  setTimeout(() => abort.abort(new Error('enough')), 50);
  await expect(run).rejects.toThrow('enough');
});

test.each([
  [{ url: 'http://192.0.2.1/' }, 'url'],
  [{ url: 'http://localhost:1/' }, 'url'],
  [{ url: 'https://127.0.0.1:1/' }, 'url'],
  [{ url: 'nonsense' }, 'url'],
  [{ requests: 0 }, 'requests'],
  [{ timeLimitMs: 0 }, 'timeLimitMs'],
  [{ requestTimeoutMs: 0 }, 'requestTimeoutMs'],
  [{ visitors: [] }, 'visitors'],
  [{ visitors: [{ cookie: 'a\r\nHost: elsewhere' }] }, 'visitors'],
])('%j is refused', async (options, option) => {
  await expect(measureSerial({ url: 'http://127.0.0.1:1/', requests: 1, ...options })).rejects.toMatchObject({
    code: 'ERR_INVALID_OPTION',
    option,
  });
});

test('a summary of known durations', () => {
  const durations = Array.from({ length: 101 }, (_, ms) => ms).reverse();
  expect(summariseLatency(durations)).toEqual({
    n: 101,
    meanMs: 50,
    p50Ms: 50,
    p95Ms: 95,
    p99Ms: 99,
    minMs: 0,
    maxMs: 100,
  });
  expect(summariseLatency([])).toBeNull();
});
