/** How a run shows what it is doing: live on a terminal, as plain lines everywhere else. Both go one task at a time. */
import type { ExperimentResult } from '../results.ts';
import { liveProgress } from './live-progress.ts';
import { plainProgress } from './plain-progress.ts';

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

export interface ProgressOptions {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Standard output is for a program to read: nothing else may be written there. */
  readonly quietStdout: boolean;
}

export function chooseProgress({ stdout, stderr, env, quietStdout }: ProgressOptions): Progress {
  // A container's terminal may say that it has no columns: nothing can be drawn on that.
  const isTerminal = stdout.isTTY === true && stderr.isTTY === true && stdout.columns > 0 && env.TERM !== 'dumb';
  // NO_COLOR (no-color.org) counts when it is not empty; a build server's log is no place for moving lines.
  const isPlain = !isTerminal || quietStdout || (env.NO_COLOR ?? '') !== '' || (env.CI ?? '') !== '';
  return isPlain ? plainProgress(stderr) : liveProgress(stdout);
}
