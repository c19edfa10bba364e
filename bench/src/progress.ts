/** What is being measured, on standard error: one line that changes on a terminal, one line per round otherwise. */
import type { TextOutput } from './command/index.ts';
import type { SubjectFailure } from './result.ts';

export interface Progress {
  measuring(subject: string, round: number, rounds: number): void;
  failed(failure: SubjectFailure): void;
  done(): void;
}

export function showProgress(output: TextOutput): Progress {
  const clearLine = output.isTTY === true ? '\r\x1b[2K' : '';
  let lastRound = 0;
  return {
    measuring: (subject, round, rounds) => {
      if (output.isTTY === true) output.write(`${clearLine}round ${round} of ${rounds}: ${subject}`);
      else if (round !== lastRound) output.write(`round ${round} of ${rounds}\n`);
      lastRound = round;
    },
    failed: ({ subject, round, message }) => {
      output.write(`${clearLine}${subject} failed in round ${round} and is left out: ${message}\n`);
    },
    done: () => {
      output.write(clearLine);
    },
  };
}
