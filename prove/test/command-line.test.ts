import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCommandLine } from '../src/command-line.ts';
import type { Proof, ProofOptions } from '../src/proof.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-prove-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function prove(args: string[], { isKept = true, hasPeers = true } = {}) {
  let stdout = '';
  let stderr = '';
  const runs: ProofOptions[] = [];
  const proof: Proof = {
    name: 'toy',
    title: 'A toy',
    hasPeers,
    packages: () => [],
    run: async (options) => {
      runs.push(options);
      options.onRound(1, 'a fault', 'us');
      return { report: { rows: [1] }, table: 'the table', isKept };
    },
  };
  const code = await runCommandLine(args, {
    proofs: [proof],
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
  });
  return { code, stdout, stderr, runs };
}

describe('npm run prove', () => {
  it('ends with 0 when all promises were kept, and with 1 when one was not', async () => {
    const { code, stdout, stderr, runs } = await prove(['toy', '--rounds', '7', '--seed', '5', '--peers']);
    expect(code).toBe(0);
    expect(runs).toMatchObject([{ seed: 5, rounds: 7, peers: true, onlyRound: undefined }]);
    expect(stdout).toBe('A toy (7 rounds, seed 5)\nthe table\n');
    expect(stderr).toBe('seed 5\nround 1 of 7: a fault, us\n');
    expect((await prove(['toy'], { isKept: false })).code).toBe(1);
  });

  it('draws a seed and prints it, and repeats one round', async () => {
    const { stderr, runs } = await prove(['toy', '--round', '44']);
    expect(stderr).toContain(`seed ${runs[0]?.seed}\n`);
    expect(runs).toMatchObject([{ rounds: 44, onlyRound: 44, peers: false }]);
  });

  it('writes the result with the machine it was found on', async () => {
    const file = join(folder, 'result.json');
    expect((await prove(['toy', '--seed', '5', '--json', file], { isKept: false })).code).toBe(1);
    const result = JSON.parse(await readFile(file, 'utf8'));
    expect(result).toMatchObject({ name: 'toy', seed: 5, rows: [1], machine: { cores: expect.any(Number) } });
    expect(await readdir(folder)).toEqual(['result.json']);
  });

  it('names the proofs', async () => {
    expect(await prove(['--list'])).toMatchObject({ code: 0, stdout: 'toy  A toy\n', runs: [] });
  });

  it('refuses peers where there are none', async () => {
    const { code, stderr, runs } = await prove(['toy', '--peers'], { hasPeers: false });
    expect({ code, runs }).toEqual({ code: 2, runs: [] });
    expect(stderr).toMatch(/toy has no peers/);
  });

  it.each([
    ['no proof', [], /which proof.*toy/],
    ['an unknown proof', ['nosuch'], /no proof nosuch; there are: toy/],
    ['no round at all', ['toy', '--rounds', '0'], /rounds.*whole number from 1/],
    ['a file in no folder', ['toy', '--json', '/nosuch/file.json'], /its folder does not exist/],
  ])('%s is not understood: 2, and nothing runs', async (_name, args, message) => {
    const { code, stderr, stdout, runs } = await prove(args);
    expect({ code, stdout, runs }).toEqual({ code: 2, stdout: '', runs: [] });
    expect(stderr).toMatch(message);
  });
});
