/** What a worker tells of its tasks to whoever listens. */
import { emit } from '../telemetry/events.ts';
import type { AttemptOutcome } from './attempt.ts';
import type { HeldTask } from './held-task.ts';

/** Only what the store has accepted. */
export function tellOutcome(queue: string, held: HeldTask, outcome: AttemptOutcome): void {
  const about = { queue, id: held.id };
  if (outcome.kind === 'done') {
    emit('queue.task.done', about);
    if (outcome.resultError !== undefined) emit('queue.result.unstored', { ...about, error: outcome.resultError });
  } else if (outcome.kind === 'cancelled') emit('queue.task.cancelled', about);
  else if (outcome.kind === 'retried') {
    emit('queue.task.retried', { ...about, error: outcome.error, delayMs: outcome.delayMs });
  } else if (outcome.kind === 'buried') {
    emit('queue.task.buried', { ...about, error: outcome.error, reason: outcome.reason });
  }
}

export function tellStale(queue: string, held: HeldTask): void {
  emit('queue.task.stale', { queue, id: held.id });
}
