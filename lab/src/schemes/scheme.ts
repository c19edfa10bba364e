/** What every scheme's app is made with. */
import type { Express } from 'express';

export interface SchemeSettings {
  /** Life of a session without access, or of a token. */
  readonly ttlSeconds: number;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Puts a scheme's routes on an app that has already got `/health` and a JSON body parser. */
export type MountScheme = (app: Express, settings: SchemeSettings) => void;
