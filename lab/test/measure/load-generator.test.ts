import { afterAll, beforeAll, expect, test } from 'vitest';
import { findBottleneck } from '../../src/measure/bottleneck.ts';
import { type LoadGenerator, startLoadGenerator } from '../../src/measure/load-generator.ts';
import { markProcessCpu } from '../../src/measure/process-cpu.ts';
import { isUnavailable } from '../../src/measure/unavailable.ts';
import { useMeasuredServer } from './measured-server.ts';

const server = useMeasuredServer();
let generator: LoadGenerator;
beforeAll(async () => {
  generator = await startLoadGenerator();
});
afterAll(() => generator.stop());

test('all three kinds of load run in a process of their own', async () => {
  expect(generator.pid).not.toBe(process.pid);
  const url = `${server().url}/ok`;
  const serial = await generator.serial({ url, requests: 50 });
  expect(serial.durationsMs).toHaveLength(50);
  const open = await generator.openLoop({ url, ratePerSecond: 200, durationMs: 200 });
  expect(open).toMatchObject({ sent: 40, lag: { n: 40 } });
  const closed = await generator.closedLoop({ url, requests: 500, connections: 10 });
  expect(closed).toMatchObject({ succeeded: 500, complete: true });
});

test('the servers and the generator are told apart: a server that burns is the bottleneck', async () => {
  const mark = markProcessCpu([{ name: 'app', pids: () => [server().pid] }]);
  if (isUnavailable(mark)) throw new Error('CPU times are available.');
  const load = await generator.closedLoop({ url: `${server().url}/burn?ms=2`, requests: 300, connections: 10 });
  const found = findBottleneck({ elapsedMs: load.totalMs, servers: mark.since().groups, generator: load.generator });
  expect(found.group).toBe('app');
  expect(load.generator.busiest.pid).toBe(generator.pid);
  expect(load.generator.cpuMs).toBeGreaterThan(0);
  expect(load.generator.cpuMs).toBeLessThan(load.totalMs);
});

test('wrong options are refused here, and the generator stays usable', async () => {
  await expect(generator.serial({ url: server().url, requests: 0 })).rejects.toMatchObject({ option: 'requests' });
  await expect(generator.openLoop({ url: server().url, ratePerSecond: -1, durationMs: 1 })).rejects.toMatchObject({
    option: 'ratePerSecond',
  });
  await expect(generator.closedLoop({ url: 'http://example.org', requests: 1 })).rejects.toMatchObject({
    option: 'url',
  });
  expect((await generator.serial({ url: server().url, requests: 1 })).complete).toBe(true);
});

test('a second run at the same time is refused', async () => {
  const first = generator.serial({ url: `${server().url}/burn?ms=20`, requests: 20 });
  await new Promise((resolve) => setTimeout(resolve, 100));
  await expect(generator.serial({ url: server().url, requests: 1 })).rejects.toMatchObject({
    code: 'ERR_LAB_LOAD_GENERATOR',
    message: 'load generator: it is busy with another run',
  });
  expect((await first).complete).toBe(true);
});

test('an abort ends the run in the generator as well', async () => {
  const abort = new AbortController();
  const run = generator.closedLoop({ url: `${server().url}/burn?ms=5`, requests: 100_000 }, abort.signal);
  setTimeout(() => abort.abort(new Error('enough')), 150);
  await expect(run).rejects.toThrow('enough');
  // It is free again as soon as it has noticed.
  let next: unknown;
  for (let attempt = 0; attempt < 100 && next === undefined; attempt++) {
    next = await generator.serial({ url: `${server().url}/ok`, requests: 1 }).catch(() => undefined);
    if (next === undefined) await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect(next).toMatchObject({ complete: true });
});

test('a generator that dies is an error, and not a hanging run', async () => {
  const mortal = await startLoadGenerator();
  const run = mortal.closedLoop({ url: `${server().url}/burn?ms=5`, requests: 100_000 });
  setTimeout(() => process.kill(mortal.pid, 'SIGKILL'), 100);
  await expect(run).rejects.toMatchObject({ code: 'ERR_LAB_LOAD_GENERATOR' });
  await mortal.stop();
});
