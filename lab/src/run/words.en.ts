/** What the runner itself says. */
import type { NotRunCause } from '../results.ts';

export interface RunWords {
  readonly startingScheme: (scheme: string) => string;
  readonly balancerStoodIn: (remedy: string) => string;
  readonly notRun: (cause: NotRunCause) => string;
  readonly notAnalysed: (reason: string) => string;
}

export const runWordsEn: RunWords = {
  startingScheme: (scheme) => `starting the scheme ${scheme}`,
  balancerStoodIn: (remedy) =>
    `nginx is not here: the lab's built-in balancer stood in for it. To use nginx: ${remedy}`,
  notRun: (cause) => {
    if (cause.kind === 'interrupted') return 'interrupted';
    return cause.kind === 'timed-out'
      ? `It was not finished after ${cause.afterSeconds} s and was stopped.`
      : `It needs ${cause.program}, which is not on this machine.`;
  },
  notAnalysed: (reason) => `Its observations could not be analysed: ${reason}`,
};
