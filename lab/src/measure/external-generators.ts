/** The load generators of others that this machine has. autocannon comes with the lab; these are for comparison. */
import { findProgram } from '../cluster/find-program.ts';

export interface ExternalGenerators {
  /** Its path. */
  readonly wrk?: string;
  /** Its path. */
  readonly ab?: string;
}

/** @param path Where to look. @default process.env.PATH */
export function findExternalGenerators(path: string = process.env.PATH ?? ''): ExternalGenerators {
  const wrk = findProgram(['wrk'], { path, folders: [] });
  const ab = findProgram(['ab'], { path, folders: [] });
  return { ...(wrk === undefined ? {} : { wrk }), ...(ab === undefined ? {} : { ab }) };
}
