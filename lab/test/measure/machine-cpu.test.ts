import { setTimeout as delay } from 'node:timers/promises';
import { startProcess } from '@sallyport/lab/cluster';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type MachineCpu, markMachineCpu, othersCpuMs } from '../../src/measure/machine-cpu.ts';
import { markProcessCpu } from '../../src/measure/process-cpu.ts';
import { isUnavailable } from '../../src/measure/unavailable.ts';
import { type ProcFolder, procFolder } from './proc-folder.ts';

let proc: ProcFolder;
beforeEach(async () => {
  proc = await procFolder();
});
afterEach(() => proc.remove());

test('what was spent since the mark, by kind', async () => {
  await proc.machine('cpu  100 10 50 1000 5 1 20 3 40 0\ncpu0 1\ncpu1 1 \ncpu2 1\nintr 9 9\n');
  const mark = markMachineCpu(proc.path);
  if (isUnavailable(mark)) throw new Error('It is available.');
  await proc.machine('cpu  130 12 58 1100 8 2 24 4 60 0\ncpu0 1 2\ncpu1 1 2\ncpu2 1 2\nintr 9 9\n');
  expect(mark.since()).toEqual({
    elapsedMs: expect.any(Number),
    cores: 3,
    programsMs: 400,
    interruptsMs: 50,
    stolenMs: 10,
    idleMs: 1030,
  });
});

test('the real machine: spent and idle time add up to that of all cores', async () => {
  const mark = markMachineCpu();
  if (isUnavailable(mark)) throw new Error('It is available.');
  const until = performance.now() + 300;
  while (performance.now() < until);
  const spent = mark.since();
  const total = spent.programsMs + spent.interruptsMs + spent.stolenMs + spent.idleMs;
  // In steps of 10 ms per core and kind.
  expect(Math.abs(total - spent.elapsedMs * spent.cores)).toBeLessThan(60 * spent.cores);
  expect(spent.programsMs).toBeGreaterThan(100);
});

test('the real machine: a program that is none of ours is seen', async () => {
  const burner = await startProcess({
    name: 'burner',
    command: '/bin/sh',
    args: ['-c', 'echo burning; while :; do :; done'],
    readyWhen: async (candidate) => candidate.output().includes('burning'),
  });
  try {
    const machine = markMachineCpu();
    const own = markProcessCpu([{ name: 'tests', pids: () => [process.pid] }]);
    if (isUnavailable(machine) || isUnavailable(own)) throw new Error('They are available.');
    await delay(500);
    const ours = own.since().groups.map(({ cpuMs }) => cpuMs);
    // Others may want the cores as well; a third of one is left even to one of six.
    expect(othersCpuMs(machine.since(), ours)).toBeGreaterThan(150);
  } finally {
    await burner.kill();
  }
});

test('what others took is what is left of the programs, and never below nothing', () => {
  const machine: MachineCpu = {
    elapsedMs: 1000,
    cores: 2,
    programsMs: 1200,
    interruptsMs: 300,
    stolenMs: 0,
    idleMs: 500,
  };
  expect(othersCpuMs(machine, [700, 100, 150])).toBe(250);
  expect(othersCpuMs(machine, [1205])).toBe(0);
});

test('without /proc there is a reason and no figure', () => {
  expect(markMachineCpu('/nowhere/proc')).toEqual({
    unavailable: process.platform === 'linux' ? 'unreadable' : 'not-linux',
  });
});
