import { expect, test } from 'vitest';
import { findBottleneck } from '../../src/measure/bottleneck.ts';
import type { GroupCpu } from '../../src/measure/process-cpu.ts';

const group = (name: string, cpuMs: number, waitMs: number | null = 0, wholeMs: number = cpuMs): GroupCpu => ({
  name,
  cpuMs: wholeMs,
  busiest: { pid: 1, cpuMs, waitMs },
  complete: true,
});
const idle = group('generator', 0);
const find = (...groups: GroupCpu[]) => {
  const generator = groups.find(({ name }) => name === 'generator') ?? idle;
  return findBottleneck({ elapsedMs: 1000, servers: groups.filter((each) => each !== generator), generator });
};

test('the process that ran all the time is the bottleneck', () => {
  const found = find(group('app', 980, 0, 1040), group('redis', 120), group('generator', 300));
  expect(found).toMatchObject({ group: 'app', cause: 'own-limit', generatorSaturated: false });
  expect(found.loads).toEqual([
    { name: 'app', cores: 1.04, running: 0.98, wanting: 0.98 },
    { name: 'generator', cores: 0.3, running: 0.3, wanting: 0.3 },
    { name: 'redis', cores: 0.12, running: 0.12, wanting: 0.12 },
  ]);
});

test('three servers that share the work are no bottleneck as long as none of them is at its limit', () => {
  expect(find(group('app', 600, 50, 1800), group('nginx', 950))).toMatchObject({ group: 'nginx', cause: 'own-limit' });
});

test('the generator can be the bottleneck', () => {
  expect(find(group('app', 500), group('generator', 930))).toMatchObject({
    group: 'generator',
    cause: 'own-limit',
    generatorSaturated: true,
  });
});

test('a generator without time left is told, even when a server had less', () => {
  expect(find(group('app', 990), group('generator', 900))).toMatchObject({ group: 'app', generatorSaturated: true });
});

test('on one core for all, it is the one that ran most', () => {
  expect(find(group('app', 600, 370), group('nginx', 250, 700), group('redis', 100, 20))).toMatchObject({
    group: 'app',
    cause: 'shared-core',
  });
});

test('on one core for all, several processes of a group count together', () => {
  expect(find(group('app', 220, 680, 660), group('nginx', 250, 600))).toMatchObject({
    group: 'app',
    cause: 'shared-core',
  });
});

test('when all had time left, nothing is blamed', () => {
  expect(find(group('app', 500, 100), group('generator', 300))).toMatchObject({
    group: null,
    cause: null,
    generatorSaturated: false,
  });
});

test('where waiting is not known, running decides', () => {
  expect(find(group('app', 600, null, 1800), group('redis', 900, null))).toMatchObject({
    group: 'redis',
    cause: 'own-limit',
  });
  expect(find(group('app', 600, null))).toMatchObject({ group: null });
});

test('no time and no groups make no bottleneck', () => {
  expect(findBottleneck({ elapsedMs: 0, servers: [group('app', 5)], generator: idle })).toMatchObject({ group: null });
  expect(find()).toEqual({
    group: null,
    cause: null,
    generatorSaturated: false,
    loads: [{ name: 'generator', cores: 0, running: 0, wanting: 0 }],
  });
});
