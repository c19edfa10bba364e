/** How a run shows what it is doing, one task at a time. */
import type { ExperimentResult } from '../results.ts';

interface ProgressTask {
  readonly title: string;
  /** Never rejects. `step` is told what the task is doing now. */
  run(step: (message: string) => void): Promise<ExperimentResult>;
}

export interface Progress {
  /** A line that is not about one task. */
  say(line: string): void;
  /** Runs the tasks one after the other. */
  run(tasks: readonly ProgressTask[]): Promise<void>;
}
