/** One consumer for several lists. */
import { InvalidOptionError } from '../errors.ts';
import { internals } from './internals.ts';
import type { List } from './list.ts';
import { type PopOptions, type ValuesOptions, type Wait, waitOf } from './options.ts';
import { iterateValues } from './values.ts';
import { takeOrWait } from './wait.ts';

/** A value and the list that it came from. */
export type Popped<Lists extends readonly List<unknown>[]> = {
  [Index in keyof Lists]: Lists[Index] extends List<infer Value>
    ? { readonly list: Lists[Index]; readonly value: Value }
    : never;
}[number];

/**
 * Takes the next value of the first of the lists that has any: a list is only looked into when all before it are empty.
 * On a cluster the lists lie on several nodes and are asked one after another; elsewhere it is one step.
 * @returns `undefined` when all are empty, or still are after `timeoutSeconds`
 * @throws InvalidOptionError for lists of several stores
 * @throws as `list.pop` does
 * @example const { list, value } = await popFrom([urgent, normal], { timeoutSeconds: 0 });
 */
export function popFrom<const Lists extends readonly List<unknown>[]>(
  lists: Lists,
  options: PopOptions & { readonly timeoutSeconds: 0 },
): Promise<Popped<Lists>>;
export function popFrom<const Lists extends readonly List<unknown>[]>(
  lists: Lists,
  options?: PopOptions,
): Promise<Popped<Lists> | undefined>;
export async function popFrom(
  lists: readonly List<unknown>[],
  options: PopOptions = {},
): Promise<AnyPopped | undefined> {
  return preparePop(lists)(waitOf(options));
}

/**
 * `list.values` over several lists: pops for ever, each time as `popFrom` does.
 * @throws InvalidOptionError for lists of several stores
 * @example for await (const { list, value } of valuesFrom([urgent, normal], { signal })) { … }
 */
export function valuesFrom<const Lists extends readonly List<unknown>[]>(
  lists: Lists,
  options: ValuesOptions = {},
): AsyncIterableIterator<Popped<Lists>> {
  const pop = preparePop(lists);
  // A wait without end always brings one.
  return iterateValues(async (wait, asksFirst) => (await pop(wait, asksFirst)) as Popped<Lists>, options);
}

type AnyPopped = Popped<readonly List<unknown>[]>;

function preparePop(
  lists: readonly List<unknown>[],
): (wait: Wait, asksFirst?: boolean) => Promise<AnyPopped | undefined> {
  const store = lists[0]?.[internals].store;
  if (store === undefined) throw new InvalidOptionError('lists', 'one list or more');
  if (lists.some((list) => list[internals].store !== store)) {
    throw new InvalidOptionError('lists', 'lists of one store: make them with the same redisListStore or sallyport');
  }
  const sources = lists.map((list) => list[internals].source);
  return async (wait, asksFirst) => {
    const taken = await takeOrWait(store, sources, 1, wait, asksFirst);
    const list = taken === undefined ? undefined : lists[taken.index];
    if (taken === undefined || list === undefined) return undefined;
    const [value] = await list[internals].reader.taken(taken.values);
    return { list, value };
  };
}
