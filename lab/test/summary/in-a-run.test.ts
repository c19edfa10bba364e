import { describe, expect, it } from 'vitest';
import { commandFor, moreThorough } from '../../src/repeat-command.ts';
import { repeatCommand } from '../../src/report/run-figures.ts';
import type { ExperimentResult } from '../../src/results.ts';
import { sampleResults } from '../report/sample-results.ts';
import { experiment, run } from '../run/made-up-experiment.ts';
import { isolation } from './made-up-behaviour.ts';
import { madeUpResults, madeUpSummary, usual } from './made-up-results.ts';

describe('a run', () => {
  it('has the summary of what it observed', async () => {
    const observed = experiment('1.2', { run: async () => isolation() });
    const { results } = await run([observed], { command: 'npm run lab -- --quick --only 1.2 --seed 5' });
    expect(results.summary?.features.rows[0]?.[1]).toBe('no · 200 / 401 / 401 (1.2)');
    expect(results.summary?.recommendations[0]?.command).toMatch(/^npm run lab -- --only [\d.,]+ --quick --seed 5$/);
  });

  it('of which nothing can be read has one too', async () => {
    const { results } = await run([experiment('1.2'), experiment('4.1')]);
    expect(results.summary?.features.rows[0]?.[1]).toBe('not measured (1.2)');
  });

  it('on a target has none', async () => {
    const { results } = await run([experiment('1.2')], { summarise: false });
    expect(results).not.toHaveProperty('summary');
  });
});

describe('commands that repeat a part', () => {
  const of = (command: string) => ({ command, mode: 'quick' }) as const;

  it.each([
    ['npm run lab', 'npm run lab -- --only 1.2,4.1'],
    ['npm run lab -- --quick --seed 7', 'npm run lab -- --only 1.2,4.1 --quick --seed 7'],
    ['npm run lab -- --only 2.3 --full --seed 7', 'npm run lab -- --only 1.2,4.1 --full --seed 7'],
    ['npm run lab -- --only=2.3 --lang zh', 'npm run lab -- --only 1.2,4.1 --lang zh'],
    ['npm run lab -- --target my.lab.json --seed 7', 'npm run lab -- --only 1.2,4.1 --target my.lab.json --seed 7'],
    ['sallyport-lab --seed 7', 'sallyport-lab --seed 7 --only 1.2,4.1'],
  ])('%s', (command, expected) => {
    expect(commandFor(['1.2', '4.1'], of(command))).toBe(expected);
  });

  it('takes more samples where there is a mode with more', () => {
    const quick = { command: 'npm run lab -- --quick --seed 7', mode: 'quick' } as const;
    expect(moreThorough(['4.1'], quick)).toBe('npm run lab -- --only 4.1 --seed 7');
    const real = { command: 'npm run lab -- --seed 7', mode: 'default' } as const;
    expect(moreThorough(['4.1'], real)).toBe('npm run lab -- --only 4.1 --seed 7 --full');
    const full = { command: 'npm run lab -- --full --seed 7', mode: 'full' } as const;
    expect(moreThorough(['4.1'], full)).toBe('npm run lab -- --only 4.1 --full --seed 7');
  });

  it('repeats the whole run for what is drawn from all of it', () => {
    const results = { ...sampleResults, command: 'npm run lab -- --target my.lab.json --seed 7' };
    const [first] = sampleResults.experiments as [ExperimentResult];
    expect(repeatCommand(first, results)).toBe('npm run lab -- --only 1.1 --target my.lab.json --seed 7');
    expect(repeatCommand({ ...first, id: '0.1', hypotheses: [] }, results)).toBe(results.command);
  });

  it('keeps a target in the commands of a summary', () => {
    const results = madeUpResults(usual, { failed: ['1.2'] });
    expect(results.command).toBe('npm run lab -- --quick --seed 424242');
    const { problems } = madeUpSummary(usual, {
      failed: ['1.2'],
      changes: { command: 'npm run lab -- --target a.json --seed 1' },
    });
    expect(problems[0]?.remedy).toBe('npm run lab -- --only 1.2 --target a.json --seed 1');
  });
});
