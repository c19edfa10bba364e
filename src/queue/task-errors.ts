import { SallyportError } from '../errors.ts';

/** The reason of `task.signal` when the task was cancelled. */
export class TaskCancelledError extends SallyportError {
  override readonly name: string = 'TaskCancelledError';

  constructor(id: string) {
    super('ERR_TASK_CANCELLED', `The task ${id} was cancelled.`);
  }
}

/** The reason of `task.signal` when the worker's lease lapsed: another worker has the task now. */
export class TaskLeaseLostError extends SallyportError {
  override readonly name: string = 'TaskLeaseLostError';

  constructor(id: string) {
    super(
      'ERR_TASK_LEASE_LOST',
      `The worker was silent for longer than its lease, and the task ${id} is another's now.`,
    );
  }
}

/** The reason of `task.signal` when the worker was closed and the task did not end in time; it is taken again elsewhere. */
export class TaskInterruptedError extends SallyportError {
  override readonly name: string = 'TaskInterruptedError';

  constructor(id: string) {
    super('ERR_TASK_INTERRUPTED', `The worker was closed before the task ${id} had ended; another will take it.`);
  }
}

/** No handler is there for a task of this type. */
export class TaskTypeUnknownError extends SallyportError {
  override readonly name: string = 'TaskTypeUnknownError';

  constructor(type: string | undefined) {
    super(
      'ERR_TASK_TYPE_UNKNOWN',
      type === undefined
        ? 'The task has no type, and this worker has handlers by type only.'
        : `There is no handler for tasks of the type ${JSON.stringify(type)}.`,
    );
  }
}

/** What lies in the queue is no task that this version can read. It is kept, as it is, on the shelf of the dead. */
export class TaskUndecodableError extends SallyportError {
  override readonly name: string = 'TaskUndecodableError';

  constructor() {
    super('ERR_TASK_UNDECODABLE', 'An element of the queue is no task that this version can read.');
  }
}

/**
 * Nobody knows whether the task was stored, or it is stored but not as safely as was asked for. Adding it again with the
 * same id is safe, if the id was given or a durability was asked for; those of `addMany` one by one.
 */
export class TaskAmbiguousError extends SallyportError {
  override readonly name: string = 'TaskAmbiguousError';
  /** One of `add`, all of `addMany` in the order given. */
  readonly taskIds: readonly string[];
  readonly reason: 'no-answer' | 'not-durable';

  constructor(taskIds: readonly string[], reason: 'no-answer' | 'not-durable', options?: ErrorOptions) {
    const problem =
      reason === 'no-answer'
        ? 'Redis did not answer, so nobody knows whether it was stored'
        : 'it was stored, but not as safely as was asked for within the time';
    super(
      'ERR_TASK_AMBIGUOUS',
      `Adding ${taskIds.length === 1 ? taskIds[0] : `${taskIds.length} tasks`}: ${problem}. Add again with the same id.`,
      options,
    );
    this.taskIds = taskIds;
    this.reason = reason;
  }
}

/** So many tasks wait already that `maxWaiting` refuses another. */
export class QueueFullError extends SallyportError {
  override readonly name: string = 'QueueFullError';

  constructor(queue: string, maxWaiting: number) {
    super(
      'ERR_QUEUE_FULL',
      `The queue ${queue} holds ${maxWaiting} tasks already; add again when workers have caught up.`,
    );
  }
}
