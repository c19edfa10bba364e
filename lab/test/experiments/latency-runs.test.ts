/** Experiment 4.1 on real servers. What it finds depends on the machine; that it finds it all does not. */
import { describe, expect, test } from 'vitest';
import { comparedSubjects, schemeSubjects } from '../../src/experiments/comparison/subjects.ts';
import { latency } from '../../src/experiments/l41-latency/index.ts';
import { failedOf } from '../../src/experiments/l41-latency/observations.ts';
import { inBothLanguages } from './in-both-languages.ts';
import { realRun } from './real-run.ts';

describe('on real servers', { timeout: 240_000 }, () => {
  test('4.1: every scheme answers every request with as many bytes, at once and at a fixed rate', async () => {
    const observations = await realRun(latency);
    const bytes = observations.answerBytes.map((answer) => answer.bytes);
    expect(Math.max(...bytes) / Math.min(...bytes)).toBeLessThan(1.1);
    expect(observations.blocks).toHaveLength(schemeSubjects.length * 5 * (4 + 1));
    expect(observations.blocks.filter(({ failures }) => failedOf(failures) > 0)).toEqual([]);
    expect(observations.openLoop.map(({ subject, sent, failures }) => [subject, sent, failedOf(failures)])).toEqual(
      schemeSubjects.map((subject) => [subject, 100, 0]),
    );
    const { judgements, tables } = inBothLanguages(latency)(observations);
    expect(judgements).toHaveLength(3);
    expect(tables[1]?.rows).toHaveLength(2 * comparedSubjects.length);
  });
});
