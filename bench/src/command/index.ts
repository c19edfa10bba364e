/** What command lines that name one thing to run have in common; knows nothing of what is run. */
export { missingPrograms } from './missing-programs.ts';
export {
  type CommandExitCode,
  type CommandOutput,
  listNamed,
  requireNamed,
  runNamedCommand,
} from './named-command.ts';
export { openResultFile, saveResult } from './result-file.ts';
export type { TextOutput } from './text-output.ts';
export { CommandUsageError } from './usage-error.ts';
export { parseSeed, seeds, wholeNumber } from './whole-number.ts';
