/** Finds a program on PATH and in the folders where Debian and Homebrew put servers. */
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

export const serverFolders: readonly string[] = ['/usr/sbin', '/usr/local/sbin', '/opt/homebrew/bin'];

export interface ProgramSearch {
  /** @default process.env.PATH */
  readonly path?: string;
  /** Looked into after PATH. @default /usr/sbin, /usr/local/sbin, /opt/homebrew/bin */
  readonly folders?: readonly string[];
}

/** The absolute path of the first of `names` that exists and may be executed. */
export function findProgram(names: readonly string[], search: ProgramSearch = {}): string | undefined {
  const { path = process.env.PATH ?? '', folders = serverFolders } = search;
  const places = [...path.split(delimiter).filter((folder) => folder !== ''), ...folders];
  for (const name of names) {
    for (const place of places) {
      const candidate = join(place, name);
      if (isExecutable(candidate)) return candidate;
    }
  }
  return undefined;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
