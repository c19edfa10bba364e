/** From what the application adds to what the store keeps. */
import { InvalidOptionError } from '../errors.ts';
import { shortText, wholeNumber } from '../option-checks.ts';
import { sealEnvelope, sealPlainEnvelope, type TaskHeader } from './envelope.ts';
import { type AddOptions, millisecondsOf } from './options.ts';
import type { NewTask } from './store.ts';

export interface TaskDraft {
  readonly id: string;
  /** The id came from the application, or has to be unique for another reason. */
  readonly isUnique: boolean;
  readonly at: number;
  /** JSON. */
  readonly payload: string;
  readonly trace: string | undefined;
}

/** @throws InvalidOptionError */
export function newTask({ id, isUnique, at, payload, trace }: TaskDraft, options?: AddOptions): NewTask {
  // As most tasks are; the rest of this costs more than it seems.
  if (options === undefined && !isUnique && trace === undefined) {
    return { envelope: sealPlainEnvelope(id, at, payload) };
  }
  const { type, key, priority = 0, attempts, debounce } = options ?? {};
  const delayMs = delayOf(options ?? {}, at);
  if (type !== undefined) shortText('type', type);
  if (key !== undefined) shortText('key', key);
  wholeNumber('priority', priority, -100, 100);
  if (attempts !== undefined) wholeNumber('attempts', attempts, 1, 1000);
  if (key !== undefined && priority !== 0) {
    throw new InvalidOptionError('priority', 'left out for a task with a key, whose place is that of its key');
  }
  if (debounce !== undefined) {
    shortText('debounce.name', debounce.name);
    if (delayMs === 0) throw new InvalidOptionError('delaySeconds', 'above 0 for a task that is debounced');
    if (isUnique) throw new InvalidOptionError('id', 'left out for a task that is debounced: its name is its identity');
  }
  const header: TaskHeader = {
    id,
    at,
    ...(isUnique ? { unique: true } : {}),
    ...(key === undefined ? {} : { key }),
    ...(priority === 0 ? {} : { priority }),
    ...(type === undefined ? {} : { type }),
    ...(attempts === undefined ? {} : { attempts }),
    ...(trace === undefined ? {} : { trace }),
  };
  return {
    envelope: sealEnvelope({ losses: 0, header, payload }),
    ...(isUnique ? { uniqueId: id } : {}),
    ...(key === undefined ? {} : { key }),
    ...(priority === 0 ? {} : { priority }),
    ...(delayMs === 0 ? {} : { delayMs }),
    ...(debounce === undefined ? {} : { debounce: debounceOf(debounce) }),
  };
}

function debounceOf({ name, maxDelaySeconds }: NonNullable<AddOptions['debounce']>): NonNullable<NewTask['debounce']> {
  return {
    name,
    ...(maxDelaySeconds === undefined
      ? {}
      : { maxDelayMs: millisecondsOf('debounce.maxDelaySeconds', maxDelaySeconds) }),
  };
}

function delayOf({ delaySeconds, runAt }: AddOptions, now: number): number {
  if (runAt === undefined) return delaySeconds === undefined ? 0 : millisecondsOf('delaySeconds', delaySeconds);
  if (delaySeconds !== undefined) throw new InvalidOptionError('runAt', 'left out where delaySeconds is given');
  const at = runAt instanceof Date ? runAt.getTime() : Number.NaN;
  if (Number.isNaN(at)) throw new InvalidOptionError('runAt', 'a valid Date');
  return Math.max(0, at - now);
}
