import type { VisitorData, VisitorRecord } from './visitor-record.ts';

/** A session as one request sees it. */
export interface OpenedVisitor {
  readonly userId: string | undefined;
  /** All of the application's fields, decoded. */
  readonly data: VisitorData;
  /** Stores one field and leaves the others as they are. */
  changePage(page: string): Promise<void>;
}

/** One way to keep sessions in Redis. */
export interface Layout {
  /** Resolves with the id that a browser would keep. */
  create(record: VisitorRecord): Promise<string>;
  /** Reads a session and starts its idle time anew, as every request does. `undefined`: there is none. */
  open(id: string): Promise<OpenedVisitor | undefined>;
  close(): Promise<void>;
}

export const idleTimeoutSeconds = 1_800;
