/** What a queue library must do to be measured. */

/** As it arrives at a handler, parsed from JSON. */
export interface Payload {
  /** Which task of the measurement this is. */
  readonly n: number;
  /** Makes the JSON 256 bytes long. */
  readonly filler: string;
}

type Handler = (payload: Payload) => Promise<void>;

interface RunningWorker {
  stop(): Promise<void>;
}

/** A queue of one library, opened: its producer, and workers in the same process. */
export interface QueueSubject {
  /** Resolves when Redis has the task. */
  add(payload: Payload): Promise<unknown>;
  /** Adds a group in the way the library has for that. */
  addMany(payloads: readonly Payload[]): Promise<void>;
  work(concurrency: number, handler: Handler): RunningWorker;
  /** Tasks in Redis that wait, or that were taken and not acknowledged. */
  remaining(): Promise<number>;
  close(): Promise<void>;
}

/** @param name Of the queue; two names do not meet. */
export type OpenQueue = (url: string, name: string) => Promise<QueueSubject>;
