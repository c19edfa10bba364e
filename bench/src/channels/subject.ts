/** What a way to send messages between servers must do to be measured. */
import type { Payload } from '../queue/subject.ts';

export type { Payload } from '../queue/subject.ts';

/** One server process of an application. */
export interface ChannelServer {
  /** Sends to all servers; resolves when Redis has the message, where the library tells. */
  publish(payload: Payload): Promise<unknown> | undefined;
  close(): Promise<void>;
}

/**
 * Opens a server that hears what all servers publish, as those of a real application do.
 * @param heard Is called with each message as it was parsed.
 */
export type OpenChannel = (url: string, heard: (payload: Payload) => void) => Promise<ChannelServer>;
