/** A command line of one command that is given a name: its flags, its help and its exit code. */
import { buildApplication, buildCommand, ExitCode, type FlagParametersForType, run } from '@stricli/core';
import type { TextOutput } from './text-output.ts';
import { CommandUsageError } from './usage-error.ts';

/** 0: done, and all is well. 1: done, and something is not, or it failed. 2: not understood, and nothing was run. */
export type CommandExitCode = 0 | 1 | 2;

export interface NamedCommand<Flags extends Readonly<Record<string, unknown>>> {
  /** What is typed before the name, e.g. `npm run bench --`. */
  readonly program: string;
  readonly brief: string;
  /** What the name stands for. */
  readonly nameBrief: string;
  readonly flags: FlagParametersForType<Flags>;
  /** @throws CommandUsageError for exit code 2; anything else that is thrown is exit code 1 */
  readonly run: (name: string | undefined, flags: Flags) => Promise<CommandExitCode>;
}

export interface CommandOutput {
  readonly stdout: TextOutput;
  readonly stderr: TextOutput;
}

/** Runs one command line to its end; the process' exit code is left to the caller. */
export async function runNamedCommand<Flags extends Readonly<Record<string, unknown>>>(
  args: readonly string[],
  { program, brief, nameBrief, flags, run: runNamed }: NamedCommand<Flags>,
  { stdout, stderr }: CommandOutput,
): Promise<CommandExitCode> {
  let outcome: CommandExitCode = 0;
  const command = buildCommand<Flags, [name?: string]>({
    func: async (given, name) => {
      try {
        outcome = await runNamed(name, given);
      } catch (error) {
        if (!(error instanceof CommandUsageError)) throw error;
        stderr.write(`${error.message}\n`);
        outcome = 2;
      }
    },
    parameters: {
      flags,
      positional: {
        kind: 'tuple',
        parameters: [{ parse: String, brief: nameBrief, placeholder: 'NAME', optional: true }],
      },
    },
    docs: { brief },
  });
  const application = buildApplication(command, {
    name: program,
    documentation: { disableAnsiColor: true },
    scanner: { caseStyle: 'original' },
  });
  const stricli: { stdout: TextOutput; stderr: TextOutput; exitCode?: number | string | null } = { stdout, stderr };
  await run(application, args, { process: stricli });
  if (stricli.exitCode === ExitCode.Success) return outcome;
  return stricli.exitCode === ExitCode.CommandRunError ? 1 : 2;
}

/** The one that is asked for. @throws CommandUsageError that names all there are */
export function requireNamed<Item extends { readonly name: string }>(
  kind: string,
  items: readonly Item[],
  name: string | undefined,
): Item {
  const item = items.find((candidate) => candidate.name === name);
  if (item !== undefined) return item;
  const known = items.map((candidate) => candidate.name).join(', ');
  throw new CommandUsageError(
    name === undefined ? `Say which ${kind} to run: ${known}.` : `There is no ${kind} ${name}; there are: ${known}.`,
  );
}

export function listNamed(items: readonly { readonly name: string; readonly title: string }[]): string {
  const width = Math.max(...items.map(({ name }) => name.length));
  return items.map(({ name, title }) => `${name.padEnd(width)}  ${title}\n`).join('');
}
