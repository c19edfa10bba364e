/** Starts a scheme for a test file, with the programs of this machine, and stops it afterwards. */
import { findPrograms } from '@sallyport/lab/cluster';
import { afterAll, beforeAll } from 'vitest';
import type { RunningScheme, SchemeName, SchemeOptions } from '../../src/schemes/running-scheme.ts';
import { startScheme } from '../../src/schemes/start-scheme.ts';

/** The returned function gives the scheme once the hooks have run. */
export function useScheme(scheme: SchemeName, options: SchemeOptions = {}): () => RunningScheme {
  let running: RunningScheme | undefined;
  beforeAll(async () => {
    running = await startScheme(scheme, options, { programs: await findPrograms(), timeScale: 0.1, notice: () => {} });
  });
  afterAll(async () => {
    await running?.stop();
  });
  return () => {
    if (running === undefined)
      throw new Error('The scheme of this test file is started in beforeAll: use it after that.');
    return running;
  };
}
