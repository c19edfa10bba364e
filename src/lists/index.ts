export { PayloadError, type PayloadIssue } from '../payload/errors.ts';
export type { PayloadSchema } from '../payload/payload.ts';
export { ListUndecodableError } from './errors.ts';
export { createList, type List, type UndecodableValues } from './list.ts';
export { memoryListStore } from './memory.ts';
export type { IdleOptions, IdleWait, ListOptions, PopOptions, ValuesOptions } from './options.ts';
export { type Popped, popFrom, valuesFrom } from './pop-from.ts';
export { type RedisListStoreOptions, redisListStore } from './redis.ts';
export type { ListOrder, ListSource, ListStore, TakenValues, WaitLimits, WaitOutcome } from './store.ts';
