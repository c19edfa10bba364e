import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { experimentsIn } from '../../src/experiments/registry.ts';
import { sampleResults } from '../report/sample-results.ts';
import { runLabHere } from './lab-here.ts';
import { folder, runLab } from './lab-process.ts';

describe('arguments that can not be followed', () => {
  it.each([
    ['an unknown flag', ['--quik'], 'No flag registered for --quik, did you mean --quick?'],
    ['an unknown experiment', ['--only', '1.1,9.9'], 'there is no experiment "9.9"; there are 1.1, 1.2'],
    ['an empty list', ['--only', ''], 'there is no experiment ""'],
    ['a seed that is no number', ['--seed', 'x'], 'a seed is a whole number from 0 to 4294967295'],
    ['a seed that is too large', ['--seed', '4294967296'], 'a seed is a whole number'],
    ['an unknown language', ['--lang', 'de'], 'there is no language "de"; there are en, zh'],
    ['an unknown language of a report', ['report', 'x.json', '--lang', 'zh-CN'], 'there is no language "zh-CN"'],
    ['two modes', ['--quick', '--full'], 'Choose --quick or --full, not both.'],
    ['an unknown command', ['runn'], 'there is no command "runn"'],
    ['a report without a file', ['report'], 'results.json'],
    [
      'a report of a file that is not there',
      ['report', 'no-such-file.json'],
      'no-such-file.json can not be read (ENOENT).',
    ],
  ])('%s ends with 2 and one line', async (_, args, line) => {
    const { code, stdout, stderr } = await runLabHere(args);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toContain(line);
    expect(stderr).toMatch(/^sallyport-lab: /);
  });

  it('an output folder that can not be written ends with 2 before anything is started', async () => {
    const file = join(await folder(), 'file');
    await writeFile(file, '');
    const { code, stdout, stderr } = await runLabHere(['--only', '1.2', '--quick', '--out', join(file, 'report')]);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toContain(`The report can not be written to ${join(file, 'report')}`);
  });
});

describe('what needs no server', () => {
  it('lists the experiments', async () => {
    const { code, stdout, stderr } = await runLabHere(['--list']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const { id, question } of experimentsIn('en')) {
      expect(stdout).toContain(`${id}  `);
      expect(stdout).toContain(question);
    }
    expect((await runLabHere(['--list', '--only', '2.1'])).stdout).not.toContain('1.1');
  });

  it('lists them in Chinese', async () => {
    const { code, stdout } = await runLabHere(['--list', '--lang', 'zh']);
    expect(code).toBe(0);
    for (const { question } of experimentsIn('zh')) expect(stdout).toContain(question);
    expect(stdout).toContain('需要：redis-server、nginx 或内置负载均衡器');
  });

  it('teaches with --help, alone and after a command', async () => {
    for (const args of [['--help'], ['run', '--help']]) {
      const { code, stdout } = await runLabHere(args);
      expect(code).toBe(0);
      for (const word of [
        'EXAMPLES',
        'EXIT CODES',
        'ENVIRONMENT',
        '--only',
        '--quick',
        '--full',
        '--seed',
        '--lang',
        '--no-install',
      ]) {
        expect(stdout).toContain(word);
      }
      // Not a terminal: no colour.
      expect(stdout).not.toContain('\u001b');
    }
    expect((await runLabHere(['report', '--help'])).stdout).toContain('results.json');
  });

  it('says its version', async () => {
    expect(await runLabHere(['--version'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
  });
});

describe('sallyport-lab report', () => {
  it('rebuilds the reports, beside the file or elsewhere', async () => {
    const home = await folder();
    const file = join(home, 'results.json');
    await writeFile(file, JSON.stringify(sampleResults));
    expect(await runLabHere(['report', file])).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringContaining('report.html'),
    });
    expect(await readdir(home)).toEqual(expect.arrayContaining(['report.html', 'report.md', 'results.json']));
    const elsewhere = join(await folder(), 'deep', 'er');
    expect(await runLabHere(['report', file, '--out', elsewhere])).toMatchObject({ code: 0 });
    expect(await readFile(join(elsewhere, 'report.md'), 'utf8')).toBe(await readFile(join(home, 'report.md'), 'utf8'));
  });

  it('rebuilds in another language only what this lab observed, and writes nothing else', async () => {
    const home = await folder();
    const file = join(home, 'results.json');
    for (const [results, words] of [
      [sampleResults, 'its observations are not those of this version of the lab'],
      [{ ...sampleResults, target: { name: 'shop' } }, 'its observations are not those of this version of the lab'],
    ] as const) {
      await writeFile(file, JSON.stringify(results));
      const { code, stderr } = await runLabHere(['report', file, '--lang', 'zh']);
      expect(code).toBe(2);
      expect(stderr.trim().split('\n')).toHaveLength(1);
      expect(stderr).toContain(words);
      expect(await readdir(home)).toEqual(['results.json']);
    }
  });

  it.each([
    ['another schema', { ...sampleResults, schemaVersion: 7 }, 'schemaVersion'],
    ['another shape', { ...sampleResults, experiments: 'none' }, 'experiments must be a list'],
  ])('refuses results of %s with 2 and one line, and writes nothing', async (_, results, words) => {
    const home = await folder();
    const file = join(home, 'results.json');
    await writeFile(file, JSON.stringify(results));
    const { code, stderr } = await runLabHere(['report', file]);
    expect(code).toBe(2);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toContain(words);
    expect(await readdir(home)).toEqual(['results.json']);
  });
});

describe('as a process', () => {
  it.each([
    ['what needs no server', ['run', '--help']],
    ['what can not be followed', ['--quik']],
  ])('%s ends with the same code and says the same', async (_, args) => {
    const { code, stdout, stderr } = await runLab(args);
    expect({ code, stdout, stderr }).toEqual(await runLabHere(args));
  });
});
