export type { BackOff, BackOffOptions } from '../failures/back-off.ts';
export type { ErrorReport } from '../failures/error-report.ts';
export { BusinessError, FatalError, TemporaryError } from '../failures/errors.ts';
export type { Classify, FailureClass } from '../failures/failure-class.ts';
export type { DeathReason } from './death.ts';
export type { FailedAttempt } from './envelope.ts';
export { QueueDurabilityError } from './errors.ts';
export { type MemoryQueueStoreOptions, memoryQueueStore } from './memory.ts';
export type { AddOptions, DurabilityOptions, LimitOptions, ProcessOptions, QueueOptions } from './options.ts';
export { type AddedTask, createQueue, type Queue } from './queue.ts';
export { type RedisQueueStoreOptions, redisQueueStore } from './redis.ts';
export type { ScheduleOptions, ScheduleState, Schedules } from './schedules.ts';
export type { GivenUpTask, ShelfPage, TaskShelf } from './shelf.ts';
export type { QueueOrder, QueueState, QueueStore, WorkerState } from './store.ts';
export type { Task, TaskHandler } from './task.ts';
export {
  QueueFullError,
  TaskAmbiguousError,
  TaskCancelledError,
  TaskInterruptedError,
  TaskLeaseLostError,
  TaskTypeUnknownError,
  TaskUndecodableError,
} from './task-errors.ts';
export type { DepthLevel, QueueAlert, QueueSnapshot, QueueWatch, WatchOptions } from './watch.ts';
export type { Worker } from './worker.ts';
