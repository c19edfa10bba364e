/** The promise of N4, through HTTP, with the peers beside it: see docs/benchmarks.md. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { nodeArguments, startRedis } from '@sallyport/lab/cluster';
import { expect, onTestFinished, test } from 'vitest';
import { Overlap } from '../src/races/overlap.ts';
import { startSallyportExpress } from '../src/races/sallyport-express.ts';
import { raceLogout } from '../src/races/trial.ts';
import { visit } from '../src/races/visitor.ts';
import type { BenchmarkResult } from '../src/result.ts';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

test('races --quick: Sallyport loses nothing and a logout stays one; the same trials do find losses', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-bench-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'races.json');
  await promisify(execFile)(process.execPath, [...nodeArguments(), main, 'races', '--quick', '--json', file]);

  const { rows, failures } = JSON.parse(await readFile(file, 'utf8')) as BenchmarkResult;
  expect(failures).toEqual([]);
  expect(rows.every((row) => row.samples.length === 5)).toBe(true);
  const value = (subject: string, metric: string) =>
    rows.find((row) => row.subject === subject && row.metric === metric)?.value;
  expect(value('sallyport/express', 'writesLost')).toBe(0);
  expect(value('sallyport/express', 'writesLostReader')).toBe(0);
  expect(value('sallyport/express', 'aliveAfterLogout')).toBe(0);
  expect(value('sallyport/express', 'aliveAfterLogoutReader')).toBe(0);
  expect(value('sallyport/express', 'parallelAddsKept')).toBe(20);
  // The requests really overlapped, else these would be 0 as well.
  expect(value('express-session/connect-redis', 'writesLost')).toBe(5);
  expect(value('@fastify/session', 'aliveAfterLogout')).toBe(5);
}, 90_000);

test('a write of Sallyport that comes after the logout is answered 401, a read is not disturbed', async () => {
  const redis = await startRedis();
  onTestFinished(() => redis.stop());
  const overlap = new Overlap({ holdMs: 1 });
  const app = await startSallyportExpress(redis.url, overlap);
  onTestFinished(() => app.close());
  const visitor = visit(app.url, { parallel: 2 });
  onTestFinished(() => visitor.close());
  expect(await raceLogout({ visitor, overlap }, 'write')).toEqual({ alive: false, lateStatus: 401 });
  expect(await raceLogout({ visitor, overlap }, 'read')).toEqual({ alive: false, lateStatus: 204 });
});
