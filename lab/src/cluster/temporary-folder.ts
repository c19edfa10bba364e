/** A folder for one server's files, gone when the server is stopped or when this process ends. */
import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { forgetFolder, keepFolder } from './child-reaper.ts';

export interface TemporaryFolder {
  readonly path: string;
  remove(): Promise<void>;
}

/** @param subject What it is for, e.g. `redis`; part of its name. */
export async function temporaryFolder(subject: string): Promise<TemporaryFolder> {
  const path = join(tmpdir(), `sallyport-${subject}-${randomBytes(8).toString('hex')}`);
  keepFolder(path);
  await mkdir(path, { mode: 0o700 });
  return {
    path,
    remove: async () => {
      await rm(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 20 });
      forgetFolder(path);
    },
  };
}
