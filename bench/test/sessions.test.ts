import { askRedis, startRedis } from '@sallyport/lab/cluster';
import { expect, onTestFinished, test } from 'vitest';
import { measureSessions } from '../src/sessions/measure-sessions.ts';
import type { StartSessionApp } from '../src/sessions/session-app.ts';
import { isWithoutSessions, keepsNothing, type SubjectName, sessionApps } from '../src/sessions/subjects.ts';
import { visitorsOf } from '../src/sessions/visitors.ts';

async function redis() {
  const started = await startRedis();
  onTestFinished(() => started.stop());
  return started;
}

const run = {
  sessions: 60,
  visitors: 20,
  warmUpSeconds: 1,
  blocks: 1,
  afterwards: (close: () => unknown) =>
    onTestFinished(async () => {
      await close();
    }),
};

test('every figure is there: CPU over the bare framework, rate, and memory', async () => {
  const samples = await measureSessions('node-http/sallyport/redis', await redis(), run);
  expect(Object.keys(samples).sort()).toEqual([
    'addedCpuMicros',
    'bytesPerSession',
    'cpuMicros',
    'redisCpuMicros',
    'requestsPerSecond',
  ]);
  // 111 of the user agent alone.
  expect(samples.bytesPerSession).toBeGreaterThan(200);
  expect(samples.cpuMicros).toBeGreaterThan(samples.addedCpuMicros ?? Number.NaN);
  expect(samples.requestsPerSecond).toBeGreaterThan(0);
}, 60_000);

test('each library signs in and knows its visitors, and one that lost them is not measured but reported', async () => {
  const { url, port } = await redis();
  for (const [subject, start] of Object.entries(sessionApps) as [SubjectName, StartSessionApp][]) {
    if (isWithoutSessions(subject)) continue;
    const app = await start(url);
    onTestFinished(() => app.close());
    const server = visitorsOf(app.port);
    const visitors = await server.signIn(3);
    await server.check(visitors);
    if (keepsNothing(subject)) continue;
    await askRedis(['FLUSHALL'], { port });
    // A coherent server hears of it a moment later.
    await expect
      .poll(() => server.check(visitors).catch(String), { timeout: 5_000 })
      .toMatch(/Visitor 0 was answered 401/);
  }
}, 60_000);

test('each is named after a framework that is measured without sessions too', () => {
  const names = Object.keys(sessionApps);
  for (const name of names) expect(names).toContain(`${name.split('/')[0]}/none/bare`);
});
