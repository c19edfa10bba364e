/** One attempt at one task: from what was taken out of the queue to what is to become of it. */
import { PayloadError } from '../payload/errors.ts';
import { checkPayload, encodePayload, type PayloadSchema } from '../payload/payload.ts';
import { type backOffOf, type Classify, classOf } from './back-off.ts';
import type { Cancellation } from './cancellation.ts';
import { type DeathReason, sealDeath } from './death.ts';
import { type Envelope, openEnvelope, sealEnvelope } from './envelope.ts';
import { reportError } from './error-report.ts';
import type { Completion, TakenTask } from './store.ts';
import type { Task, TaskHandler } from './task.ts';
import { type FailureClass, TaskCancelledError, TaskTypeUnknownError, TaskUndecodableError } from './task-errors.ts';

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

/** How an attempt went, for whoever listens. */
export type AttemptOutcome =
  | { readonly kind: 'done'; readonly completion: Completion }
  | { readonly kind: 'cancelled'; readonly completion: Completion }
  | { readonly kind: 'retried'; readonly completion: Completion; readonly error: unknown; readonly delayMs: number }
  | { readonly kind: 'buried'; readonly completion: Completion; readonly error: unknown; readonly reason: DeathReason };

/** What is known of a task that was taken, before its handler sees it. */
export interface OpenedTask {
  readonly taken: TakenTask;
  /** `undefined` when it cannot be read. */
  readonly envelope: Envelope | undefined;
}

export function openTask(taken: TakenTask): OpenedTask {
  return { taken, envelope: openEnvelope(taken.envelope) };
}

/** Never rejects: a failure is an outcome. */
export async function attempt<Payload>(
  { taken, envelope }: OpenedTask,
  settings: AttemptSettings<Payload>,
  cancellation: Cancellation,
): Promise<AttemptOutcome> {
  const { fence } = taken;
  if (envelope === undefined) return bury(taken, undefined, settings, 'undecodable', new TaskUndecodableError());
  const { header } = envelope;
  try {
    if (cancellation.reason !== undefined) throw cancellation.reason;
    const handler = handlerOf(settings.handler, header.type);
    const checked = checkPayload(parsed(envelope.payload), settings.schema);
    const payload = checked instanceof Promise ? await checked : checked;
    const task: Task<Payload> = {
      id: header.id,
      payload,
      type: header.type,
      key: header.key,
      attempt: (header.failures?.length ?? 0) + envelope.losses + 1,
      addedAt: new Date(header.at),
      failures: header.failures ?? [],
      fence,
      get signal() {
        return cancellation.signal;
      },
      trace: header.trace,
      progress: (value) => settings.progress(header.id, value),
    };
    const result = await handler(task);
    return { kind: 'done', completion: done(fence, envelope, settings, result, wasCancelled(cancellation)) };
  } catch (error) {
    return failed({ taken, envelope }, settings, error, cancellation);
  }
}

function failed<Payload>(
  { taken, envelope }: { readonly taken: TakenTask; readonly envelope: Envelope },
  settings: AttemptSettings<Payload>,
  error: unknown,
  { reason }: Cancellation,
): AttemptOutcome {
  const { header } = envelope;
  if (wasCancelled({ reason })) return cancelled(taken.fence, envelope, settings);
  const failure: FailureClass = classOf(error, settings.classify);
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

function wasCancelled({ reason }: Pick<Cancellation, 'reason'>): boolean {
  return reason instanceof TaskCancelledError;
}

/** A task that was cancelled and done all the same takes the word of its cancellation along. */
function done<Payload>(
  fence: number,
  envelope: Envelope,
  { retainMs, resultTtlMs, maxPayloadBytes }: AttemptSettings<Payload>,
  result: unknown,
  isCancelled: boolean,
): Completion {
  const { id } = envelope.header;
  const keeps = resultTtlMs > 0 && result !== undefined;
  return {
    kind: 'done',
    fence,
    ...keyOf(envelope),
    ...uniqueOf(envelope, retainMs),
    ...(isCancelled ? { cancelledId: id } : {}),
    ...(keeps ? { result: { id, value: encodePayload(result, maxPayloadBytes), ttlMs: resultTtlMs } } : {}),
  };
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
