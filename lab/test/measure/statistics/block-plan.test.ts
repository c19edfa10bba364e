import { expect, test } from 'vitest';
import { seededRandom } from '../../../src/experiments/seeded-random.ts';
import { blockPlan } from '../../../src/measure/statistics/block-plan.ts';

const subjects = ['sticky', 'sticky again', 'redis', 'jwt'];

test('every block measures every subject once', () => {
  const plan = blockPlan({ subjects, random: seededRandom(1, 'plan') });
  expect(plan.map(({ process }) => process)).toEqual([0, 1, 2, 3, 4]);
  for (const { startOrder, blocks } of plan) {
    expect([...startOrder].sort()).toEqual([...subjects].sort());
    expect(blocks.map(({ block }) => block)).toEqual(Array.from({ length: 20 }, (_, block) => block));
    for (const { order } of blocks) expect([...order].sort()).toEqual([...subjects].sort());
  }
});

test('a seed repeats the orders, another one gives others', () => {
  const plan = (seed: number) => blockPlan({ subjects, random: seededRandom(seed, 'plan') });
  expect(plan(1)).toEqual(plan(1));
  expect(plan(1)).not.toEqual(plan(2));
});

test('each subject comes first about as often as the others', () => {
  const plan = blockPlan({ subjects, processes: 10, blocks: 100, random: seededRandom(1, 'plan') });
  const firsts = plan.flatMap(({ blocks }) => blocks.map(({ order }) => order[0]));
  for (const subject of subjects) {
    const share = firsts.filter((first) => first === subject).length / firsts.length;
    expect(share).toBeGreaterThan(0.2);
    expect(share).toBeLessThan(0.3);
  }
});

test.each([
  [{ subjects: ['a', 'a'] }, 'subjects'],
  [{ subjects: ['a'] }, 'subjects'],
  [{ processes: 1 }, 'processes'],
  [{ blocks: 0 }, 'blocks'],
])('%j is refused', (options, option) => {
  expect(() => blockPlan({ subjects, random: seededRandom(1, 'plan'), ...options })).toThrow(
    expect.objectContaining({ code: 'ERR_INVALID_OPTION', option }),
  );
});
