/** Events as an application sees them. */
import { checkPayload, type PayloadSchema } from '../payload/payload.ts';
import { timeOf } from './entry-id.ts';
import { EventUndecodableError } from './errors.ts';
import type { HeldEntry } from './held-entry.ts';
import type { StoredEntry } from './store.ts';

export class StreamEvent<Event> {
  /** `<ms>-<seq>`: ids rise with time, and each is given once. */
  readonly id: string;
  readonly event: Event;
  /** The `traceparent` that it was appended with. */
  readonly trace: string | undefined;

  constructor(id: string, event: Event, trace: string | undefined) {
    this.id = id;
    this.event = event;
    this.trace = trace;
  }

  /** When it was appended, by the clock of Redis. */
  get at(): Date {
    return new Date(timeOf(this.id));
  }
}

/** An event that a consumer of a group was given. */
export class DeliveredEvent<Event> extends StreamEvent<Event> {
  readonly stream: string;
  readonly group: string;
  /** How often it was given to a consumer of the group, this time included. */
  readonly deliveries: number;
  readonly #held: HeldEntry;

  constructor(held: HeldEntry, event: Event, { stream, group }: { readonly stream: string; readonly group: string }) {
    super(held.eventId, event, held.trace);
    this.stream = stream;
    this.group = group;
    this.deliveries = held.deliveries;
    this.#held = held;
  }

  /** Is aborted when another consumer has the event, or this one is closed in haste. */
  get signal(): AbortSignal {
    return this.#held.signal;
  }
}

export type EventHandler<Event> = (event: DeliveredEvent<Event>) => unknown;

/** @throws EventUndecodableError */
export async function readEvent<Event>(
  stream: string,
  { id, event, trace }: StoredEntry,
  schema: PayloadSchema<Event> | undefined,
): Promise<StreamEvent<Event>> {
  try {
    return new StreamEvent(id, await checkPayload(parseEvent(event), schema), trace);
  } catch (cause) {
    throw new EventUndecodableError(stream, id, { cause });
  }
}

/** @throws Error without the parser's own, which quotes the event */
export function parseEvent(text: string | undefined): unknown {
  if (text === undefined) throw new Error('It was not written by this version.');
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('It is not JSON.');
  }
}
