import { findPrograms, startBalancer } from '@sallyport/lab/cluster';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type CpuMark, type CpuReading, markProcessCpu } from '../../src/measure/process-cpu.ts';
import { isUnavailable, type Unavailable } from '../../src/measure/unavailable.ts';
import { useMeasuredServer } from './measured-server.ts';
import { type ProcFolder, procFolder } from './proc-folder.ts';

const server = useMeasuredServer();
let proc: ProcFolder;
beforeEach(async () => {
  proc = await procFolder();
});
afterEach(() => proc.remove());

function available(mark: CpuMark | Unavailable): CpuMark {
  if (isUnavailable(mark)) throw new Error(`CPU times are not available: ${mark.unavailable}.`);
  return mark;
}
const markFake = (...pids: number[]) => available(markProcessCpu([{ name: 'app', pids: () => pids }], proc.path));
const only = ({ groups }: CpuReading) => {
  const [group] = groups;
  if (group === undefined) throw new Error('There is no group.');
  return group;
};

test('a real server that burns 300 ms is seen to have burnt them, and one that does nothing is not', async () => {
  const balancer = await startBalancer({
    policy: 'round-robin',
    upstreams: [{ host: '127.0.0.1', port: server().port }],
    programs: await findPrograms(),
    workers: 2,
  });
  try {
    const mark = available(
      markProcessCpu([
        { name: 'app', pids: () => [server().pid] },
        { name: 'nginx', pids: () => balancer.pids() },
      ]),
    );
    for (let round = 0; round < 10; round++) await (await fetch(`${server().url}/burn?ms=30`)).text();
    const { groups, elapsedMs } = mark.since();
    const [app, nginx] = groups;
    // The server burns by the clock: what others take of its core meanwhile is waiting, and not burnt.
    expect((app?.cpuMs ?? 0) + (app?.busiest.waitMs ?? 0)).toBeGreaterThan(285);
    expect(app?.cpuMs).toBeGreaterThan(60);
    expect(app?.cpuMs).toBeLessThan(elapsedMs * 1.5);
    expect(app).toMatchObject({ name: 'app', complete: true, busiest: { pid: server().pid } });
    expect(nginx?.cpuMs).toBeLessThan(30);
    expect(elapsedMs).toBeGreaterThanOrEqual(300);
  } finally {
    await balancer.stop();
  }
});

test('the threads of all processes are added up, and the busiest is told', async () => {
  await proc.process(10, [
    { id: 10, schedstat: '5000000 1000000 3' },
    { id: 11, schedstat: '1000000 0 1' },
  ]);
  await proc.process(20, [{ id: 20, schedstat: '7000000 0 9' }]);
  const mark = markFake(10, 20);
  await proc.process(10, [
    { id: 10, schedstat: '9000000 9000000 8' },
    { id: 11, schedstat: '3000000 0 2' },
  ]);
  await proc.process(20, [{ id: 20, schedstat: '12000000 1000000 12' }]);
  expect(only(mark.since())).toEqual({
    name: 'app',
    cpuMs: 4 + 2 + 5,
    busiest: { pid: 10, cpuMs: 4, waitMs: 8 },
    complete: true,
  });
});

test('a thread and a process that are new count in whole', async () => {
  await proc.process(10, [{ id: 10, schedstat: '5000000 0 3' }]);
  const mark = markFake(10, 20);
  await proc.process(10, [
    { id: 10, schedstat: '5000000 0 3' },
    { id: 12, schedstat: '2000000 0 1' },
  ]);
  await proc.process(20, [{ id: 20, schedstat: '4000000 0 1' }]);
  expect(only(mark.since())).toMatchObject({ cpuMs: 6, complete: true });
});

test('a process or thread that has ended makes the figure incomplete, and another with its number is not taken for it', async () => {
  await proc.process(10, [{ id: 10, schedstat: '5000000 0 3' }]);
  await proc.process(20, [
    { id: 20, schedstat: '5000000 0 3' },
    { id: 21, schedstat: '5000000 0 3' },
  ]);
  const [ended, replaced, thread] = [markFake(10), markFake(10), markFake(20)];
  await proc.end(10);
  expect(only(ended.since())).toMatchObject({ cpuMs: 0, complete: false });
  await proc.process(10, [{ id: 10, schedstat: '1000000 0 1' }], 2000);
  expect(only(replaced.since())).toMatchObject({ cpuMs: 1, complete: false });
  await proc.process(20, [{ id: 20, schedstat: '6000000 0 4' }]);
  expect(only(thread.since())).toMatchObject({ cpuMs: 1, complete: false });
});

test.each([
  ['has no schedstat', undefined],
  ['leaves it empty', '0 0 0'],
])('a kernel that %s is read in ticks of 10 ms', async (_, schedstat) => {
  const thread = (user: number, system: number) =>
    schedstat === undefined
      ? { id: 10, ticks: [user, system] as const }
      : { id: 10, ticks: [user, system] as const, schedstat };
  await proc.process(10, [thread(5, 6)]);
  const mark = markFake(10);
  await proc.process(10, [thread(8, 7)]);
  expect(only(mark.since())).toMatchObject({
    cpuMs: 40,
    busiest: { pid: 10, cpuMs: 40, waitMs: null },
    complete: true,
  });
});

test('without /proc there is a reason and no figure', () => {
  expect(markProcessCpu([], '/nowhere/proc')).toEqual({ unavailable: 'not-linux' });
});
