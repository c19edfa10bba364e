import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { nodeArguments } from '@sallyport/lab/cluster';
import { expect, test } from 'vitest';
import { isAlive, until } from './until.ts';

const victim = fileURLToPath(new URL('./reaper-victim.ts', import.meta.url));

interface Started {
  readonly pids: readonly number[];
  readonly folders: readonly string[];
}

async function gone({ pids, folders }: Started): Promise<void> {
  await until(() => !pids.some(isAlive) && !folders.some(existsSync), 'servers and folders are gone', 5000);
}

async function startVictim(how: string, program: string = victim) {
  const child = spawn(process.execPath, [...nodeArguments(), program, how], { stdio: ['ignore', 'pipe', 'ignore'] });
  // A runner prints lines of its own around that of the victim.
  const line = await new Promise<string>((resolve) => {
    createInterface(child.stdout).on('line', (each) => each.startsWith('{"pids"') && resolve(each));
  });
  return { child, started: JSON.parse(line) as Started };
}

test('SIGKILL of the parent takes redis, nginx with its workers, frozen servers and folders along within a second', async () => {
  const { child, started } = await startVictim('wait');
  expect(started.pids.length).toBeGreaterThanOrEqual(7);
  expect(started.pids.every(isAlive)).toBe(true);
  expect(started.folders.every(existsSync)).toBe(true);
  const before = performance.now();
  child.kill('SIGKILL');
  await gone(started);
  expect(performance.now() - before).toBeLessThan(1000);
});

test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('so does %s', async (signal) => {
  const { child, started } = await startVictim('wait');
  child.kill(signal);
  await gone(started);
});

test.each(['throw', 'exit'])('so does the end of the parent by %s', async (how) => {
  const { started } = await startVictim(how);
  await gone(started);
});

test('a worker thread that is terminated takes its servers along, while its process goes on', async () => {
  const worker = new Worker(new URL('./reaper-thread.mjs', import.meta.url), {
    argv: ['wait'],
    execArgv: ['--conditions=sallyport-source'],
    stdout: true,
  });
  const [line] = (await once(createInterface(worker.stdout), 'line')) as [string];
  const started = JSON.parse(line) as Started;
  expect(started.pids.every(isAlive)).toBe(true);
  await worker.terminate();
  await gone(started);
});

test('a vitest run that is killed half-way takes the servers of its tests along', async () => {
  const { child, started } = await startVictim('wait', fileURLToPath(new URL('./reaper-vitest.ts', import.meta.url)));
  expect(started.pids.every(isAlive)).toBe(true);
  child.kill('SIGKILL');
  await gone(started);
});

test('a watcher that is killed is replaced, and the replacement knows everything', async () => {
  const { child, started } = await startVictim('lose-watcher');
  expect(started.pids.every(isAlive)).toBe(true);
  child.kill('SIGKILL');
  await gone(started);
});
