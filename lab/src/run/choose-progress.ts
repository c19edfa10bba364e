/** Live on a terminal, plain lines everywhere else. */
import type { Language } from '../language.ts';
import { reportWords } from '../report/i18n/report-words.ts';
import { liveProgress } from './live-progress.ts';
import { plainProgress } from './plain-progress.ts';
import type { Progress } from './progress.ts';

export interface ProgressOptions {
  /** Of the verdicts. @default 'en' */
  readonly language?: Language;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Standard output is for a program to read: nothing else may be written there. */
  readonly quietStdout: boolean;
}

export function chooseProgress({ language = 'en', stdout, stderr, env, quietStdout }: ProgressOptions): Progress {
  // A container's terminal may say that it has no columns: nothing can be drawn on that.
  const isTerminal = stdout.isTTY === true && stderr.isTTY === true && stdout.columns > 0 && env.TERM !== 'dumb';
  // NO_COLOR (no-color.org) counts when it is not empty; a build server's log is no place for moving lines.
  const isPlain = !isTerminal || quietStdout || (env.NO_COLOR ?? '') !== '' || (env.CI ?? '') !== '';
  const words = reportWords(language);
  return isPlain ? plainProgress(stderr, words) : liveProgress(stdout, words);
}
