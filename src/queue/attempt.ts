/** One attempt at one task: from what was taken out of the queue to what is to become of it. */

import type { backOffOf } from '../failures/back-off.ts';
import { reportError } from '../failures/error-report.ts';
import { type Classify, classOf, type FailureClass } from '../failures/failure-class.ts';
import { PayloadError } from '../payload/errors.ts';
import { checkPayload, encodePayload, type PayloadSchema } from '../payload/payload.ts';
import { type DeathReason, sealDeath } from './death.ts';
import { type Envelope, sealEnvelope } from './envelope.ts';
import type { HeldTask } from './held-task.ts';
import { RunningTask } from './running-task.ts';
import type { Completion, TakenTask } from './store.ts';
import type { TaskHandler } from './task.ts';
import { TaskCancelledError, TaskTypeUnknownError, TaskUndecodableError } from './task-errors.ts';

export interface AttemptSettings<Payload> {
  readonly handler: TaskHandler<Payload> | Readonly<Record<string, TaskHandler<Payload>>>;
  readonly schema: PayloadSchema<Payload> | undefined;
  readonly attempts: number;
  readonly backOff: ReturnType<typeof backOffOf>;
  readonly classify: Classify | undefined;
  readonly retainMs: number;
  readonly resultTtlMs: number;
  readonly maxPayloadBytes: number;
  readonly progress: (id: string, value: unknown) => Promise<void>;
}

/** How an attempt went, for whoever listens, and what the store is to be told. */
export type AttemptOutcome = { readonly completion: Completion } & (
  | {
      readonly kind: 'done';
      /** Why what the handler returned is not kept. */
      readonly resultError?: unknown;
    }
  | { readonly kind: 'cancelled' }
  /** Not started. */
  | { readonly kind: 'released' }
  | { readonly kind: 'retried'; readonly error: unknown; readonly delayMs: number }
  | { readonly kind: 'buried'; readonly error: unknown; readonly reason: DeathReason }
);

/**
 * Calls `ended` once, and never at once: a failure is an outcome, too. (A promise would be one more for each task.)
 */
export function attempt<Payload>(
  held: HeldTask,
  settings: AttemptSettings<Payload>,
  ended: (held: HeldTask, outcome: AttemptOutcome) => void,
): void {
  const { taken, envelope } = held;
  if (envelope === undefined) {
    queueMicrotask(() => ended(held, bury(taken, undefined, settings, 'undecodable', new TaskUndecodableError())));
    return;
  }
  run(held, envelope, settings).then(
    (result) => ended(held, done(held, envelope, settings, result)),
    (error: unknown) => ended(held, failed(held, envelope, settings, error)),
  );
}

function run<Payload>(held: HeldTask, envelope: Envelope, settings: AttemptSettings<Payload>): Promise<unknown> {
  try {
    if (held.reason !== undefined) throw held.reason;
    const handler = handlerOf(settings.handler, envelope.header.type);
    const checked = checkPayload(parsed(envelope.payload), settings.schema);
    const handle = (payload: Payload) => handler(new RunningTask(held, envelope, payload, settings.progress));
    // What already is a promise stays the same one.
    return checked instanceof Promise ? checked.then(handle) : Promise.resolve(handle(checked));
  } catch (error) {
    return Promise.reject(error);
  }
}

function failed<Payload>(
  held: HeldTask,
  envelope: Envelope,
  settings: AttemptSettings<Payload>,
  error: unknown,
): AttemptOutcome {
  const { taken } = held;
  const { header } = envelope;
  if (wasCancelled(held)) return cancelled(taken.fence, envelope, settings);
  const failure: FailureClass = classOf(error, settings.classify, isNoUseAgain);
  if (failure === 'business') return bury(taken, envelope, settings, 'business', error);
  if (failure === 'fatal') return bury(taken, envelope, settings, 'fatal', error);
  const failures = [...(header.failures ?? []), { at: Date.now(), ...reportError(error, { withStack: false }) }];
  const allowed = header.attempts ?? settings.attempts;
  if (failures.length >= allowed) return bury(taken, envelope, settings, 'exhausted', error);
  const delayMs = settings.backOff(failures.length, error);
  return {
    kind: 'retried',
    error,
    delayMs,
    completion: {
      kind: 'retry',
      fence: taken.fence,
      delayMs,
      envelope: sealEnvelope({ ...envelope, header: { ...header, failures } }),
      ...keyOf(envelope),
    },
  };
}

/** Trying again finds no handler either. */
function isNoUseAgain(error: unknown): boolean {
  return error instanceof TaskTypeUnknownError;
}

function wasCancelled({ reason }: HeldTask): boolean {
  return reason instanceof TaskCancelledError;
}

/**
 * Also when its result cannot be kept: its effect has taken place, and must not be repeated. A task that was cancelled and
 * done all the same takes the word of its cancellation along.
 */
function done<Payload>(
  held: HeldTask,
  envelope: Envelope,
  { retainMs, resultTtlMs, maxPayloadBytes }: AttemptSettings<Payload>,
  result: unknown,
): AttemptOutcome {
  const { fence } = held;
  const isCancelled = wasCancelled(held);
  const { header } = envelope;
  const keeps = resultTtlMs > 0 && result !== undefined;
  // As most tasks are; the rest of this costs more than it seems.
  if (!keeps && !isCancelled && header.key === undefined && header.unique !== true) {
    return { kind: 'done', completion: { kind: 'done', fence } };
  }
  const completion: Completion = {
    kind: 'done',
    fence,
    ...keyOf(envelope),
    ...uniqueOf(envelope, retainMs),
    ...(isCancelled ? { cancelledId: header.id } : {}),
  };
  if (!keeps) return { kind: 'done', completion };
  try {
    const kept = { id: header.id, value: encodePayload(result, maxPayloadBytes), ttlMs: resultTtlMs };
    return { kind: 'done', completion: { ...completion, result: kept } };
  } catch (resultError) {
    return { kind: 'done', completion, resultError };
  }
}

/** For a task that was cancelled before or while it ran. */
export function cancelled<Payload>(
  fence: number,
  envelope: Envelope,
  { retainMs }: Pick<AttemptSettings<Payload>, 'retainMs'>,
): AttemptOutcome {
  const { id } = envelope.header;
  return {
    kind: 'cancelled',
    completion: { kind: 'done', fence, cancelledId: id, ...keyOf(envelope), ...uniqueOf(envelope, retainMs) },
  };
}

function bury<Payload>(
  taken: TakenTask,
  envelope: Envelope | undefined,
  { retainMs }: AttemptSettings<Payload>,
  reason: DeathReason,
  error: unknown,
): AttemptOutcome {
  return {
    kind: 'buried',
    error,
    reason,
    completion: {
      kind: 'bury',
      fence: taken.fence,
      shelf: reason === 'business' ? 'business' : 'dead',
      // What cannot be read has no id of its own.
      id: envelope?.header.id ?? `fence-${taken.fence}`,
      record: sealDeath(
        { reason, at: Date.now(), losses: envelope?.losses ?? 0, error: reportError(error, { withStack: true }) },
        taken.envelope,
      ),
      ...(envelope === undefined ? {} : { ...keyOf(envelope), ...uniqueOf(envelope, retainMs) }),
    },
  };
}

function keyOf({ header: { key } }: Envelope): { key?: string } {
  return key === undefined ? {} : { key };
}

function uniqueOf({ header }: Envelope, retainMs: number): { uniqueId?: string; retainMs?: number } {
  return header.unique === true ? { uniqueId: header.id, retainMs } : {};
}

function parsed(payload: string): unknown {
  try {
    return JSON.parse(payload);
  } catch {
    // Without the parser's own error, which quotes the payload.
    throw new PayloadError('is not JSON');
  }
}

function handlerOf<Payload>(
  handler: AttemptSettings<Payload>['handler'],
  type: string | undefined,
): TaskHandler<Payload> {
  if (typeof handler === 'function') return handler;
  const own = type !== undefined && Object.hasOwn(handler, type) ? handler[type] : undefined;
  if (own === undefined) throw new TaskTypeUnknownError(type);
  return own;
}
