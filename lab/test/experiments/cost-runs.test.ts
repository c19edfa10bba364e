/** Experiment 4.3 on real servers. What it finds depends on the machine; that it finds it all does not. */
import { describe, expect, test } from 'vitest';
import { cost } from '../../src/experiments/l43-cost/index.ts';
import { inBothLanguages } from './in-both-languages.ts';
import { realRun } from './real-run.ts';

describe('on real servers', { timeout: 240_000 }, () => {
  test('4.3: sessions lie where they are said to lie, and a token carries its user', async () => {
    const observations = await realRun(cost);
    expect(observations.memory).toHaveLength(4 * 5);
    const { judgements, tables } = inBothLanguages(cost)(observations);
    // What a heap grows by is told with more or less certainty, as garbage is collected; what Redis grows by is certain.
    expect(judgements[0]?.verdict).not.toBe('refuted');
    expect(judgements[1]?.verdict).toBe('confirmed');
    expect(observations.cpu.filter(({ failed }) => failed > 0)).toEqual([]);
    const [sticky, jwt, redis, coherent] = tables[3]?.rows ?? [];
    expect(sticky?.slice(0, 2)).toEqual(['sticky', 'cookie']);
    expect(redis?.[2]).toBe(sticky?.[2]);
    expect(coherent?.[2]).toBe(sticky?.[2]);
    expect(Number(jwt?.[2])).toBeGreaterThan(3 * Number(sticky?.[2]));
  });
});
