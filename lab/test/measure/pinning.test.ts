import { readdirSync, readFileSync } from 'node:fs';
import { type RunningProcess, startProcess } from '@sallyport/lab/cluster';
import { afterEach, expect, test } from 'vitest';
import { allowedCores, commandOnCores, pinProcess, planPinning } from '../../src/measure/pinning.ts';
import { until } from '../cluster/until.ts';

const started: RunningProcess[] = [];
afterEach(async () => {
  for (const running of started.splice(0)) await running.kill();
});
async function start(command: string, args: readonly string[]): Promise<RunningProcess> {
  const running = await startProcess({ name: 'sleeper', command, args, readyWhen: async () => true });
  started.push(running);
  return running;
}
const cores = allowedCores('self') ?? [];
const last = cores.at(-1) ?? 0;

test('the last core goes to the generator, the others to the servers', () => {
  expect(planPinning({ cores: [0, 1] })).toEqual({ possible: true, generatorCores: [1], serverCores: [0] });
  expect(planPinning({ cores: [2, 3, 5, 7] })).toEqual({
    possible: true,
    generatorCores: [7],
    serverCores: [2, 3, 5],
  });
});

test('what stands in the way is told', () => {
  expect(planPinning({ cores: [0] })).toEqual({ possible: false, reason: 'one-core' });
  expect(planPinning({ cores: [0, 1], path: '/nowhere' })).toEqual({ possible: false, reason: 'no-taskset' });
});

test('a running process moves with all its threads, and back', async () => {
  const { pid } = await start(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  await until(() => threadsOf(pid).length > 4, 'Node has started its threads');
  expect(await pinProcess(pid, [last])).toEqual({ pid, pinned: true, cores: [last] });
  expect(allowedCores(pid)).toEqual([last]);
  expect(new Set(threadsOf(pid))).toEqual(new Set([String(last)]));
  expect(await pinProcess(pid, cores)).toEqual({ pid, pinned: true, cores });
});

/** Where each thread of a process may run, in the kernel's words. */
function threadsOf(pid: number): string[] {
  return readdirSync(`/proc/${pid}/task`).map((thread) => {
    const status = readFileSync(`/proc/${pid}/task/${thread}/status`, 'utf8');
    return /^Cpus_allowed_list:\s+(\S+)$/m.exec(status)?.[1] ?? '';
  });
}

test('a program can be started on a core', async () => {
  const { command, args } = commandOnCores([last], 'sh', [
    '-c',
    'grep Cpus_allowed_list /proc/self/status; exec sleep 60',
  ]);
  const running = await startProcess({
    name: 'teller',
    command,
    args,
    readyWhen: async (candidate) => candidate.output().includes('Cpus_allowed_list'),
  });
  started.push(running);
  expect(running.output()).toMatch(new RegExp(`Cpus_allowed_list:\\s+${last}\\n`));
});

test('a process that is gone, and a core that is not there', async () => {
  expect(await pinProcess(2 ** 30, [0])).toEqual({ pid: 2 ** 30, pinned: false, reason: 'process-gone' });
  const { pid } = await start('sleep', ['60']);
  expect(await pinProcess(pid, [1000])).toEqual({ pid, pinned: false, reason: 'refused' });
  expect(allowedCores(pid)).toEqual(cores);
});

test.each([[[]], [[-1]], [[0.5]]])('cores %j are refused', async (wrong) => {
  await expect(pinProcess(process.pid, wrong)).rejects.toMatchObject({ code: 'ERR_INVALID_OPTION', option: 'cores' });
});
