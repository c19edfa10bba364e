/** Experiments and runs for tests of the runner. */
import { type EnsuredPrograms, findPrograms } from '@sallyport/lab/cluster';
import type { Experiment } from '../../src/experiments/experiment.ts';
import { reportWords } from '../../src/report/i18n/report-words.ts';
import type { LabResults } from '../../src/results.ts';
import { plainProgress } from '../../src/run/plain-progress.ts';
import { type LabRunOptions, runLab } from '../../src/run/run-lab.ts';

export function experiment(id: string, changed: Partial<Experiment> = {}): Experiment {
  return {
    id,
    title: `Title ${id}`,
    question: `Question ${id}?`,
    hypotheses: [{ id: 'H1', statement: 'It runs.' }],
    design: ['Run it.'],
    limits: [],
    requires: [],
    run: async () => ({ done: true }),
    analyse: () => ({
      headline: 'done',
      tables: [],
      charts: [],
      judgements: [{ id: 'H1', verdict: 'confirmed', evidence: 'It ran.' }],
      findings: [],
    }),
    ...changed,
  };
}

export interface MadeUpRun {
  readonly results: LabResults;
  /** What the progress said. */
  readonly lines: string;
}

export async function run(
  experiments: readonly Experiment[],
  changed: Partial<LabRunOptions> = {},
): Promise<MadeUpRun> {
  const lines: string[] = [];
  const results = await runLab({
    experiments,
    mode: 'quick',
    seed: 5,
    install: false,
    command: 'npm run lab',
    signal: new AbortController().signal,
    progress: plainProgress({ write: (text) => lines.push(text) }, reportWords(changed.language ?? 'en')),
    programs: await programs(),
    ...changed,
  });
  return { results, lines: lines.join('') };
}

export async function programs(): Promise<EnsuredPrograms> {
  const mend = { 'redis-server': 'sudo apt-get install -y redis-server', nginx: 'sudo apt-get install -y nginx' };
  return { ...(await findPrograms()), notices: [], mend };
}
