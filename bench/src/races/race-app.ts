/** The small application that every session library of the benchmark is put into. */
import type { Overlap } from './overlap.ts';

/**
 * What the application keeps in a session. The names say "race" because Sallyport's and Fastify's session types are
 * declared for the whole program.
 */
export interface RaceFields {
  raceA?: string;
  raceB?: string;
  raceCart?: string[];
}

/**
 * A running application. It answers:
 *
 * - `POST /login`: signs a user in under a new session id
 * - `GET /session`: the `RaceFields` of a signed-in user as JSON, else 401
 * - `POST /slow/write`: holds (see `Overlap`) with its session loaded, then writes `raceA`
 * - `POST /slow/read`: holds with its session loaded and writes nothing
 * - `POST /write`: writes `raceB`
 * - `POST /cart/:item`: adds an item to `raceCart`
 * - `POST /logout`
 *
 * Without a signed-in user each of them but the login is 401.
 */
export interface RaceApp {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  close(): Promise<void>;
}

export type StartRaceApp = (redisUrl: string, overlap: Overlap) => Promise<RaceApp>;
