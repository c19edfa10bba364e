/** One delivery of one entry: from what was taken to what is to become of it. */

import { reportError } from '../failures/error-report.ts';
import { type Classify, classOf } from '../failures/failure-class.ts';
import { checkPayload, type PayloadSchema } from '../payload/payload.ts';
import type { Death, DeathReason } from './death.ts';
import { EffectPartialError, EventUndecodableError } from './errors.ts';
import type { HeldEntry } from './held-entry.ts';
import { DeliveredEvent, type EventHandler, parseEvent } from './stream-event.ts';

export interface DeliverySettings<Event> {
  readonly stream: string;
  readonly group: string;
  readonly handler: EventHandler<Event>;
  readonly schema: PayloadSchema<Event> | undefined;
  readonly maxDeliveries: number;
  readonly backOff: (failures: number, error: unknown) => number;
  readonly classify: Classify | undefined;
}

export type DeliveryOutcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'retried'; readonly error: unknown; readonly delayMs: number }
  | { readonly kind: 'buried'; readonly error: unknown; readonly reason: DeathReason; readonly death: string };

const done: DeliveryOutcome = { kind: 'done' };

/** Calls `ended` once: at once when the handler is no async function, since a promise more would cost too much. */
export function deliver<Event>(
  held: HeldEntry,
  settings: DeliverySettings<Event>,
  ended: (held: HeldEntry, outcome: DeliveryOutcome) => void,
): void {
  let parsed: unknown;
  try {
    parsed = parseEvent(held.text);
  } catch (cause) {
    ended(held, buried(held, 'undecodable', new EventUndecodableError(settings.stream, held.eventId, { cause })));
    return;
  }
  let result: unknown;
  try {
    const checked = checkPayload(parsed, settings.schema);
    result =
      checked instanceof Promise
        ? checked.then((event) => handle(held, event, settings))
        : handle(held, checked, settings);
  } catch (error) {
    ended(held, failed(held, settings, error));
    return;
  }
  if (isThenable(result)) {
    result.then(
      () => ended(held, done),
      (error: unknown) => ended(held, failed(held, settings, error)),
    );
  } else ended(held, done);
}

function handle<Event>(held: HeldEntry, event: Event, settings: DeliverySettings<Event>): unknown {
  return settings.handler(new DeliveredEvent(held, event, settings));
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}

function failed<Event>(held: HeldEntry, settings: DeliverySettings<Event>, error: unknown): DeliveryOutcome {
  const { classify, maxDeliveries, backOff } = settings;
  const failure = classOf(error, classify, isPartial);
  if (failure !== 'temporary') return buried(held, failure, error);
  if (held.deliveries >= maxDeliveries) return buried(held, 'exhausted', error);
  return { kind: 'retried', error, delayMs: backOff(held.deliveries, error) };
}

/** Some of its effect took place, so it must not be tried again. */
function isPartial(error: unknown): boolean {
  return error instanceof EffectPartialError;
}

function buried(held: HeldEntry, reason: DeathReason, error: unknown): DeliveryOutcome {
  const death: Death = {
    reason,
    id: held.eventId,
    deliveries: held.deliveries,
    error: reportError(error, { withStack: true }),
  };
  return { kind: 'buried', error, reason, death: JSON.stringify(death) };
}
