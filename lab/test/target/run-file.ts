/** Runs the lab on a target file, and keeps watch over what a run must never let out. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Progress } from '../../src/run/progress.ts';
import { runTarget, type TargetResults, type TargetRunOptions } from '../../src/target/run-target.ts';

export const fixtureFolder: string = fileURLToPath(new URL('.', import.meta.url));

export interface FileRun {
  readonly results: TargetResults;
  /** All lines of progress. */
  readonly said: string;
}

export async function runFile(path: string, options: Partial<TargetRunOptions> = {}): Promise<FileRun> {
  let said = '';
  const say = (line: string) => {
    said += `${line}\n`;
  };
  const progress: Progress = {
    say,
    run: async (tasks) => {
      for (const { run } of tasks) say(JSON.stringify(await run(say)));
    },
  };
  const signal = new AbortController().signal;
  const defaults = { seed: 1, install: false, command: 'npm run lab -- --target FILE', signal, progress };
  const results = await runTarget(path, { ...defaults, ...options });
  return { results, said };
}

/** The same with a file made for the occasion; commands in it run in this folder, beside fixture-app.mjs. */
export async function runDescription(description: object, options: Partial<TargetRunOptions> = {}): Promise<FileRun> {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-target-'));
  try {
    const path = join(folder, 'app.lab.json');
    await writeFile(path, JSON.stringify(description));
    return await runFile(path, options);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** `value` of each property of the classification. */
export function answers({ target }: TargetResults): Record<string, unknown> {
  return Object.fromEntries(Object.entries(target.classification).map(([property, { value }]) => [property, value]));
}

/** `confirmed refuted not-run`, in the order of the hypotheses; the reason of an experiment that did not run. */
export function verdictsOf({ experiments }: TargetResults, id: string): string {
  const result = experiments.find((experiment) => experiment.id === id);
  if (result === undefined) throw new Error(`There is no experiment ${id}.`);
  return result.reason ?? result.hypotheses.map(({ verdict }) => verdict).join(' ');
}
