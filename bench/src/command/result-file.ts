/** The file that `--json` names. */
import { randomBytes } from 'node:crypto';
import { access, constants, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { TextOutput } from './text-output.ts';
import { CommandUsageError } from './usage-error.ts';

export interface ResultFile {
  /** Replaces the file in one step: a reader finds the old result or the new one, never a part. */
  write(result: unknown): Promise<void>;
}

/**
 * Proves that the file can be written, before anything runs. Leaves no trace.
 * @throws CommandUsageError
 */
export async function openResultFile(path: string): Promise<ResultFile> {
  if (path === '') throw new CommandUsageError('--json needs the name of a file.');
  const target = await realpath(path).catch(() => path);
  const kind = await stat(target).catch(() => undefined);
  if (kind?.isDirectory()) throw new CommandUsageError(`--json ${path} is a folder; name a file in it.`);
  // A pipe or a device, e.g. /dev/stdout, is written to and not replaced.
  if (kind !== undefined && !kind.isFile()) return { write: (result) => writeFile(target, text(result)) };

  const draft = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString('hex')}`);
  try {
    if (kind !== undefined) await access(target, constants.W_OK);
    await writeFile(draft, '', { flag: 'wx' });
    await rm(draft);
  } catch (cause) {
    throw new CommandUsageError(`--json ${path} can not be written: ${problemOf(cause)}.`, { cause });
  }
  return {
    write: async (result) => {
      try {
        await writeFile(draft, text(result));
        await rename(draft, target);
      } catch (error) {
        await rm(draft, { force: true });
        throw error;
      }
    },
  };
}

function text(result: unknown): string {
  return `${JSON.stringify(result, undefined, 2)}\n`;
}

function problemOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'its folder does not exist';
  if (code === 'EACCES' || code === 'EPERM') return 'permission denied';
  if (code === 'ENOTDIR') return 'a part of its path is not a folder';
  return code ?? 'unknown reason';
}

/** Writes what a run has found, and tells on `stderr` how it went. @returns whether it is there */
export async function saveResult(
  file: ResultFile,
  path: string,
  result: unknown,
  stderr: TextOutput,
): Promise<boolean> {
  try {
    await file.write(result);
  } catch (error) {
    stderr.write(`The result could not be written to ${path}: ${(error as Error).message}\n`);
    return false;
  }
  stderr.write(`The result is in ${path}.\n`);
  return true;
}
