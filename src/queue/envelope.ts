/**
 * How a task lies in a store: `LOSSES HEADER\nPAYLOAD`. The losses, how often it lost its worker, come first so that a
 * script can count them; the header is JSON of one line; the payload is what the application gave, as JSON.
 */
import type { ErrorReport } from '../failures/error-report.ts';

export interface TaskHeader {
  readonly id: string;
  /** When it was added, Unix ms. */
  readonly at: number;
  /** How many attempts it has, when not as many as the worker gives. */
  readonly attempts?: number;
  /** Attempts that failed, oldest first. */
  readonly failures?: readonly FailedAttempt[];
  /** The id was given by the application. */
  readonly unique?: true;
  readonly key?: string;
  readonly priority?: number;
  /** What kind of task it is, for routing. */
  readonly type?: string;
  /** W3C Trace Context `traceparent`. */
  readonly trace?: string;
}

export interface FailedAttempt extends ErrorReport {
  readonly at: number;
}

export interface Envelope {
  readonly losses: number;
  readonly header: TaskHeader;
  /** JSON. */
  readonly payload: string;
}

export function sealEnvelope({ losses, header, payload }: Envelope): string {
  return `${losses} ${JSON.stringify(header)}\n${payload}`;
}

/** The same for a task of which nothing more is known. @param id of letters, digits and dashes, which JSON leaves alone */
export function sealPlainEnvelope(id: string, at: number, payload: string): string {
  return `0 {"id":"${id}","at":${at}}\n${payload}`;
}

/** `undefined` for anything that this version did not write. */
export function openEnvelope(text: string): Envelope | undefined {
  const headerStart = text.indexOf(' ');
  const headerEnd = text.indexOf('\n');
  if (headerStart < 1 || headerEnd < headerStart) return undefined;
  const losses = Number(text.slice(0, headerStart));
  if (!Number.isSafeInteger(losses) || losses < 0) return undefined;
  const header = readHeader(text.slice(headerStart + 1, headerEnd));
  return header === undefined ? undefined : { losses, header, payload: text.slice(headerEnd + 1) };
}

/** What `sealPlainEnvelope` writes is most of what is read, and is read at half the cost of JSON. */
const plainHeader = /^\{"id":"([\w-]+)","at":(\d{1,15})\}$/;

function readHeader(text: string): TaskHeader | undefined {
  const plain = plainHeader.exec(text);
  if (plain !== null) return { id: plain[1] ?? '', at: Number(plain[2]) };
  let header: TaskHeader;
  try {
    header = JSON.parse(text) as TaskHeader;
  } catch {
    return undefined;
  }
  if (typeof header !== 'object' || header === null) return undefined;
  return typeof header.id === 'string' && typeof header.at === 'number' ? header : undefined;
}
