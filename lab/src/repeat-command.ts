/** Commands that repeat a part of a run: they start from the run's own, so that its target, mode and seed stay. */
import type { LabResults } from './results.ts';

/** The same run of these experiments alone. */
export function commandFor(ids: readonly string[], { command }: Pick<LabResults, 'command'>): string {
  const whole = command.replace(/ --only[ =]\S+/g, '');
  const only = `--only ${ids.join(',')}`;
  return /^npm run lab(?: --)?(?= |$)/.test(whole)
    ? whole.replace(/^npm run lab(?: --)?/, `npm run lab -- ${only}`)
    : `${whole} ${only}`;
}

/** The same experiments with more samples, where there is a mode that takes more. */
export function moreThorough(ids: readonly string[], results: Pick<LabResults, 'command' | 'mode'>): string {
  const command = commandFor(ids, results);
  if (results.mode === 'quick') return command.replace(/ --quick(?= |$)/, '');
  return results.mode === 'default' ? `${command} --full` : command;
}
