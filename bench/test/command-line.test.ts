import { chmod, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Benchmark } from '../src/benchmark.ts';
import { runCommandLine } from '../src/command-line.ts';
import type { BenchmarkResult } from '../src/result.ts';
import { toyBenchmark } from './toy-benchmark.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-bench-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Runs a command line; tells also whether anything was measured. */
async function bench(args: string[], benchmark: Benchmark = toyBenchmark()) {
  let stdout = '';
  let stderr = '';
  let measured = 0;
  const code = await runCommandLine(args, {
    benchmarks: [
      {
        ...benchmark,
        measure: (...call) => {
          measured++;
          return benchmark.measure(...call);
        },
      },
      { ...toyBenchmark(), name: 'other', title: 'Another toy' },
    ],
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
  });
  return { code, stdout, stderr, measured };
}

describe('a run', () => {
  test('prints a table with values, ranges and ratios to the baseline, and ends with 0', async () => {
    const { code, stdout, stderr } = await bench(['toy']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/cost \(coins\): lower is better/);
    expect(stdout).toMatch(/slow +│ +10 │ +10 … 10 │ +baseline │/);
    expect(stdout).toMatch(/fast +│ +5 │ +5 … 5 │ +× 0\.50 │ best/);
    expect(stderr).toMatch(/^round 1 of 5\nround 2 of 5\n/);
  });

  test('writes the result as JSON, in place of an earlier one and nothing else beside it', async () => {
    const file = join(folder, 'result.json');
    await writeFile(file, 'earlier');
    const { code } = await bench(['toy', '--quick', '--seed', '42', '--json', file]);
    expect(code).toBe(0);
    const result = JSON.parse(await readFile(file, 'utf8')) as BenchmarkResult;
    expect(Object.keys(result)).toEqual(['name', 'machine', 'startedAt', 'mode', 'seed', 'rows', 'failures']);
    expect(result).toMatchObject({ name: 'toy', mode: 'quick', seed: 42 });
    expect(result.machine.versions.node).toBe(process.versions.node);
    expect(result.machine.cores).toBeGreaterThan(0);
    expect(result.rows[0]).toEqual({ subject: 'slow', metric: 'cost', value: 10, unit: 'coins', samples: [10, 10] });
    expect(await readdir(folder)).toEqual(['result.json']);
  });

  test('a link stays a link', async () => {
    const file = join(folder, 'result.json');
    await writeFile(file, '{}');
    await symlink(file, join(folder, 'link.json'));
    expect((await bench(['toy', '--quick', '--json', join(folder, 'link.json')])).code).toBe(0);
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ name: 'toy' });
  });

  test('with a failing subject ends with 1, shows the others and names the failure', async () => {
    const file = join(folder, 'result.json');
    const broken = toyBenchmark({
      measure: async (subject) => {
        if (subject === 'slow') throw new Error('it broke');
        return { cost: 5 };
      },
    });
    const { code, stdout, stderr } = await bench(['toy', '--json', file], broken);
    expect(code).toBe(1);
    expect(stderr).toContain('slow failed in round 1 and is left out: it broke');
    expect(stdout).toContain('slow: failed. it broke');
    expect(stdout).toMatch(/fast +│ +5 │/);
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({
      rows: [{ subject: 'fast' }],
      failures: [{ subject: 'slow', round: 1, message: 'it broke' }],
    });
  });

  test('with every subject failing still ends with 1', async () => {
    const broken = toyBenchmark({ measure: () => Promise.reject(new Error('it broke')) });
    expect((await bench(['toy'], broken)).code).toBe(1);
  });
});

describe('help', () => {
  test('--list names the benchmarks and runs none', async () => {
    const { code, stdout, measured } = await bench(['--list']);
    expect(code).toBe(0);
    expect(stdout).toBe('toy    A toy\nother  Another toy\n');
    expect(measured).toBe(0);
  });

  test('--help names the options', async () => {
    const { code, stdout } = await bench(['--help']);
    expect(code).toBe(0);
    for (const option of ['--json', '--quick', '--seed', '--list']) expect(stdout).toContain(option);
  });
});

describe('what is not understood ends with 2, in one line, before anything runs', () => {
  test.each([
    ['an unknown benchmark', ['nosuch'], /no benchmark nosuch; there are: toy, other/],
    ['no benchmark', [], /which benchmark.*toy, other/],
    ['an unknown option', ['toy', '--fast'], /--fast/],
    ['a second name', ['toy', 'other'], /other|arguments/],
    ['an option without its value', ['toy', '--json'], /json/],
    ['an empty file name', ['toy', '--json', ''], /--json/],
    ['a seed that is none', ['toy', '--seed', '-1'], /seed/],
    ['a seed that is too large', ['toy', '--seed', '4294967296'], /seed is a whole number/],
  ])('%s', async (_name, args, message) => {
    const { code, stderr, stdout, measured } = await bench(args);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(stdout).toBe('');
    expect(measured).toBe(0);
  });

  test('a file that can not be written', async () => {
    const refused = async (path: string) => {
      const { code, stderr, measured } = await bench(['toy', '--json', path]);
      expect([code, measured]).toEqual([2, 0]);
      return stderr;
    };
    expect(await refused(folder)).toMatch(/is a folder/);
    expect(await refused(join(folder, 'none', 'result.json'))).toMatch(/its folder does not exist/);
    await writeFile(join(folder, 'file'), '');
    expect(await refused(join(folder, 'file', 'result.json'))).toMatch(/not a folder/);
    expect(await readdir(folder)).toEqual(['file']);
  });

  test.skipIf(process.platform !== 'linux')('a folder in which nobody may make a file, root neither', async () => {
    const { code, stderr, measured } = await bench(['toy', '--json', '/proc/result.json']);
    expect([code, measured]).toEqual([2, 0]);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  // Root may write in every folder of a disk, so there is nothing to be refused; the test above runs for root too.
  test.skipIf(process.getuid?.() === 0)('a folder and a file that are not ours', async () => {
    const file = join(folder, 'result.json');
    await writeFile(file, 'earlier');
    await chmod(file, 0o400);
    expect((await bench(['toy', '--json', file])).code).toBe(2);
    await chmod(folder, 0o500);
    expect((await bench(['toy', '--json', join(folder, 'new.json')])).code).toBe(2);
    await chmod(folder, 0o700);
    expect(await readFile(file, 'utf8')).toBe('earlier');
  });
});
