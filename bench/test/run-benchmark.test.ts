import { describe, expect, test } from 'vitest';
import type { Benchmark, Samples } from '../src/benchmark.ts';
import { ratioToBaseline } from '../src/result.ts';
import { resultTable } from '../src/result-table.ts';
import { runBenchmark } from '../src/run-benchmark.ts';
import { costs, toyBenchmark, toyMachine } from './toy-benchmark.ts';

const options = { quick: false, seed: 7, machine: toyMachine };

describe('order', () => {
  const subjects = ['a', 'b', 'c', 'd', 'e'];
  const orderOf = async (seed: number) => {
    const seen: string[] = [];
    const benchmark = toyBenchmark({
      subjects,
      metrics: [{ name: 'cost', unit: 'coins', better: 'lower' }],
      rounds: { quick: 1, full: 8 },
      measure: async (subject, round) => {
        seen.push(`${round}${subject}`);
        return { cost: 1 };
      },
    });
    await runBenchmark(benchmark, { ...options, seed });
    return seen;
  };

  test('every round measures every subject once, before the next round begins', async () => {
    const seen = await orderOf(1);
    expect(seen).toHaveLength(8 * subjects.length);
    for (let round = 1; round <= 8; round++) {
      const part = seen.slice((round - 1) * subjects.length, round * subjects.length);
      expect([...part].sort()).toEqual(subjects.map((subject) => `${round}${subject}`));
    }
  });

  test('the rounds differ in their order, and a seed repeats all of them', async () => {
    const seen = await orderOf(1);
    const rounds = new Set(
      Array.from({ length: 8 }, (_, round) =>
        seen
          .slice(round * subjects.length, (round + 1) * subjects.length)
          .map((entry) => entry.slice(1))
          .join(''),
      ),
    );
    expect(rounds.size).toBeGreaterThan(4);
    expect(await orderOf(1)).toEqual(seen);
    expect(await orderOf(2)).not.toEqual(seen);
  });

  test('measurements do not overlap', async () => {
    let running = 0;
    const benchmark = toyBenchmark({
      measure: async () => {
        running++;
        const alone = running;
        await new Promise(setImmediate);
        running--;
        return { cost: alone };
      },
    });
    const { rows } = await runBenchmark(benchmark, options);
    expect(rows.flatMap((row) => row.samples)).toEqual(Array(10).fill(1));
  });
});

describe('result', () => {
  test('has one row per subject and metric, with the raw samples in the order of the rounds', async () => {
    const benchmark = toyBenchmark({
      metrics: [costs, { name: 'won', unit: 'trials', better: 'higher', summary: 'sum' }],
      measure: async (subject, round) => ({
        cost: subject === 'slow' ? round * 10 : round,
        won: subject === 'fast' ? 1 : 0,
      }),
    });
    const result = await runBenchmark(benchmark, options);
    expect(result).toEqual({
      name: 'toy',
      machine: toyMachine,
      startedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      mode: 'full',
      seed: 7,
      rows: [
        { subject: 'slow', metric: 'cost', value: 30, unit: 'coins', samples: [10, 20, 30, 40, 50] },
        { subject: 'slow', metric: 'won', value: 0, unit: 'trials', samples: [0, 0, 0, 0, 0] },
        { subject: 'fast', metric: 'cost', value: 3, unit: 'coins', samples: [1, 2, 3, 4, 5] },
        { subject: 'fast', metric: 'won', value: 5, unit: 'trials', samples: [1, 1, 1, 1, 1] },
      ],
      failures: [],
    });
  });

  test('the median of an even number of rounds lies between the two in the middle, whatever their order', async () => {
    const costsByRound = [9, 1, 4, 100];
    const benchmark = toyBenchmark({
      rounds: { quick: 4, full: 4 },
      measure: async (_subject, round) => ({ cost: costsByRound[round - 1] ?? 0 }),
    });
    const { rows } = await runBenchmark(benchmark, options);
    expect(rows[0]?.value).toBe(6.5);
  });

  test('--quick takes the fewer rounds and says so', async () => {
    const result = await runBenchmark(toyBenchmark(), { ...options, quick: true });
    expect(result.mode).toBe('quick');
    expect(result.rows[0]?.samples).toHaveLength(2);
  });

  test('a ratio of medians is taken round by round, so that a slow moment of the machine drops out', () => {
    const row = (subject: string, samples: number[]) => ({ subject, metric: 'cost', unit: 'coins', value: 0, samples });
    const steady = row('fast', [5, 50, 5, 5, 500]);
    expect(ratioToBaseline(costs, steady, row('slow', [10, 100, 10, 10, 1000]))).toBe(0.5);
    expect(ratioToBaseline(costs, steady, row('slow', [10, 0, 10, 10, 1000]))).toBeUndefined();
  });

  test('a ratio of sums is that of the sums', () => {
    const metric = { ...costs, summary: 'sum' as const };
    const row = (value: number) => ({ subject: 's', metric: 'cost', unit: 'trials', value, samples: [] });
    expect(ratioToBaseline(metric, row(3), row(12))).toBe(0.25);
    expect(ratioToBaseline(metric, row(3), row(0))).toBeUndefined();
  });
});

describe('a metric that a subject is declared to have none of', () => {
  const won = { name: 'won', unit: 'trials', better: 'higher' } as const;
  const partial = (measure: Benchmark['measure']) =>
    toyBenchmark({ metrics: [costs, won], unmeasured: { fast: ['won'] }, measure });

  test('needs no sample, has no row, and is a dash in the table', async () => {
    const benchmark = partial(
      async (subject): Promise<Samples> => (subject === 'fast' ? { cost: 5 } : { cost: 10, won: 1 }),
    );
    const result = await runBenchmark(benchmark, options);
    expect(result.failures).toEqual([]);
    expect(result.rows.map(({ subject, metric }) => `${subject} ${metric}`)).toEqual([
      'slow cost',
      'slow won',
      'fast cost',
    ]);
    expect(resultTable(benchmark, result)).toMatch(/won (.|\n)*slow +│ +1 │(.|\n)*fast +│ +– │/);
  });

  test('is an error when it is given all the same, and so is the lack of it in another subject', async () => {
    const result = await runBenchmark(
      partial(async () => ({ cost: 1, won: 1 })),
      options,
    );
    expect(result.failures).toMatchObject([{ subject: 'fast', message: expect.stringMatching(/unknown metric won/) }]);
    const other = await runBenchmark(
      partial(async () => ({ cost: 1 })),
      options,
    );
    expect(other.failures).toMatchObject([{ subject: 'slow', message: expect.stringMatching(/no number for won/) }]);
  });

  test.each([
    ['subject', { nobody: ['cost'] }, /no subject nobody/],
    ['metric', { fast: ['const'] }, /no metric const/],
    ['baseline', { slow: ['cost'] }, /baseline of cost/],
  ])('is refused with the wrong %s', async (_name, unmeasured, message) => {
    await expect(runBenchmark(toyBenchmark({ unmeasured }), options)).rejects.toThrow(message);
  });
});

describe('failure', () => {
  test('of one subject leaves the others their rounds, and the failed one without rows', async () => {
    const measured: string[] = [];
    const benchmark = toyBenchmark({
      measure: async (subject, round) => {
        measured.push(`${round}${subject}`);
        if (subject === 'slow' && round === 2) throw new Error('it broke');
        return { cost: 1 };
      },
    });
    const told: unknown[] = [];
    const result = await runBenchmark(benchmark, { ...options, onFailure: (failure) => told.push(failure) });
    expect(result.failures).toEqual([{ subject: 'slow', round: 2, message: 'it broke' }]);
    expect(told).toEqual(result.failures);
    expect(result.rows.map((row) => row.subject)).toEqual(['fast']);
    expect(result.rows[0]?.samples).toHaveLength(5);
    expect(measured.filter((entry) => entry.endsWith('slow'))).toEqual(['1slow', '2slow']);
  });

  test.each([
    ['a missing sample', {}, /no number for cost/],
    ['a sample that is no number', { cost: Number.NaN }, /no number for cost/],
    ['an unknown metric', { cost: 1, const: 2 }, /unknown metric const/],
  ])('%s counts as one', async (_name, samples, message) => {
    const result = await runBenchmark(toyBenchmark({ measure: async () => samples as { cost: number } }), options);
    expect(result.failures.map((failure) => failure.subject).sort()).toEqual(['fast', 'slow']);
    expect(result.failures[0]?.message).toMatch(message);
  });

  test('a subject that hangs fails after its time', async () => {
    const benchmark = toyBenchmark({
      timeoutMs: 20,
      measure: (subject) => (subject === 'slow' ? new Promise<never>(() => {}) : Promise.resolve({ cost: 1 })),
    });
    const result = await runBenchmark(benchmark, options);
    expect(result.failures).toEqual([{ subject: 'slow', round: 1, message: 'It was not done within 20 ms.' }]);
    expect(result.rows.map((row) => row.subject)).toEqual(['fast']);
  });

  test('what a measurement opened is closed before the next begins, last first, also when it or a closing fails', async () => {
    const events: string[] = [];
    const benchmark = toyBenchmark({
      subjects: ['slow'],
      rounds: { quick: 2, full: 2 },
      measure: async (_subject, round, { afterwards }) => {
        afterwards(() => events.push(`${round} first`));
        afterwards(() => {
          throw new Error('can not be closed');
        });
        afterwards(async () => {
          await new Promise(setImmediate);
          events.push(`${round} last`);
        });
        events.push(`${round} measured`);
        if (round === 2) throw new Error('it broke');
        return { cost: 1 };
      },
    });
    const { failures } = await runBenchmark(benchmark, options);
    expect(events).toEqual(['1 measured', '1 last', '1 first', '2 measured', '2 last', '2 first']);
    expect(failures.map((failure) => failure.message)).toEqual(['it broke']);
  });

  test('a benchmark that contradicts itself is refused', async () => {
    const unknown = toyBenchmark({ metrics: [{ ...costs, baseline: 'nobody' }] });
    await expect(runBenchmark(unknown, options)).rejects.toThrow(/no subject nobody/);
    await expect(runBenchmark(toyBenchmark({ subjects: ['a', 'slow', 'a'] }), options)).rejects.toThrow(/a twice/);
  });
});
