import { expect, test } from 'vitest';
import { measureClosedLoop } from '../../src/measure/closed-loop.ts';
import { useMeasuredServer } from './measured-server.ts';

const server = useMeasuredServer();
const visits = async () =>
  (await (await fetch(`${server().url}/visitors`)).json()) as { visitors: Record<string, number>; connections: number };

test('so many requests over so many kept connections', async () => {
  const before = (await visits()).connections;
  const result = await measureClosedLoop({ url: `${server().url}/ok`, requests: 2005, connections: 20 });
  expect(result).toMatchObject({
    program: 'autocannon',
    succeeded: 2005,
    failures: { non2xx: 0, timeouts: 0, errors: 0 },
    complete: true,
    latency: { n: 2005 },
  });
  expect(result.requestsPerSecond).toBeCloseTo(2005 / (result.totalMs / 1000), 6);
  expect(result.generator).toMatchObject({ name: 'generator', busiest: { pid: process.pid } });
  expect(result.generator.cpuMs).toBeGreaterThan(0);
  const opened = (await visits()).connections - before;
  expect(opened).toBeGreaterThanOrEqual(20);
  expect(opened).toBeLessThanOrEqual(21);
});

test('the total time is that of the requests, not of the preparations and the clean-up', async () => {
  const options = { url: `${server().url}/burn?ms=10`, requests: 20, connections: 2 };
  const { totalMs, latency } = await measureClosedLoop(options);
  expect(totalMs).toBeGreaterThanOrEqual(200);
  expect(totalMs).toBeLessThan(1000);
  expect(latency?.meanMs).toBeGreaterThanOrEqual(10);
});

test('every visitor comes, and about as often as the others', async () => {
  const visitors = Array.from({ length: 50 }, (_, index) => ({
    cookie: `id=${index}`,
    'x-forwarded-for': `10.0.0.${index}`,
  }));
  await measureClosedLoop({ url: `${server().url}/visit`, visitors, requests: 1000, connections: 10 });
  const { visitors: seen } = await visits();
  expect(Object.keys(seen)).toHaveLength(50);
  expect(new Set(Object.values(seen))).toEqual(new Set([20]));
  expect(seen['id=7 10.0.0.7']).toBe(20);
});

test('a number of visitors that the connections do not divide: still every one comes', async () => {
  const visitors = Array.from({ length: 17 }, (_, index) => ({ cookie: `odd=${index}` }));
  await measureClosedLoop({ url: `${server().url}/visit`, visitors, requests: 200, connections: 10 });
  const { visitors: seen } = await visits();
  expect(Object.keys(seen).filter((visitor) => visitor.startsWith('odd='))).toHaveLength(17);
});

test('fewer visitors than connections share them', async () => {
  const visitors = [{ cookie: 'few=0' }, { cookie: 'few=1' }, { cookie: 'few=2' }];
  await measureClosedLoop({ url: `${server().url}/visit`, visitors, requests: 120, connections: 6 });
  const { visitors: seen } = await visits();
  expect([seen['few=0 '], seen['few=1 '], seen['few=2 ']]).toEqual([40, 40, 40]);
});

test('failures are counted by kind and leave the throughput and the latency', async () => {
  const refused = await measureClosedLoop({ url: `${server().url}/status?code=401`, requests: 100, connections: 5 });
  expect(refused).toMatchObject({
    succeeded: 0,
    failures: { non2xx: 100, timeouts: 0, errors: 0 },
    requestsPerSecond: 0,
    latency: null,
    complete: true,
  });
  const dropped = await measureClosedLoop({ url: `${server().url}/drop`, requests: 50, connections: 5 });
  expect(dropped).toMatchObject({ succeeded: 0, failures: { non2xx: 0, timeouts: 0, errors: 50 }, complete: true });
  const silent = await measureClosedLoop({
    url: `${server().url}/hang`,
    requests: 3,
    connections: 3,
    requestTimeoutMs: 100,
  });
  expect(silent).toMatchObject({ succeeded: 0, failures: { non2xx: 0, timeouts: 3, errors: 0 }, complete: true });
});

test('nobody listening: all requests are errors', async () => {
  const result = await measureClosedLoop({ url: 'http://127.0.0.1:1/', requests: 40, connections: 4 });
  expect(result).toMatchObject({ succeeded: 0, failures: { non2xx: 0, timeouts: 0, errors: 40 }, complete: true });
});

test('the time limit ends a run, and what was measured until then is kept', async () => {
  const options = { url: `${server().url}/burn?ms=5`, requests: 100_000, connections: 4, timeLimitMs: 400 };
  const result = await measureClosedLoop(options);
  expect(result).toMatchObject({ complete: false, failures: { non2xx: 0, timeouts: 0, errors: 0 } });
  expect(result.succeeded).toBeGreaterThan(5);
  expect(result.totalMs).toBeLessThan(2000);
});

test('an abort ends it with its reason', async () => {
  const abort = new AbortController();
  const run = measureClosedLoop({ url: `${server().url}/burn?ms=5`, requests: 100_000 }, abort.signal);
  setTimeout(() => abort.abort(new Error('enough')), 100);
  await expect(run).rejects.toThrow('enough');
});

test.each([
  [{ requests: 5, connections: 6 }, 'connections'],
  [{ requests: 0 }, 'requests'],
  [{ connections: 0 }, 'connections'],
  [{ timeLimitMs: 0 }, 'timeLimitMs'],
  [{ url: 'http://198.51.100.7/' }, 'url'],
])('%j is refused', async (options, option) => {
  await expect(measureClosedLoop({ url: 'http://127.0.0.1:1/', ...options })).rejects.toMatchObject({
    code: 'ERR_INVALID_OPTION',
    option,
  });
});
