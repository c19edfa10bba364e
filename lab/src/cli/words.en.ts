/** What the command line says about a run. Help and the refusal of arguments are in English: no language is known yet. */
import type { LabMode } from '../run/mode.ts';

export interface CliWords {
  readonly starting: (experiments: number, mode: LabMode, seed: number) => string;
  readonly interrupted: string;
  readonly question: string;
  readonly keyFigure: string;
  readonly ranOf: (ran: number, asked: number, seconds: string) => string;
  readonly count: (count: number, verdict: string) => string;
  readonly didNotRun: (id: string, reason: string) => string;
  readonly mendWith: (remedy: string) => string;
  readonly recommended: string;
  /** @param command What would decide it, or tell the choices apart. */
  readonly recommendation: (kind: string, choice: string, command: string | undefined) => string;
  readonly reportAt: (path: string) => string;
  readonly needs: (what: readonly string[]) => string;
  readonly requirements: Readonly<Record<'redis' | 'balancer', string>>;
}

export const cliWordsEn: CliWords = {
  starting: (experiments, mode, seed) => `${experiments} experiments, ${mode} mode, seed ${seed}.`,
  interrupted: 'Interrupted: stopping the servers and writing the report. Once more to stop at once.',
  question: 'Question',
  keyFigure: 'Key figure',
  ranOf: (ran, asked, seconds) => `${ran} of ${asked} experiments ran in ${seconds} s`,
  count: (count, verdict) => `${count} ${verdict}`,
  didNotRun: (id, reason) => `${id} did not run: ${reason}`,
  mendWith: (remedy) => ` Mend it with: ${remedy}`,
  recommended: 'What the figures of this run speak for:',
  recommendation: (kind, choice, command) =>
    `  ${kind}: ${choice}${command === undefined ? '' : `. To decide it: ${command}`}`,
  reportAt: (path) => `Report: ${path}, with report.md and results.json beside it`,
  needs: (what) => `needs: ${what.join(', ') || 'nothing but Node'}`,
  requirements: { redis: 'redis-server', balancer: 'nginx or the built-in balancer' },
};
