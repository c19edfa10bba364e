/** Finds out whether a report can be written before anything is started, rather than after minutes of work. */
import { randomUUID } from 'node:crypto';
import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import type { WrittenReport } from '../report/write.ts';
import { UsageError } from './usage-error.ts';
import type { CliWords } from './words.en.ts';

/** Makes the folder when it is missing. @throws UsageError */
export async function requireWritable(folder: string): Promise<void> {
  const probe = join(resolve(folder), `.${randomUUID()}.tmp`);
  try {
    await makeFolder(resolve(folder));
    await writeFile(probe, '', { flag: 'wx' });
    await rm(probe);
  } catch (cause) {
    const { code = 'unknown error' } = cause as NodeJS.ErrnoException;
    throw new UsageError(`The report can not be written to ${folder} (${code}): choose another folder with --out.`, {
      cause,
    });
  }
}

/** Node's own `recursive` never comes back from a file system that refuses with ENOENT, as /proc does. */
async function makeFolder(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) return;
  const parent = dirname(path);
  if (parent !== path) await makeFolder(parent);
  await mkdir(path);
}

/** Where the report is, named from here when it is below here. */
export function reportLine({ htmlPath }: WrittenReport, words: CliWords): string {
  const fromHere = relative(process.cwd(), htmlPath);
  const isBelow = !fromHere.startsWith('..') && !isAbsolute(fromHere);
  return `${words.reportAt(isBelow ? fromHere : htmlPath)}\n`;
}
