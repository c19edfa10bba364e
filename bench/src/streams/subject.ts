/** What a way to use event streams must do to be measured. */
import type { Payload } from '../queue/subject.ts';

export type { Payload } from '../queue/subject.ts';

interface RunningConsumer {
  stop(): Promise<void>;
}

/** A stream of one library, opened: its producer, and a consumer of the group in the same process. */
export interface StreamSubject {
  /** Of the stream in Redis. */
  readonly key: string;
  /** Resolves when Redis has the event. */
  append(payload: Payload): Promise<unknown>;
  /** Appends so many events, 1,000 under way at any time. */
  appendEach(events: number): Promise<void>;
  /** Appends a list in the way the library has for that. */
  appendMany(payloads: readonly Payload[]): Promise<unknown>;
  /** Begins where the group is, or at the start of the stream; what the handler has returned from is acknowledged. */
  consume(handler: (payload: Payload) => void): RunningConsumer;
  close(): Promise<void>;
}

/** @param name Of the stream; two names do not meet. */
export type OpenStream = (url: string, name: string) => Promise<StreamSubject>;

export const groupName = 'bench';
export const appendsUnderWay = 1_000;
export const consumedAtOnce = 100;
