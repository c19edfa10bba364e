/** Runs an experiment on real servers, as fast as its times can be scaled. */
import { findPrograms } from '@sallyport/lab/cluster';
import { expect } from 'vitest';
import type { ExperimentIn } from '../../src/experiments/in-each-language.ts';
import type { Json } from '../../src/results.ts';
import { createLabContext } from '../../src/run/lab-context.ts';

export interface RealRunOptions {
  readonly signal?: AbortSignal;
  readonly progress?: (message: string) => void;
}

/** @returns the observations as a results file would hold them: without anything that could be used as a credential */
export async function realRun<Observations extends Json>(
  experimentIn: ExperimentIn<Observations>,
  { signal = new AbortController().signal, progress = () => {} }: RealRunOptions = {},
): Promise<Observations> {
  const experiment = experimentIn('en');
  const context = createLabContext({
    experimentId: experiment.id,
    mode: 'quick',
    timeScale: 0.05,
    seed: 1,
    programs: await findPrograms(),
    signal,
    progress,
    notice: () => {},
  });
  try {
    const recorded = JSON.stringify(await experiment.run(context));
    expect(recorded).not.toMatch(/eyJ[A-Za-z0-9_-]{10,}/);
    expect(recorded).not.toMatch(/[A-Za-z0-9_-]{43}/);
    return JSON.parse(recorded) as Observations;
  } finally {
    await context.stopAll();
  }
}
