/** What the two server processes say to each other besides what they publish. */
import type { SubjectName } from './subjects.ts';

export type ToReceiver =
  | { readonly kind: 'open'; readonly subject: SubjectName; readonly url: string }
  /** Messages 0 to `messages` come now, and then the one that ends them. */
  | { readonly kind: 'expect'; readonly messages: number };

export type FromReceiver =
  /** The first message was heard: whatever is published from now on is. */
  | { readonly kind: 'heard' }
  | { readonly kind: 'expecting' }
  | { readonly kind: 'received'; readonly messages: number }
  | { readonly kind: 'ended'; readonly receivedAt: Float64Array; readonly cpuMicros: number }
  | { readonly kind: 'failed'; readonly message: string };

/** Numbers of messages that are not measured. */
export const probe = -1;
export const end = -2;

/** The same clock in all processes of the machine. */
export function nowMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
