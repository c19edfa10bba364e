import { expect, test } from 'vitest';
import { measureClosedLoop } from '../../src/measure/closed-loop.ts';
import { summariseLatency } from '../../src/measure/latency-summary.ts';
import { measureOpenLoop } from '../../src/measure/open-loop.ts';
import { useMeasuredServer } from './measured-server.ts';

const server = useMeasuredServer();

test('requests come at the given rate, as each visitor in turn', async () => {
  const visitors = [{ cookie: 'id=a' }, { cookie: 'id=b' }, { cookie: 'id=c' }];
  const options = { url: `${server().url}/visit`, visitors, ratePerSecond: 300, durationMs: 500 };
  const result = await measureOpenLoop(options);
  expect(result).toMatchObject({ sent: 150, failures: { non2xx: 0, timeouts: 0, errors: 0 } });
  expect(result.durationsMs).toHaveLength(150);
  expect(result.elapsedMs).toBeGreaterThan(490);
  expect(result.lag.n).toBe(150);
  const { visitors: seen } = (await (await fetch(`${server().url}/visitors`)).json()) as {
    visitors: Record<string, number>;
  };
  expect(seen).toEqual({ 'id=a ': 50, 'id=b ': 50, 'id=c ': 50 });
});

test('a server that is too slow for the rate makes latencies grow, and the rate stays', async () => {
  const options = { url: `${server().url}/burn?ms=10`, ratePerSecond: 200, durationMs: 500, connections: 2 };
  const { sent, durationsMs, failures } = await measureOpenLoop(options);
  expect(sent).toBe(100);
  expect(failures).toEqual({ non2xx: 0, timeouts: 0, errors: 0 });
  // 100 requests of 10 ms take a second, and the last of them was to start after half of it.
  expect(Math.max(...durationsMs)).toBeGreaterThan(400);
});

test('requests that are never answered count as timeouts, with the time they waited', async () => {
  const options = { url: `${server().url}/hang`, ratePerSecond: 50, durationMs: 200, requestTimeoutMs: 300 };
  const { sent, durationsMs, failures, elapsedMs } = await measureOpenLoop(options);
  expect(sent).toBe(10);
  expect(failures).toEqual({ non2xx: 0, timeouts: 10, errors: 0 });
  expect(Math.min(...durationsMs)).toBeGreaterThanOrEqual(290);
  expect(elapsedMs).toBeLessThan(3000);
});

test('a generator that was late itself says so, and its lateness is in the latencies', async () => {
  setTimeout(() => {
    const until = performance.now() + 300;
    while (performance.now() < until);
  }, 100);
  const { durationsMs, lag, keptUp } = await measureOpenLoop({
    url: `${server().url}/ok`,
    ratePerSecond: 100,
    durationMs: 600,
  });
  expect(keptUp).toBe(false);
  expect(lag.maxMs).toBeGreaterThan(250);
  expect(Math.max(...durationsMs)).toBeGreaterThanOrEqual(lag.maxMs);
});

test('failures are counted by kind', async () => {
  const run = async (path: string) =>
    measureOpenLoop({ url: `${server().url}${path}`, ratePerSecond: 100, durationMs: 100 });
  expect(await run('/status?code=503')).toMatchObject({
    durationsMs: [],
    failures: { non2xx: 10, timeouts: 0, errors: 0 },
  });
  expect(await run('/drop')).toMatchObject({ durationsMs: [], failures: { non2xx: 0, timeouts: 0, errors: 10 } });
});

test('an abort ends it with its reason', async () => {
  const abort = new AbortController();
  const options = { url: `${server().url}/hang`, ratePerSecond: 50, durationMs: 60_000 };
  const run = measureOpenLoop(options, abort.signal);
  setTimeout(() => abort.abort(new Error('enough')), 100);
  await expect(run).rejects.toThrow('enough');
});

test.each([
  [{ ratePerSecond: 0 }, 'ratePerSecond'],
  [{ ratePerSecond: Number.POSITIVE_INFINITY }, 'ratePerSecond'],
  [{ ratePerSecond: 1, durationMs: 500 }, 'ratePerSecond'],
  [{ durationMs: 0 }, 'durationMs'],
  [{ connections: 0 }, 'connections'],
  [{ url: 'http://example.org/' }, 'url'],
])('%j is refused', async (options, option) => {
  await expect(
    measureOpenLoop({ url: 'http://127.0.0.1:1/', ratePerSecond: 100, durationMs: 100, ...options }),
  ).rejects.toMatchObject({ code: 'ERR_INVALID_OPTION', option });
});

// The last test of the file: from here on the server stalls for 400 ms every two seconds.
test('stalls are seen by the open loop and hidden by the closed one', async () => {
  const { url } = server();
  await fetch(`${url}/stall?ms=400&everyMs=2000`);
  const open = await measureOpenLoop({ url: `${url}/ok`, ratePerSecond: 200, durationMs: 2600 });
  const seen = summariseLatency(open.durationsMs);
  expect(seen?.p99Ms).toBeGreaterThan(300);
  expect(seen?.p50Ms).toBeLessThan(50);

  const closed = await measureClosedLoop({ url: `${url}/ok`, requests: 500_000, connections: 4, timeLimitMs: 2200 });
  expect(closed.latency?.maxMs).toBeGreaterThan(300);
  expect(closed.latency?.p99Ms).toBeLessThan(50);
});
