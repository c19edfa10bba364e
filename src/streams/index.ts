export type { BackOff, BackOffOptions } from '../failures/back-off.ts';
export type { ErrorReport } from '../failures/error-report.ts';
export { BusinessError, FatalError, TemporaryError } from '../failures/errors.ts';
export type { Classify, FailureClass } from '../failures/failure-class.ts';
export { PayloadError, type PayloadIssue } from '../payload/errors.ts';
export type { PayloadSchema } from '../payload/payload.ts';
export type { Consumer } from './consumer.ts';
export type { DeadEvent, DeadEventChoice, DeadEvents } from './dead-letters.ts';
export type { DeathReason } from './death.ts';
export type { Bound, Position } from './entry-id.ts';
export {
  AppendAmbiguousError,
  EffectPartialError,
  EventClaimedError,
  EventInterruptedError,
  EventUndecodableError,
} from './errors.ts';
export type { ConsumerGroup } from './group.ts';
export { type MemoryStreamStoreOptions, memoryStreamStore } from './memory.ts';
export {
  createOnce,
  type EffectCommand,
  type EffectOutcome,
  type EffectScript,
  type Once,
  type OnceOptions,
} from './once.ts';
export type {
  AppendOptions,
  ConsumeOptions,
  GroupOptions,
  RangeOptions,
  ReadOptions,
  ReplayOptions,
  RetentionOptions,
  StreamOptions,
} from './options.ts';
export { type RedisStreamStoreOptions, redisStreamStore } from './redis.ts';
export type { ConsumerState, GroupState, PendingEntry, StreamState, StreamStore } from './store.ts';
export { type AppendedEvent, createStream, type EventStream } from './stream.ts';
export type { DeliveredEvent, EventHandler, StreamEvent } from './stream-event.ts';
