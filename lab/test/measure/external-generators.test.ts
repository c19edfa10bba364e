import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TemporaryFolder, temporaryFolder } from '@sallyport/lab/cluster';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readAb, runAb } from '../../src/measure/ab.ts';
import { findExternalGenerators } from '../../src/measure/external-generators.ts';
import { runExternal } from '../../src/measure/external-run.ts';
import { allowedCores } from '../../src/measure/pinning.ts';
import { runWrk } from '../../src/measure/wrk.ts';
import { useMeasuredServer } from './measured-server.ts';

const server = useMeasuredServer();
const { ab, wrk } = findExternalGenerators();
const visits = async () =>
  ((await (await fetch(`${server().url}/visitors`)).json()) as { visitors: Record<string, number> }).visitors;
let folder: TemporaryFolder;
beforeAll(async () => {
  folder = await temporaryFolder('generators-test');
});
afterAll(() => folder.remove());

async function fake(name: string, source: string): Promise<string> {
  const file = join(folder.path, name);
  await writeFile(file, `#!/bin/sh\n${source}\n`);
  await chmod(file, 0o755);
  return file;
}

test('generators are found on the path, or not', async () => {
  const place = join(folder.path, 'bin');
  await mkdir(place);
  await writeFile(join(place, 'wrk'), '', { mode: 0o755 });
  expect(findExternalGenerators(place)).toEqual({ wrk: join(place, 'wrk') });
  expect(findExternalGenerators('/nowhere')).toEqual({});
});

test.skipIf(ab === undefined)('ab: its load and its figures', async () => {
  const options = { program: ab ?? '', url: `${server().url}/visit`, visitors: [{ cookie: 'id=ab' }] };
  const result = await runAb({
    ...options,
    requests: 400,
    connections: 10,
    cores: (allowedCores('self') ?? [0]).slice(-1),
  });
  expect(result).toMatchObject({
    program: 'ab',
    succeeded: 400,
    failures: { non2xx: 0, timeouts: 0, errors: 0 },
    latency: { n: 400 },
    complete: true,
  });
  expect(result.requestsPerSecond).toBeCloseTo(400 / (result.totalMs / 1000), 6);
  const { minMs = 0, p50Ms = 0, p95Ms = 0, p99Ms = 0, maxMs = 0 } = result.latency ?? {};
  expect([minMs, p50Ms, p95Ms, p99Ms, maxMs]).toEqual([minMs, p50Ms, p95Ms, p99Ms, maxMs].sort((a, b) => a - b));
  expect(maxMs).toBeGreaterThan(0);
  expect((await visits())['id=ab ']).toBe(400);
});

test.skipIf(ab === undefined)('ab: refused requests are failures, and so are broken connections', async () => {
  const options = { program: ab ?? '', requests: 60, connections: 5 };
  expect(await runAb({ ...options, url: `${server().url}/status?code=401` })).toMatchObject({
    succeeded: 0,
    failures: { non2xx: 60, errors: 0 },
    latency: null,
  });
  expect(await runAb({ ...options, url: `${server().url}/drop` })).toMatchObject({
    succeeded: 0,
    failures: { non2xx: 0, errors: 60 },
  });
});

test.skipIf(ab === undefined)('ab: the time limit ends it, with what was done until then', async () => {
  const options = { program: ab ?? '', url: `${server().url}/burn?ms=5`, requests: 10_000, connections: 4 };
  const result = await runAb({ ...options, timeLimitMs: 1000 });
  expect(result.complete).toBe(false);
  expect(result.succeeded).toBeGreaterThan(5);
  expect(result.succeeded).toBeLessThan(1000);
});

test.skipIf(wrk === undefined)('wrk: its load and its figures, with many visitors', async () => {
  const visitors = Array.from({ length: 30 }, (_, index) => ({ cookie: `wrk="${index}\\"` }));
  const options = { program: wrk ?? '', url: `${server().url}/visit`, visitors, durationSeconds: 1, connections: 10 };
  const result = await runWrk(options);
  expect(result).toMatchObject({ program: 'wrk', failures: { non2xx: 0, timeouts: 0, errors: 0 }, complete: true });
  expect(result.succeeded).toBeGreaterThan(500);
  expect(result.totalMs).toBeGreaterThan(900);
  expect(result.generator.cpuMs).toBeGreaterThan(0);
  expect(result.latency?.maxMs).toBeGreaterThan(result.latency?.p50Ms ?? 0);
  const counts = Object.entries(await visits()).flatMap(([visitor, count]) =>
    visitor.startsWith('wrk') ? [count] : [],
  );
  expect(counts).toHaveLength(30);
  expect(Math.max(...counts) - Math.min(...counts)).toBeLessThan(30);
  // A few requests were under way when it ended.
  expect(counts.reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(result.succeeded);
});

test.skipIf(wrk === undefined)('wrk: refused requests are failures; nobody listening is an error', async () => {
  const options = { program: wrk ?? '', durationSeconds: 1, connections: 2 };
  const refused = await runWrk({ ...options, url: `${server().url}/status?code=503` });
  expect(refused).toMatchObject({ succeeded: 0, requestsPerSecond: 0, latency: null });
  expect(refused.failures.non2xx).toBeGreaterThan(0);
  await expect(runWrk({ ...options, url: 'http://127.0.0.1:1/' })).rejects.toMatchObject({
    code: 'ERR_LAB_LOAD_GENERATOR',
    message: expect.stringMatching(/^wrk: it exited with code 1\. It printed:\n.*unable to connect/s),
  });
});

test('output that is none, an exit code, a run without an end', async () => {
  await expect(runAb({ program: await fake('mute', 'exit 0'), url: 'http://127.0.0.1:1/' })).rejects.toMatchObject({
    code: 'ERR_LAB_LOAD_GENERATOR',
    message: expect.stringContaining('could not be understood'),
  });
  const failing = {
    name: 'failing',
    program: await fake('failing', 'echo no luck; exit 3'),
    args: [],
    deadlineMs: 5000,
  };
  await expect(runExternal(failing)).rejects.toThrow('failing: it exited with code 3. It printed:\nno luck');
  const endless = { name: 'endless', program: await fake('endless', 'sleep 60'), args: [] };
  await expect(runExternal({ ...endless, deadlineMs: 100 })).rejects.toThrow('it was not finished after 100 ms');
  const abort = new AbortController();
  setTimeout(() => abort.abort(new Error('enough')), 100);
  await expect(runExternal({ ...endless, deadlineMs: 60_000 }, abort.signal)).rejects.toThrow('enough');
});

test('the CPU time of a program is told, and what it prints is left as it is', async () => {
  const busy = await fake('busy', 'i=0; while [ $i -lt 200000 ]; do i=$((i + 1)); done; echo done; echo "more" >&2');
  const { text, cpuMs } = await runExternal({ name: 'busy', program: busy, args: [], deadlineMs: 20_000 });
  expect(text).toBe('done\nmore\n\n');
  expect(cpuMs).toBeGreaterThan(20);
  const idle = await fake('idle', 'sleep 0.3');
  expect((await runExternal({ name: 'idle', program: idle, args: [], deadlineMs: 20_000 })).cpuMs).toBeLessThan(20);
});

test('ab knows one visitor', async () => {
  const options = { program: 'ab', url: server().url, visitors: [{ cookie: 'a' }, { cookie: 'b' }] };
  await expect(runAb(options)).rejects.toMatchObject({ code: 'ERR_INVALID_OPTION', option: 'visitors' });
});

test.each([
  [
    'broken connections, counted several times',
    'Failed requests: 300',
    'Receive: 200, Length: 0, Exceptions: 100',
    0,
    200,
    0,
  ],
  [
    'refusals of another length',
    'Failed requests: 12\nNon-2xx responses: 12',
    'Receive: 0, Length: 12, Exceptions: 0',
    12,
    0,
    188,
  ],
  ['refusals of the same length', 'Failed requests: 0\nNon-2xx responses: 200', '', 200, 0, 0],
  [
    'refusals, and connections that were closed',
    'Failed requests: 15\nNon-2xx responses: 10',
    'Receive: 0, Length: 15, Exceptions: 0',
    10,
    5,
    185,
  ],
])('ab: %s', (_, counts, kinds, non2xx, errors, succeeded) => {
  const text = `Time taken for tests:   2.000 seconds
Complete requests:      200
${counts}
   (Connect: 0, ${kinds})
Total transferred:      5000 bytes
Time per request:       0.044 [ms] (mean)`;
  expect(readAb(text, '', { requests: 200, cpuMs: 1 })).toMatchObject({
    succeeded,
    failures: { non2xx, errors },
    requestsPerSecond: succeeded / 2,
    complete: true,
  });
});
