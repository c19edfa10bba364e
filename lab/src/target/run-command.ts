/** Runs a command of a target file that is to do one thing and return, e.g. `docker kill shop-1`. */
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { OutputTail } from '../cluster/output-tail.ts';
import { serverEnvironment } from '../cluster/server-environment.ts';
import { TargetAnswerError } from './errors.ts';
import { fill, fillAll, type PlaceholderValues } from './placeholders.ts';
import { namesSecret, type Redaction } from './redaction.ts';
import type { TargetCommand } from './target-file.ts';

export interface CommandSurroundings {
  /** The folder of the target file. */
  readonly folder: string;
  readonly values: PlaceholderValues;
  readonly redaction: Redaction;
  readonly timeLimitMs: number;
}

/** A command with its placeholders filled. */
export interface FilledCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

export function filledCommand(
  { command, args, cwd, env }: TargetCommand,
  { folder, values, redaction }: Omit<CommandSurroundings, 'timeLimitMs'>,
): FilledCommand {
  const filled = fillAll({ ...env }, values);
  for (const [name, value] of Object.entries(filled)) if (namesSecret(name)) redaction.add(value);
  return {
    command: pathOf(fill(command, values), folder),
    args: fillAll([...args], values),
    cwd: resolve(folder, fill(cwd, values)),
    env: filled,
  };
}

/** A program with a slash in its name is seen from the folder of the file, like everything else in it. */
function pathOf(command: string, folder: string): string {
  return command.includes('/') ? resolve(folder, command) : command;
}

/**
 * Resolves when the command has exited with 0; what it leaves running in the background is its own matter.
 * @throws TargetAnswerError when it can not be run, fails, or does not return in time
 */
export async function runCommand(
  what: string,
  command: TargetCommand,
  surroundings: CommandSurroundings,
): Promise<void> {
  const { command: file, args, cwd, env } = filledCommand(command, surroundings);
  const { redaction, timeLimitMs } = surroundings;
  const output = new OutputTail(2048);
  const child = spawn(file, args, { cwd, env: serverEnvironment(env), stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => output.add(chunk));
  const timer = setTimeout(() => child.kill('SIGKILL'), timeLimitMs);
  const startedAt = performance.now();
  const problem = await new Promise<string | undefined>((settle) => {
    child.once('error', ({ message }) => settle(`could not be run (${message})`));
    // Not "close": a server that it started in the background may hold its output open.
    child.once('exit', (code, signal) => {
      if (code === 0) settle(undefined);
      else if (signal !== null && performance.now() - startedAt >= timeLimitMs) settle(late(timeLimitMs));
      else settle(`failed with ${signal ?? `exit code ${code}`}`);
    });
  });
  clearTimeout(timer);
  for (const stream of [child.stdout, child.stderr]) stream.destroy();
  if (problem === undefined) return;
  const printed = redaction.clean(output.text().trim());
  throw new TargetAnswerError(
    `${what} ${redaction.clean(problem)}.${printed === '' ? '' : ` It printed:\n${printed}`}`,
  );
}

function late(timeLimitMs: number): string {
  return `did not return within ${timeLimitMs / 1000} s: with stop beside it, start has to be a command that returns`;
}
