/** The small application that every session library of the benchmark is put into. */

/**
 * A running application. It answers:
 *
 * - `POST /login/:n`: signs visitor `n` in, with what `visitor.ts` says, 204 and the cookie
 * - `GET /profile`: reads the session, renews it, and answers `profileOf` as JSON; 401 without one
 * - `GET /health`: 200
 *
 * One without sessions answers the same profile to everybody.
 */
export interface SessionApp {
  readonly port: number;
  close(): Promise<void>;
}

/** @param redisUrl Of a Redis that only this application uses. */
export type StartSessionApp = (redisUrl: string) => Promise<SessionApp>;
